"""Jacobians and Hessians: their value by finite differences, their form, every step checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import derivtex
from derivtex.parse import parse_expression
from tests.conformance.sample import sample
from tests.forms import canonical


@dataclass(frozen=True)
class Case:
    """`function` is F (or, for a Hessian, the gradient) written independently in NumPy."""

    id: str
    text: str
    wrt: str
    shapes: dict[str, str]
    function: Callable[..., Any]
    expected: str


def _softmax(x: Any) -> Any:
    return np.exp(x) / np.exp(x).sum()


JACOBIANS = (
    Case("linear", "y = A x", "x", {"A": "mn", "x": "n"}, lambda A, x: A @ x, "A"),
    Case(
        "constant",
        "x \\in \\R^n\ny = Ba",
        "x",
        {"x": "n", "a": "m", "B": "pm"},
        lambda x, a, B: B @ a,
        "0",
    ),
    Case(
        "layer",
        r"y = \tanh(W x + b)",
        "x",
        {"W": "mn", "x": "n", "b": "m"},
        lambda W, x, b: np.tanh(W @ x + b),
        r"\operatorname{Diag}(\mathbf 1 - y^{\circ 2})W",
    ),
    Case(
        "blocks",
        "A \\in \\R^{n \\times n}; x \\in \\R^n\n"
        r"y = \begin{pmatrix} Ax \\ x \end{pmatrix}",
        "x",
        {"A": "nn", "x": "n"},
        lambda A, x: np.hstack([A @ x, x]),
        r"\begin{pmatrix} A \\ I \end{pmatrix}",
    ),
    Case(
        "blocks-without-a-factor",
        "x \\in \\R^n\n"
        r"y = \begin{pmatrix} x \\ 2x \end{pmatrix} - \begin{pmatrix} 3x \\ x \end{pmatrix}",
        "x",
        {"x": "n"},
        lambda x: np.hstack([-2 * x, x]),
        r"\begin{pmatrix} -2I_n \\ I \end{pmatrix}",
    ),
    Case(
        "a-block-that-is-constant",
        "A \\in \\R^{m \\times n}; x \\in \\R^n; b \\in \\R^m\n"
        r"y = \begin{pmatrix} Ax \\ b \end{pmatrix}",
        "x",
        {"A": "mn", "x": "n", "b": "m"},
        lambda A, x, b: np.hstack([A @ x, b]),
        r"\begin{pmatrix} A \\ 0_{m \times n} \end{pmatrix}",
    ),
    Case(
        "row",
        "y = x^TA + a^T",
        "x",
        {"A": "nm", "x": "n", "a": "m"},
        lambda A, x, a: x @ A + a,
        "A^T",
    ),
    Case(
        "row-of-products",
        r"y = x^Txx^T + x^TB",
        "x",
        {"x": "n", "B": "nn"},
        lambda x, B: x @ x * x + x @ B,
        "x^TxI + 2xx^T + B^T",
    ),
    Case(
        "scale",
        "y = x x^T b",
        "x",
        {"x": "n", "b": "n"},
        lambda x, b: x * (x @ b),
        "(x^Tb)I + xb^T",
    ),
    Case(
        "normalised",
        r"y = \frac{x}{\|x\|}",
        "x",
        {"x": "n"},
        lambda x: x / np.linalg.norm(x),
        r"\frac{1}{\|x\|}I - \frac{1}{\|x\|^3}xx^T",
    ),
    Case(
        "R6",
        "F = A X B",
        "X",
        {"A": "mp", "X": "pq", "B": "qn"},
        lambda A, X, B: A @ X @ B,
        r"B^T \otimes A",
    ),
    Case(
        "vector-by-matrix",
        "y = X b",
        "X",
        {"X": "mn", "b": "n"},
        lambda X, b: X @ b,
        r"b^T \otimes I",
    ),
    Case(
        "inverse",
        "F = X^{-1}",
        "X",
        {"X": "nn inv"},
        lambda X: np.linalg.inv(X),
        r"-X^{-T} \otimes X^{-1}",
    ),
    Case(
        "square",
        "X \\in \\R^{n \\times n}\nF = X X",
        "X",
        {"X": "nn"},
        lambda X: X @ X,
        r"X^T \otimes I + I \otimes X",
    ),
    Case(
        "transpose",
        "F = A X^T",
        "X",
        {"A": "pn", "X": "mn"},
        lambda A, X: A @ X.T,
        "",
    ),
    Case(
        "by-a-scalar",
        "F = A + \\tau^2 B",
        r"\tau",
        {"A": "mn", "B": "mn", "tau": ""},
        lambda A, B, tau: A + tau**2 * B,
        r"2\tau B",
    ),
    Case(
        "softmax",
        r"s = \operatorname{softmax}(x)",
        "x",
        {"x": "n"},
        _softmax,
        r"\operatorname{Diag}(s) - ss^T",
    ),
    Case(
        "common-factors",
        r"Y = \tau AXB - AXC + DXB",
        "X",
        {"A": "mn", "X": "np", "B": "pq", "C": "pq", "D": "mn", "tau": ""},
        lambda A, X, B, C, D, tau: tau * A @ X @ B - A @ X @ C + D @ X @ B,
        r"(\tau B^T - C^T) \otimes A + B^T \otimes D",
    ),
    Case(
        "least-squares-solution-in-the-data",
        r"g = (X^TX)^{-1}X^Ty",
        "X",
        {"X": "mn", "y": "m"},
        lambda X, y: np.linalg.solve(X.T @ X, X.T @ y),
        r"(X^TX)^{-1} \otimes (y^T - g^TX^T) - g^T \otimes ((X^TX)^{-1}X^T)",
    ),
    Case(
        "diagonal-between",
        r"Y = A\operatorname{Diag}(x)B",
        "x",
        {"A": "mn", "x": "n", "B": "np"},
        lambda A, x, B: A * x @ B,
        r"\operatorname{khatrirao}(B^T, A)",
    ),
    Case(
        "diagonals-between",
        r"Y = A\operatorname{Diag}(x)B + 2C\operatorname{Diag}(x)D",
        "x",
        {"A": "mn", "B": "np", "C": "mn", "D": "np", "x": "n"},
        lambda A, B, C, D, x: A * x @ B + 2 * C * x @ D,
        r"\operatorname{khatrirao}(B^T, A) + 2\operatorname{khatrirao}(D^T, C)",
    ),
    Case(
        "diagonal-of-a-product",
        r"y = \operatorname{diag}(AXB)",
        "X",
        {"A": "mn", "X": "np", "B": "pm"},
        lambda A, X, B: np.diag(A @ X @ B),
        r"\operatorname{khatrirao}(B, A^T)^T",
    ),
    Case(
        "diagonal-of-a-diagonal",
        r"y = \operatorname{diag}(A\operatorname{Diag}(x)B)",
        "x",
        {"A": "mn", "x": "n", "B": "nm"},
        lambda A, x, B: np.diag(A * x @ B),
        r"B^T \odot A",
    ),
)
HESSIANS = (
    Case("linear", "f = a^Tx", "x", {"a": "n", "x": "n"}, lambda a, x: a, "0"),
    Case(
        "the-same-block-twice",
        "x \\in \\R^n; c \\in \\R^{2n}\n"
        r"f = \left\|\begin{pmatrix} x \\ x \end{pmatrix} - c\right\|^2",
        "x",
        {"x": "n", "c": "r"},
        lambda x, c: 4 * x - 2 * c[:3] - 2 * c[3:],
        "4I",
    ),
    Case(
        "trace",
        r"X \in \R^{n \times n}; f = \operatorname{tr}(X)".replace("; ", "\n"),
        "X",
        {"X": "nn"},
        lambda X: np.eye(len(X)),
        "0",
    ),
    Case(
        "least-squares",
        r"L = \|Ax - b\|^2",
        "x",
        {"A": "mn", "x": "n", "b": "m"},
        lambda A, x, b: 2 * A.T @ (A @ x - b),
        "2A^TA",
    ),
    Case(
        "quadratic",
        r"f = x^TAx",
        "x",
        {"A": "nn", "x": "n"},
        lambda A, x: (A + A.T) @ x,
        "A + A^T",
    ),
    Case(
        "logistic",
        r"""p = \sigma(Xw)
        L = -y^T\log p - (\mathbf 1 - y)^T\log(\mathbf 1 - p)""",
        "w",
        {"X": "mn", "w": "n", "y": "m"},
        lambda X, w, y: X.T @ (1 / (1 + np.exp(-X @ w)) - y),
        r"X^T\operatorname{Diag}(\sigma'(Xw))X",
    ),
    Case(
        "log-sum-exp",
        r"f = \operatorname{logsumexp}(x)",
        "x",
        {"x": "n"},
        _softmax,
        r"\operatorname{Diag}(\operatorname{softmax}(x)) "
        r"- \operatorname{softmax}(x)\operatorname{softmax}(x)^T",
    ),
    Case(
        "matrix",
        r"f = \operatorname{tr}(X^TAX)",
        "X",
        {"A": "mm", "X": "mn"},
        lambda A, X: (A + A.T) @ X,
        r"I \otimes (A + A^T)",
    ),
    Case(
        "log-det",
        "X \\in \\R^{n \\times n}\nf = \\log\\det X",
        "X",
        {"X": "nn inv"},
        lambda X: np.linalg.inv(X).T,
        "",
    ),
    Case(
        "log-det-of-a-shifted-diagonal",
        r"f = \log\det(A + \operatorname{Diag}(x))",
        "x",
        {"A": "nn inv", "x": "n"},
        lambda A, x: np.diag(np.linalg.inv(A + np.diag(x))),
        r"-(A + \operatorname{Diag}(x))^{-T} \odot (A + \operatorname{Diag}(x))^{-1}",
    ),
    Case(
        "two-diagonals",
        r"f = \operatorname{tr}(A\operatorname{Diag}(x)B\operatorname{Diag}(x))",
        "x",
        {"A": "nn", "B": "nn", "x": "n"},
        lambda A, B, x: np.diag(A * x @ B) + np.diag(B * x @ A),
        r"A \odot B^T + B \odot A^T",
    ),
    Case(
        "scalar",
        r"f = \theta^3",
        r"\theta",
        {"theta": ""},
        lambda theta: 3 * theta**2,
        r"6\theta",
    ),
)


def numeric(case: Case, data: dict[str, Any]) -> np.ndarray[Any, Any]:
    """The Jacobian of `function` by central differences, columns stacked; F' by a scalar."""
    name = case.wrt.lstrip("\\")
    x = np.asarray(data[name], dtype=float)
    step = 1e-5

    def at(shift: Any) -> Any:
        return np.asarray(case.function(**{**data, name: x + shift}), dtype=float)

    if x.ndim == 0:
        return np.asarray((at(step) - at(-step)) / (2 * step))
    columns = []
    for i in range(x.size):
        shift = np.zeros(x.size)
        shift[i] = step
        shift = shift.reshape(x.shape, order="F")
        columns.append(((at(shift) - at(-shift)) / (2 * step)).reshape(-1, order="F"))
    return np.stack(columns, axis=1)


