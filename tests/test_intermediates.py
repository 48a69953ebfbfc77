"""Layers of networks given as one nested expression: what gets a name, the values unchanged."""

from __future__ import annotations

import numpy as np
import pytest

import derivtex
from derivtex.derivation import Derivation

#: What is given, the variables, and the definitions that the derivation is written with.
NAMED = (
    (
        "two-layers",
        r"L = \|W_2\sigma(W_1 x + b_1) + b_2 - y\|^2",
        "W_1 b_1 W_2 b_2",
        "z₁ = W₁x + b₁; a₁ = σ(z₁); z₂ = W₂a₁ + b₂; L = ‖z₂ − y‖²",
    ),
    (
        "target-first",
        r"L = \frac12\|y - b_2 - W_2\tanh(W_1 x + b_1)\|^2",
        "W_1 W_2",
        "z₁ = W₁x + b₁; a₁ = tanh(z₁); z₂ = b₂ + W₂a₁; L = ½‖y − z₂‖²",
    ),
    (
        "unknown-loss",
        r"\ell : \R^n \times \R^n \to \R; g : \R \to \R; L = \ell(W_2 g(W_1 x + b_1) + b_2, y)",
        "W_1 W_2",
        "z₁ = W₁x + b₁; a₁ = g(z₁); z₂ = W₂a₁ + b₂; L = ℓ(z₂, y)",
    ),
    (
        "brackets",
        r"L = \|W^{[2]}\tanh(W^{[1]}x) - y\|^2",
        "W^{[1]} W^{[2]}",
        "z^[1] = W^[1]x; a^[1] = tanh(z^[1]); z^[2] = W^[2]a^[1]; L = ‖z^[2] − y‖²",
    ),
    (
        "no-numbers",
        r"L = \|V\sigma(Ux + b) - y\|^2",
        "U V",
        "z₁ = Ux + b; a₁ = σ(z₁); z₂ = Va₁; L = ‖z₂ − y‖²",
    ),
    (
        "taken-letters",
        r"L = \|V\sigma(Ua + z) - y\|^2",
        "U V",
        "u₁ = Ua + z; h₁ = σ(u₁); u₂ = Vh₁; L = ‖u₂ − y‖²",
    ),
    (
        "deep-and-one-variable",
        r"L = \|\sigma(W_2\sigma(W_1 x)) - y\|^2",
        "W_1",
        "z₁ = W₁x; a₁ = σ(z₁); z₂ = W₂a₁; a₂ = σ(z₂); L = ‖a₂ − y‖²",
    ),
    (
        "batch",
        r"L = \|\tanh(XW_1 + \mathbf{1}b_1^T)W_2 - Y\|_F^2",
        "W_1 b_1 W_2",
        "Z₁ = XW₁ + 𝟏b₁ᵀ; A₁ = tanh(Z₁); Z₂ = A₁W₂; L = ‖Z₂ − Y‖²",
    ),
    (
        "residual-connection",
        r"L = \|W_2(x + \sigma(W_1 x)) - y\|^2",
        "W_1 W_2",
        "z₁ = W₁x; a₁ = σ(z₁); z₂ = W₂(x + a₁); L = ‖z₂ − y‖²",
    ),
    (
        "classifier",
        r"L = -y^T\log(\operatorname{softmax}(W_2\operatorname{relu}(W_1 x)))",
        "W_1 W_2",
        "z₁ = W₁x; a₁ = relu(z₁); z₂ = W₂a₁; L = −yᵀ log softmax(z₂)",
    ),
    (
        "gates",
        r"L = \|\sigma(Ax) \odot \tanh(Bx) - y\|^2",
        "A B",
        "z₁ = Ax; a₁ = σ(z₁); z₂ = Bx; a₂ = tanh(z₂); L = ‖a₁ ⊙ a₂ − y‖²",
    ),
    (
        "scalar-output",
        r"c, t \in \R; L = (v^T\sigma(Wx + b) + c - t)^2",
        "W v",
        "z₁ = Wx + b; a₁ = σ(z₁); z₂ = vᵀa₁ + c; L = (z₂ − t)²",
    ),
    (
        "sign",
        r"L = \log(1 + \exp(-v^T\tanh(Wx)))",
        "W v",
        "z₁ = Wx; a₁ = tanh(z₁); z₂ = vᵀa₁; L = log(1 + exp(−z₂))",
    ),
    (
        "binary-cross-entropy",  # log σ(z) is left together, for the logarithm cancels
        r"t \in \R; L = -t\log(\sigma(v^T\tanh(Wx))) - (1 - t)\log(1 - \sigma(v^T\tanh(Wx)))",
        "W v",
        "z₁ = Wx; a₁ = tanh(z₁); z₂ = vᵀa₁; L = −t log(σ(z₂)) − (1 − t) log(1 − σ(z₂))",
    ),
    (
        "squared-by-hand",
        r"L = (W_2\sigma(W_1 x) - y)^T(W_2\sigma(W_1 x) - y)",
        "W_1 W_2",
        "z₁ = W₁x; a₁ = σ(z₁); z₂ = W₂a₁; L = (z₂ − y)ᵀ(z₂ − y)",
    ),
    (
        "penalty",
        r"\lambda \in \R; L = \|W_2\sigma(W_1 x) - y\|^2 + \lambda\|W_1\|_F^2",
        "W_1 W_2",
        "z₁ = W₁x; a₁ = σ(z₁); z₂ = W₂a₁; L = ‖z₂ − y‖² + λ‖W₁‖²",
    ),
    (
        "partly-named",
        r"h = \sigma(W_1 x + b_1); L = \|W_3\sigma(W_2 h + b_2) - y\|^2",
        "W_1 W_2 W_3",
        "h = σ(W₁x + b₁); z₂ = W₂h + b₂; a₂ = σ(z₂); z₃ = W₃a₂; L = ‖z₃ − y‖²",
    ),
    (
        "nested-definition",
        r"p = W_2\sigma(W_1 x) + b_2; L = \|p - y\|^2",
        "W_1 W_2",
        "z = W₁x; a = σ(z); p = W₂a + b₂; L = ‖p − y‖²",
    ),
)
UNCHANGED = (
    (r"L = \|\sigma(W x) - y\|^2", "W"),
    (r"L = \|\sigma(W x + b) - y\|^2", "W b"),
    (r"L = v^T\sigma(Wx)", "W"),
    (r"\lambda \in \R; L = \|Xw - y\|^2 + \lambda\|w\|^2", r"w \lambda"),
    (r"c \in \R; L = \log(1 + \exp(-c(w^Tx)))", "w c"),
    (r"L = \log(\mathbf{1}^T\exp(Wx))", "W"),
    (r"L = \|\sigma(UV^T) - R\|_F^2", "U V"),
    (r"\alpha, \beta \in \R; L = \alpha\exp(-\beta x^TAx)", r"\alpha \beta"),
    (r"z = W_1 x; a = \sigma(z); L = \|W_2 a - y\|^2", "W_1 W_2"),
    (r"f = a^T\exp(Xb)", "X"),
)


