"""Sums and products over an index, families, series: the last line, its value, every step."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pytest

import derivtex
from derivtex.derivation import Derivation


class Row(NamedTuple):
    """A problem, the right side of its last line, and the function it is the gradient of.

    `data(rng)` gives values by name, `f(values)` the function, `X` the name of the variable, or
    the name of its family and an index.
    """

    id: str
    given: str
    gradient: str
    f: Callable[[dict[str, Any]], Any]
    X: str | tuple[str, int]


N, n, m = 3, 2, 4


def data(rng: np.random.Generator) -> dict[str, Any]:
    def arrays(*shape: int, count: int = N) -> list[Any]:
        return [rng.normal(size=shape) / 2 if shape else float(rng.normal()) for _ in range(count)]

    return {
        "x": arrays(n), "y": arrays(), "t": arrays(m), "w": rng.normal(size=n), "W": arrays(n, n),
        "M": rng.normal(size=(m, n)), "b": rng.normal(size=m), "S": rng.normal(size=(n, n)) / 3,
        "a": rng.normal(size=n), "c": rng.normal(size=n), "beta": arrays(count=5), "N": N, "k": 3,
        "T": N, "K": rng.normal(size=(N, N)), "pi": [0.2, 0.5, 0.3],
        "j": 2, "mu": rng.normal(size=n), "lambda": 0.7, "Q": rng.normal(size=(n, n)),
    }  # fmt: skip


def power(A: Any, k: int) -> Any:
    return np.linalg.matrix_power(A, k)


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def pairs(v: dict[str, Any]) -> Any:
    return zip(v["x"], v["y"], strict=True)


def factorial(k: int) -> int:
    return 1 if k == 0 else k * factorial(k - 1)


ROWS = (
    Row(
        "least squares over data",
        r"L = \sum_{i=1}^N (y_i - w^T x_i)^2 \\ \nabla_w L",
        r"-2\sum_{i=1}^N (y_i - w^Tx_i) x_i",
        lambda v: sum((y - v["w"] @ x) ** 2 for x, y in pairs(v)),
        "w",
    ),
    Row(
        "a sum without limits",
        r"L = \sum_i (y_i - w^T x_i)^2 \\ \nabla_w L",
        r"-2\sum_i (y_i - w^Tx_i) x_i",
        lambda v: sum((y - v["w"] @ x) ** 2 for x, y in pairs(v)),
        "w",
    ),
    Row(
        "two indices in one sum",
        r"K_{ij} \in \R \\ L = \sum_{i,j=1}^N K_{ij} x_i^T Q x_j \\ \nabla_Q L",
        r"\sum_{i=1}^N x_i \left(\sum_{j=1}^N K_{ij} x_j^T\right)",
        lambda v: sum(
            v["K"][i][j] * v["x"][i] @ v["Q"] @ v["x"][j] for i in range(N) for j in range(N)
        ),
        "Q",
    ),
    Row(
        "a mixture",
        r"\pi_i \in \R_{++}, \mu \in \R^n \\"
        r"L = \log \sum_{i=1}^N \pi_i \exp(-\frac12 \|\mu - x_i\|^2) \\ \nabla_{x_j} L",
        r"\frac{\pi_j \exp(-\frac12 \|\mu - x_j\|^2) (\mu - x_j)}"
        r"{\sum_{i=1}^N \pi_i \exp(-\frac12 \|\mu - x_i\|^2)}",
        lambda v: np.log(
            sum(
                p * np.exp(-np.sum((v["mu"] - x) ** 2) / 2)
                for p, x in zip(v["pi"], v["x"], strict=True)
            )
        ),
        ("x", 2),
    ),
    Row(
        "a member of the family",
        r"L = \sum_{i=1}^N (y_i - w^T x_i)^2 \\ \nabla_{x_j} L",
        r"-2(y_j - w^Tx_j) w",
        lambda v: sum((y - v["w"] @ x) ** 2 for x, y in pairs(v)),
        ("x", 2),
    ),
    Row(
        "logistic loss over data",
        r"p_i = \sigma(w^T x_i) \\ y_i \in \R \\"
        r"L = -\sum_{i=1}^N (y_i \log p_i + (1 - y_i) \log(1 - p_i)) \\ \nabla_w L",
        r"\sum_{i=1}^N (p_i - y_i) x_i",
        lambda v: (
            -sum(
                y * np.log(sigmoid(v["w"] @ x)) + (1 - y) * np.log(1 - sigmoid(v["w"] @ x))
                for x, y in pairs(v)
            )
        ),
        "w",
    ),
    Row(
        "matrix regression over data",
        r"t_i \in \R^m \\ L = \frac{1}{2}\sum_{i=1}^{N} \|t_i - M x_i - b\|^2 \\ \nabla_M L",
        r"-\sum_{i=1}^N (t_i - M x_i - b) x_i^T",
        lambda v: sum(
            np.sum((t - v["M"] @ x - v["b"]) ** 2) / 2 for t, x in zip(v["t"], v["x"], strict=True)
        ),
        "M",
    ),
    Row(
        "the mean of squared distances",
        r"\mu \in \R^n \\ L = \frac{1}{N}\sum_{i=1}^N \|x_i - \mu\|^2 \\ \nabla_\mu L",
        r"-\frac{2}{N}\sum_{i=1}^N (x_i - \mu)",
        lambda v: sum(np.sum((x - v["mu"]) ** 2) for x in v["x"]) / N,
        "mu",
    ),
    Row(
        "a sum of logarithms",
        r"L = \sum_{i=1}^N \log(1 + (w^T x_i)^2) \\ \nabla_w L",
        r"2\sum_{i=1}^N \frac{w^Tx_i}{1 + (w^Tx_i)^2} x_i",
        lambda v: sum(np.log(1 + (v["w"] @ x) ** 2) for x in v["x"]),
        "w",
    ),
    Row(
        "the trace of a power",
        r"L = \operatorname{tr}(S^k) \\ \nabla_S L",
        r"k (S^T)^{k-1}",
        lambda v: np.trace(power(v["S"], 3)),
        "S",
    ),
    Row(
        "a bilinear form of a power",
        r"L = a^T S^k c \\ \nabla_S L",
        r"\sum_{j=0}^{k-1} (S^T)^j a (S^{k-j-1}c)^T",
        lambda v: v["a"] @ power(v["S"], 3) @ v["c"],
        "S",
    ),
    Row(
        "the trace of a power of a product",
        r"L = \operatorname{tr}((QS)^k) \\ \nabla_S L",
        r"k Q^T ((QS)^T)^{k-1}",
        lambda v: np.trace(power(v["Q"] @ v["S"], 3)),
        "S",
    ),
    Row(
        "the trace of a power series",
        r"L = \operatorname{tr}(\sum_{k=0}^{\infty} \beta_k S^k) \\ \nabla_S L",
        r"\sum_{k=1}^{\infty} \beta_k k (S^T)^{k-1}",
        lambda v: np.trace(sum(b * power(v["S"], k) for k, b in enumerate(v["beta"]))),
        "S",
    ),
    Row(
        "the exponential as a series",
        r"L = \operatorname{tr}(\sum_{k=0}^{\infty} \frac{S^k}{k!}) \\ \nabla_S L",
        r"\sum_{k=1}^{\infty} \frac{k (S^T)^{k-1}}{k!}",
        lambda v: np.trace(sum(power(v["S"], k) / factorial(k) for k in range(25))),
        "S",
    ),
    Row(
        "a product of matrices",
        r"W_i \in \R^{n \times n} \\ L = a^T (\prod_{i=1}^N W_i) c \\ \nabla_a L",
        r"(\prod_{i=1}^N W_i) c",
        lambda v: v["a"] @ v["W"][0] @ v["W"][1] @ v["W"][2] @ v["c"],
        "a",
    ),
    Row(
        "a factor of a chain",
        r"W_i \in \R^{n \times n} \\ L = a^T W_1 \cdots W_N c \\ \nabla_{W_j} L",
        r"W_{j-1}^T \cdots W_1^T a (W_{j+1} \cdots W_N c)^T",
        lambda v: v["a"] @ v["W"][0] @ v["W"][1] @ v["W"][2] @ v["c"],
        ("W", 2),
    ),
    Row(
        "the logarithm of a product of probabilities",
        r"p_i = \sigma(w^T x_i) \\ L = \log \prod_{i=1}^N p_i \\ \nabla_w L",
        r"\sum_{i=1}^N (1 - p_i) x_i",
        lambda v: sum(np.log(sigmoid(v["w"] @ x)) for x in v["x"]),
        "w",
    ),
    Row(
        "a likelihood",
        r"p_i = \sigma(w^T x_i) \\ y_i \in \R \\"
        r"P = \prod_{i=1}^N p_i^{y_i} (1 - p_i)^{1 - y_i} \\ L = \log P \\ \nabla_w L",
        r"\sum_{i=1}^N (y_i - p_i) x_i",
        lambda v: sum(
            y * np.log(sigmoid(v["w"] @ x)) + (1 - y) * np.log(1 - sigmoid(v["w"] @ x))
            for x, y in pairs(v)
        ),
        "w",
    ),
    Row(
        "a quadratic form in numbers",
        r"y_i, K_{il} \in \R \\ L = \sum_{i,l=1}^N K_{il} y_i y_l \\ \nabla_{y_j} L",
        r"\sum_{l=1}^N y_l (K_{jl} + K_{lj})",
        lambda v: sum(v["K"][i][j] * v["y"][i] * v["y"][j] for i in range(N) for j in range(N)),
        ("y", 2),
    ),
    Row(
        "a family with two indices that is defined",
        r"k_{il} = \exp(-\|x_i - x_l\|^2) \\ L = \sum_{i,l=1}^N k_{il} \\ \nabla_{x_j} L",
        r"-2\sum_{l=1}^N (k_{jl} + k_{lj}) (x_j - x_l)",
        lambda v: sum(np.exp(-np.sum((a - b) ** 2)) for a in v["x"] for b in v["x"]),
        ("x", 2),
    ),
    Row(
        "a definition before it is known that its index runs",
        r"c = \sum_{k=1}^N \exp(x_k^T a) \\ p_k = \frac{\exp(x_k^T a)}{c} \\"
        r"L = \sum_{k=1}^N p_k^2 \\ \nabla_a c",
        r"\sum_{k=1}^N \exp(x_k^Ta) x_k",
        lambda v: sum(np.exp(x @ v["a"]) for x in v["x"]),
        "a",
    ),
    Row(
        "a covariance about the mean",
        r"m = \frac{1}{N} \sum_{i=1}^N x_i \\ C = \sum_{i=1}^N (x_i - m)(x_i - m)^T + I \\"
        r"L = \log\det C \\ \nabla_{x_j} L",
        r"2C^{-1}(x_j - m - \frac{1}{N}\sum_{i=1}^N (x_i - m))",
        lambda v: np.log(
            np.linalg.det(
                sum(np.outer(x - np.mean(v["x"], 0), x - np.mean(v["x"], 0)) for x in v["x"])
                + np.eye(n)
            )
        ),
        ("x", 2),
    ),
    Row(
        "squared distances between all pairs",
        r"L = \sum_{i=1}^N \sum_{l=1}^N \|x_i - x_l\|^2 \\ \nabla_{x_j} L",
        r"4\sum_{l=1}^N (x_j - x_l)",
        lambda v: sum(np.sum((a - b) ** 2) for a in v["x"] for b in v["x"]),
        ("x", 2),
    ),
    Row(
        "a Gaussian kernel between all pairs",
        r"y_i \in \R \\ L = \sum_{i,l=1}^N y_i y_l \exp(-\|x_i - x_l\|^2) \\ \nabla_{x_j} L",
        r"-4 y_j \sum_{l=1}^N y_l \exp(-\|x_j - x_l\|^2) (x_j - x_l)",
        lambda v: sum(
            a * b * np.exp(-np.sum((x - z) ** 2)) for x, a in pairs(v) for z, b in pairs(v)
        ),
        ("x", 2),
    ),
    Row(
        "a graph Laplacian",
        r"K_{il} \in \R \\ L = \frac12\sum_{i,l=1}^N K_{il} \|x_i - x_l\|^2 \\ \nabla_{x_j} L",
        r"\sum_{l=1}^N (K_{jl} + K_{lj}) (x_j - x_l)",
        lambda v: sum(
            v["K"][i][j] * np.sum((v["x"][i] - v["x"][j]) ** 2) / 2
            for i in range(N)
            for j in range(N)
        ),
        ("x", 2),
    ),
    Row(
        "a power's norm, in any notation",
        r"L = \|S^k\|_F^2 \\ \nabla_S L",
        r"2\sum_{j=0}^{k-1} (S^T)^j S^k (S^T)^{k-j-1}",
        lambda v: np.sum(power(v["S"], 3) ** 2),
        "S",
    ),
    Row(
        "Poisson regression",
        r"y_i \in \R \\ L = \sum_{i=1}^N (y_i w^T x_i - e^{w^T x_i} - \log(y_i!)) \\ \nabla_w L",
        r"\sum_{i=1}^N (y_i - \exp(w^Tx_i)) x_i",
        lambda v: sum(y * v["w"] @ x - np.exp(v["w"] @ x) for x, y in pairs(v)),
        "w",
    ),
    Row(
        "an exponent that is called as a new index would be",
        r"L = \operatorname{tr}((S^T)^j S^k) \\ \nabla_S L",
        r"\sum_{i=0}^{j-1} (S^T)^i S^k (S^T)^{j-i-1} + \sum_{i=0}^{k-1} (S^T)^i S^j (S^T)^{k-i-1}",
        lambda v: np.trace(power(v["S"].T, 2) @ power(v["S"], 3)),
        "S",
    ),
    Row(
        "a defined member with a sum over the index that it is used with",
        r"K_{ij} \in \R \\ z_i = \sum_{j=1}^N K_{ij} x_j \\"
        r"L = \sum_{j=1}^N \|z_j\|^4 \\ \nabla_{x_k} L",
        r"4\sum_{j=1}^N K_{jk} \|z_j\|^2 z_j",
        lambda v: sum(
            np.sum(sum(v["K"][i][j] * v["x"][j] for j in range(N)) ** 2) ** 2 for i in range(N)
        ),
        ("x", 3),
    ),
    Row(
        "the last member of a time series",
        r"L = \sum_{t=2}^T \|x_t - Q x_{t-1}\|^2 \\ \nabla_{x_T} L",
        r"2(x_T - Q x_{T-1})",
        lambda v: sum(np.sum((b - v["Q"] @ a) ** 2) for a, b in pairwise(v["x"])),
        ("x", 3),
    ),
    Row(
        "the member before the last",
        r"L = \sum_{t=2}^T \|x_t - Q x_{t-1}\|^2 \\ \nabla_{x_{T-1}} L",
        r"2(x_{T-1} - Q x_{T-2}) - 2Q^T(x_T - Qx_{T-1})",
        lambda v: sum(np.sum((b - v["Q"] @ a) ** 2) for a, b in pairwise(v["x"])),
        ("x", 2),
    ),
    Row(
        "a negative power",
        r"L = \operatorname{tr}(Q^{-k}) \\ \nabla_Q L",
        r"-k (Q^T)^{-k-1}",
        lambda v: np.trace(power(v["Q"], -3)),
        "Q",
    ),
)


def derived(row: Row, notation: str = "frobenius") -> Derivation:
    return derivtex.derive(row.given.replace(r" \\", "\n").replace(r"\\", "\n"), notation=notation)


def gradient_of(row: Row, derivation: Derivation) -> Any:
    (gradient,) = derivation.gradients.values()
    return gradient


every_row = pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])


@every_row
@pytest.mark.parametrize("notation", ["frobenius", "trace"])
def test_every_step_is_checked(row: Row, notation: str) -> None:
    verification = derived(row, notation).verify()
    assert verification.ok, str(verification)


@every_row
@pytest.mark.parametrize("seed", [0, 1])
def test_value_is_the_difference_quotient(row: Row, seed: int) -> None:
    values = data(np.random.default_rng(seed))
    found = np.asarray(gradient_of(row, derived(row)).evaluate(values))
    name, place = row.X if isinstance(row.X, tuple) else (row.X, None)
    X = np.asarray(values[name] if place is None else values[name][place - 1], dtype=float)
    expected = np.zeros_like(X)
    for at in np.ndindex(X.shape):
        sides = []
        for h in (1e-5, -1e-5):
            moved = X.copy()
            moved[at] += h
            if place is None:
                sides.append(row.f({**values, name: moved}))
            else:
                family = [*values[name]]
                family[place - 1] = moved
                sides.append(row.f({**values, name: family}))
        expected[at] = (sides[0] - sides[1]) / 2e-5
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-8)


@every_row
def test_last_line(row: Row) -> None:
    """The form that a person would choose, as the same problem with that form as a definition."""
    gradient = gradient_of(row, derived(row))
    text = row.given.replace(r" \\", "\n").replace(r"\\", "\n")
    *given, _ = text.strip().splitlines()
    wanted = derivtex.parse("\n".join([*given, f"G = {row.gradient}", "dG"]))
    definition = next(d for d in wanted.definitions if d.name == "G")
    assert gradient.latex() == definition.value.latex()


@every_row
def test_json_round_trip(row: Row) -> None:
    derivation = derived(row)
    again = Derivation.from_json(derivation.to_json())
    assert again.latex() == derivation.latex()
    assert again.latex(detail="full", reasons=True) == derivation.latex(detail="full", reasons=True)
    assert again.verify().ok


#: What a stationary point is solved for, and the solution.
STATIONARY = {
    r"\mu \in \R^n \\ L = \sum_{i=1}^N \|x_i - \mu\|^2 \\ \nabla_\mu L = 0": (
        r"\frac{\sum_{i=1}^N x_i}{N}"
    ),
    r"L = \sum_{i=1}^N (y_i - w^T x_i)^2 + \lambda \|w\|^2 \\ \nabla_w L = 0": (
        r"(\lambda I + \sum_{i=1}^N x_i x_i^T)^{-1} \sum_{i=1}^N y_i x_i"
    ),
    r"t_i \in \R^m \\ L = \sum_{i=1}^N \|t_i - M x_i\|^2 \\ \nabla_M L = 0": (
        r"(\sum_{i=1}^N t_i x_i^T) (\sum_{i=1}^N x_i x_i^T)^{-1}"
    ),
    r"r_{ik} \in \R_{++} \\ m_k \in \R^n \\ L = \sum_{i=1}^N \sum_{k=1}^K r_{ik} \|x_i - m_k\|^2 \\"
    r" \nabla_{m_j} L = 0": (r"\frac{1}{\sum_{i=1}^N r_{ij}} \sum_{i=1}^N r_{ij} x_i"),
    r"y_{ik} \in \R \\ L = \sum_{i=1}^N \sum_{k=1}^M (y_{ik} - u_i^T v_k)^2"
    r" + \lambda \sum_{i=1}^N \|u_i\|^2 \\ \nabla_{u_j} L = 0": (
        r"(\lambda I + \sum_{k=1}^M v_k v_k^T)^{-1} \sum_{k=1}^M y_{jk} v_k"
    ),
    r"L = \sum_{t=1}^T \|x_t - A x_{t-1}\|^2 \\ \nabla_{x_j} L = 0": (
        r"(I + A^TA)^{-1} (A x_{j-1} + A^T x_{j+1})"
    ),
}


@pytest.mark.parametrize("given", STATIONARY, ids=range(len(STATIONARY)))
def test_stationary_point(given: str) -> None:
    text = given.replace(r" \\", "\n")
    derivation = derivtex.derive(text)
    assert derivation.verify().ok
    (solution,) = derivation.solutions.values()
    *lines, _ = text.splitlines()
    wanted = derivtex.parse("\n".join([*lines, f"G = {STATIONARY[given]}", "dG"]))
    assert solution.latex() == wanted.definitions[-1].value.latex()


#: Jacobians and Hessians: what comes out, line by line checked.
JACOBIANS = {
    r"y = \sum_{i=1}^N A_i x \\ \frac{\partial y}{\partial x}": r"\sum_{i=1}^N A_i",
    r"Y = X^k \\ \frac{\partial Y}{\partial X}": (r"\sum_{j=0}^{k-1} ((X^T)^{k-j-1} \otimes X^j)"),
    r"y_i \in \R \\ L = \sum_{i=1}^N (y_i - w^T x_i)^2 \\ \nabla_w^2 L": (
        r"2\sum_{i=1}^N x_i x_i^T"
    ),
}


@pytest.mark.parametrize("given", JACOBIANS, ids=range(len(JACOBIANS)))
def test_jacobian(given: str) -> None:
    text = given.replace(r" \\", "\n")
    derivation = derivtex.derive(text)
    assert derivation.verify().ok
    (found,) = [*derivation.jacobians, *derivation.hessians]
    *lines, _ = text.splitlines()
    wanted = derivtex.parse("\n".join([*lines, f"G = {JACOBIANS[given]}", "dG"]))
    assert found.latex() == wanted.definitions[-1].value.latex()


def test_bound_index_is_renamed() -> None:
    """The sum in the denominator keeps its index when the other one is given a value."""
    derivation = derivtex.derive(
        "\\pi_k \\in \\R_{++}\nL = \\log \\sum_{k=1}^K \\pi_k \\exp(x_k^T a)\n\\nabla_{x_j} L"
    )
    assert derivation.verify().ok
    assert r"\sum_{k=1}^K" in derivation.gradient.latex()


def test_no_sum_takes_the_index_that_is_asked_for() -> None:
    """`Σᵢⱼ Kᵢⱼyᵢyⱼ` in y_i: the sum over i that is left in the gradient is over another letter."""
    given = "y_i, K_{ij} \\in \\R\nL = \\sum_{i,j=1}^N K_{ij} y_i y_j\n\\nabla_{y_%s} L"
    one, other = (derivtex.derive(given % letter).gradient for letter in "in")
    assert r"\sum_{i" not in one.latex()
    values = data(np.random.default_rng(0))
    np.testing.assert_allclose(one.evaluate({**values, "i": 2}), other.evaluate({**values, "n": 2}))


def test_an_index_is_put_in_under_a_sum_over_another_one() -> None:
    derivation = derivtex.derive(
        "K_{ij} \\in \\R\nL = \\sum_{i=1}^N \\|x_i - \\sum_{j=1}^N K_{ij} t_j\\|^2\n"
        "\\nabla_{K_{kj}} L"
    )
    assert derivation.verify().ok
    assert "K_{ij}" not in derivation.gradient.latex()


def test_a_product_that_runs_down_is_not_written_as_if_it_ran_up() -> None:
    given = "A_k \\in \\R^{n \\times n}\nL = \\operatorname{tr}(\\prod_{k=1}^m A_k)\n"
    derivation = derivtex.derive(given + "\\nabla_{A_j} L")
    values = data(np.random.default_rng(0)) | {"A": data(np.random.default_rng(1))["W"], "m": N}
    text = derivation.gradient.latex()
    again = derivtex.parse(f"A_k \\in \\R^{{n \\times n}}\nG = {text}\ndG").definitions[-1].value
    np.testing.assert_allclose(again.evaluate(values), derivation.gradient.evaluate(values))


def test_members_are_numbers_where_only_that_fits() -> None:
    problem = derivtex.parse(r"L = \sum_{i=1}^N (y_i - w^T x_i)^2" + "\n\\nabla_w L")
    assert problem.symbols["y"].shape.is_scalar
    assert problem.symbols["x"].shape.is_column


def test_a_family_is_given_in_three_ways() -> None:
    gradient = derivtex.derive(r"L = \sum_{i=1}^N (w^T x_i)^2" + "\n\\nabla_w L").gradient
    x = [np.array([1.0, 2.0]), np.array([3.0, -1.0])]
    w = np.array([0.5, 0.25])
    expected = 2 * sum((w @ v) * v for v in x)
    for family in (x, {1: x[0], 2: x[1]}, lambda i: x[i - 1]):
        values = {"w": w, "x": family, "N": 2}
        np.testing.assert_allclose(gradient.evaluate(values), expected)
    np.testing.assert_allclose(gradient.evaluate({"w": w, "x": x}), expected)
    with pytest.raises(derivtex.DerivtexError, match="family x has no member 3"):
        gradient.evaluate({"w": w, "x": x, "N": 3})
    with pytest.raises(derivtex.DerivtexError, match="members of the family x are missing"):
        gradient.evaluate({"w": w, "N": 2})


def test_a_series_that_does_not_converge_has_no_value() -> None:
    """No number, however large the terms become, and no endless loop."""
    series = derivtex.derive(r"L = \operatorname{tr}(\sum_{k=0}^{\infty} X^k)" + "\n\\nabla_X L")
    assert series.verify().ok
    value = series.gradient.evaluate({"X": 2 * np.eye(2)})
    assert np.isnan(value).all()
    np.testing.assert_allclose(series.gradient.evaluate({"X": np.eye(2) / 2}), 4 * np.eye(2))


@pytest.mark.parametrize("notation", ["frobenius", "trace", "inner"])
def test_the_trace_of_a_series_closes(notation: str) -> None:
    """`f'(X)ᵀ` is the gradient of `tr f(X)`, and so with an inner product of any kind."""
    derivation = derivtex.derive(
        r"f : \R^{n \times n} \to \R^{n \times n}, f(X) = \sum_{k=0}^{\infty} \beta_k X^k"
        "\nL = \\operatorname{tr}(f(AX))\n\\nabla_X L",
        notation=notation,
    )
    assert derivation.verify().ok
    assert derivation.gradient.latex() == "A^Tf'(AX)^T"


#: Families that are defined by means of others, used at other indices; and the value of L.
VALUES: dict[str, Callable[[Any, Any], float]] = {
    r"p_{ik} = \frac{\exp(w_k^T x_i)}{\sum_{j=1}^N \exp(w_j^T x_i)} \\"
    r"L = \sum_{i=1}^N \sum_{j=1}^N i p_{ij}^2": lambda x, A: sum(
        (i + 1) * np.sum((np.exp(A @ x[i]) / np.exp(A @ x[i]).sum()) ** 2) for i in range(N)
    ),
    r"d_{ij} = \|x_i - x_j\|^2 \\ L = \sum_{i=1}^N \sum_{j=1}^N i d_{ji}": lambda x, A: sum(
        (i + 1) * np.sum((x[i] - x[j]) ** 2) for i in range(N) for j in range(N)
    ),
    r"z_i = \sum_{j=1}^N j x_j^T x_i w_j \\ u_k = \sum_{i=1}^N i z_i + z_k \\"
    r"L = \sum_{i=1}^N \sum_{j=1}^N j z_j^T u_i": lambda x, A: _nested(x, A),
}


def _nested(x: Any, A: Any) -> float:
    z = [sum((j + 1) * (x[j] @ x[i]) * A[j] for j in range(N)) for i in range(N)]
    total = sum((i + 1) * z[i] for i in range(N))
    return float(sum((j + 1) * z[j] @ (total + z[i]) for i in range(N) for j in range(N)))


@pytest.mark.parametrize("given", VALUES, ids=range(len(VALUES)))
def test_values_of_families_that_are_defined(given: str) -> None:
    problem = derivtex.parse(given.replace(r" \\", "\n") + "\ndL")
    rng = np.random.default_rng(3)
    x, A = rng.normal(size=(N, n)), rng.normal(size=(N, n))
    L = next(d.value for d in problem.definitions if d.name == "L")
    found = L.evaluate({"x": [*x], "w": [*A], "N": N})
    np.testing.assert_allclose(found, VALUES[given](x, A))


@pytest.mark.parametrize(
    ("spelled", "chain", "gradient"),
    [
        (r"W_1 \cdots W_{N-1}W_N", "aᵀW₁⋯W_N b", "W_{j−1}ᵀ⋯W₁ᵀa(Wⱼ₊₁⋯W_N b)ᵀ"),
        (r"W_N \cdots W_2 W_1", "aᵀW_N ⋯W₁b", "Wⱼ₊₁ᵀ⋯W_Nᵀa(W_{j−1}⋯W₁b)ᵀ"),
    ],
)
def test_the_next_factor_is_one_of_the_chain(spelled: str, chain: str, gradient: str) -> None:
    text = rf"W_i \in \R^{{n \times n}}; f = a^T{spelled}b; \nabla_{{W_j}} f"
    derivation = derivtex.derive(text)
    assert derivation.lines[0].right.text() == chain
    assert derivation.gradients["W_j"].text() == gradient
    assert derivation.verify().ok