def derived(case: Case, ask: str) -> derivtex.Derivation:
    text = "\n".join(line.strip() for line in case.text.splitlines())
    return derivtex.derive(f"{text}\n{ask}")


def asked(case: Case, hessian: bool) -> str:
    name = case.text.splitlines()[-1].split("=")[0].strip()
    return (
        rf"\nabla_{{{case.wrt}}}^2 {name}"
        if hessian
        else rf"\frac{{\partial {name}}}{{\partial {case.wrt}}}"
    )


every = pytest.mark.parametrize(
    ("case", "hessian"),
    [*[(case, False) for case in JACOBIANS], *[(case, True) for case in HESSIANS]],
    ids=[case.id for case in (*JACOBIANS, *HESSIANS)],
)


@every
def test_matrix(case: Case, hessian: bool) -> None:
    derivation = derived(case, asked(case, hessian))
    found = derivation.hessian if hessian else derivation.jacobian
    for seed in (0, 1):
        data = sample(case.shapes, seed)
        np.testing.assert_allclose(
            np.asarray(found.evaluate(data)), numeric(case, data), rtol=1e-5, atol=1e-6
        )
    assert derivation.verify().ok, str(derivation.verify())
    names = {
        (e.data.name if e.op == "symbol" else e.data): e
        for e in derivation.problem.symbols.values()
    }
    if not case.expected:
        return  # a commutation matrix has no spelling in the language
    expected = parse_expression(case.expected, names)
    assert expected.latex() == found.latex() or canonical(expected) is canonical(found), (
        found.latex()
    )