def text(given: str, variables: str) -> str:
    """The problem that asks for the gradients of what is defined last."""
    statements = [part.strip() for part in given.split(";")]
    L = statements[-1].partition("=")[0].strip()
    asks = [rf"\nabla_{{{v}}} {L}" for v in variables.split()]
    return "\n".join([*statements, ", ".join(asks)])


def definitions(derivation: Derivation) -> str:
    return "; ".join(f"{d.expr.text()} = {d.value.text()}" for d in derivation.problem.definitions)


every_network = pytest.mark.parametrize(
    ("given", "variables", "expected"), [row[1:] for row in NAMED], ids=[row[0] for row in NAMED]
)


@every_network
def test_layers_get_names(given: str, variables: str, expected: str) -> None:
    assert definitions(derivtex.derive(text(given, variables))) == expected


@every_network
@pytest.mark.parametrize("notation", ["frobenius", "trace", "inner"])
def test_each_step_is_right(given: str, variables: str, expected: str, notation: str) -> None:
    verification = derivtex.derive(text(given, variables), notation=notation).verify()
    assert verification.ok, str(verification)


@every_network
def test_gradients_are_those_of_what_is_written_out(
    given: str, variables: str, expected: str
) -> None:
    """And the derivation is the shorter one."""
    named = derivtex.derive(text(given, variables))
    whole = derivtex.derive(text(given, variables), intermediates=False)
    assert definitions(whole) != definitions(named)
    assert len(max(named.text().splitlines(), key=len)) < len(
        max(whole.text().splitlines(), key=len)
    )
    names = whole.problem.symbols.values()
    rng = np.random.default_rng(0)
    data = {
        e.data.name: rng.uniform(0.1, 1.0, [3 if d.symbols else 1 for d in e.shape])
        for e in names
        if e.op == "symbol" and not e.shape.is_scalar
    }
    data |= {e.data.name: rng.uniform() for e in names if e.op == "symbol" and e.shape.is_scalar}
    functions = {"g": np.sin, "g'": np.cos, r"\ell'1": lambda a, y: a * y}
    for variable in variables.split():
        np.testing.assert_allclose(
            named.gradients[variable].evaluate(data | functions),
            whole.gradients[variable].evaluate(data | functions),
            rtol=1e-10,
        )


@pytest.mark.parametrize(("given", "variables"), UNCHANGED)
def test_what_is_short_is_left(given: str, variables: str) -> None:
    asked = text(given, variables)
    assert derivtex.derive(asked).lines == derivtex.derive(asked, intermediates=False).lines


def test_the_function_in_the_question() -> None:
    asked = r"\phi(\operatorname{softmax}(QK^T)V)"
    derivation = derivtex.derive(
        "\\phi : \\R^{n \\times m} \\to \\R\n"
        + ", ".join(rf"\frac{{\partial {asked}}}{{\partial {v}}}" for v in "QKV")
    )
    assert definitions(derivation) == "Z₁ = QKᵀ; A₁ = softmax(Z₁); Z₂ = A₁V"
    assert list(derivation.gradients) == ["Q", "K", "V"]
    assert derivation.verify().ok


def test_a_deep_network_is_linear_in_its_depth() -> None:
    """Written out, the lines of a network grow with the square of its depth, and more."""

    def network(depth: int) -> str:
        a = "x"
        for i in range(1, depth + 1):
            a = rf"\tanh(W_{{{i}}}{a} + b_{{{i}}})"
        return text(rf"L = \|{a} - y\|^2", " ".join(f"W_{{{i}}}" for i in range(1, depth + 1)))

    short, long = (len(derivtex.derive(network(depth)).latex()) for depth in (5, 20))
    assert long < 5 * short
