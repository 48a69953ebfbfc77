"""Functions of which only the type is known: gradients, Jacobians and Hessians by their names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import derivtex
from derivtex.derivation import Derivation
from derivtex.errors import UnsupportedError
from derivtex.notation import NOTATIONS

#: What is declared, what is asked, and the answer as text.
PHI, PSI = r"\phi : \R^m \to \R", r"\psi : \R^n \times \R^p \to \R"
ELL = r"\ell : \R \times \R \to \R"
G, H = r"g : \R^n \to \R^m", r"h : \R^m \to \R^p"
TWO = r"g : \R^n \times \R^p \to \R^m"
F = r"F : \R^{n \times p} \to \R^{m \times q}"

ROWS = [
    # Hessians of scalar functions
    (PHI, r"\nabla_x^2 \phi(x)", "H"),
    (PHI, r"\nabla_x^2 \phi(Ax)", "AᵀHA"),
    (PHI, r"\nabla_x^2 \phi(Ax + b)", "AᵀHA"),
    (PHI, "y = Ax\nf = \\phi(y)\n\\nabla_x^2 f", "AᵀHA"),
    (PHI, "f = \\phi(x)^2\n\\nabla_x^2 f", "2GGᵀ + 2ϕ(x)H"),
    (PHI, "f = e^{\\phi(x)}\n\\nabla_x^2 f", "f(GGᵀ + H)"),
    (PHI, "f = \\phi(x) + \\frac{\\mu}{2}\\|x\\|^2\n\\nabla_x^2 f", "H + μI"),
    (ELL, r"\nabla_w^2 \ell(\alpha, w^Tx)", "Hxxᵀ"),
    (ELL, "f = \\sum_{i=1}^N \\ell(\\alpha_i, w^Tx_i)\n\\nabla_w^2 f",
     "∑[i=1…N]∇²₂₂ℓ(αᵢ, wᵀxᵢ)xᵢxᵢᵀ"),
    (PSI, r"\nabla_x^2 \psi(x, Bx)", "H₁ + (H₂ + BᵀH₃)B + BᵀH₂ᵀ"),
    (PSI, "f = \\|\\psi'(x, y)\\|^2\n\\nabla_y f", "2Hᵀψ'(x, y)"),
    (PHI, "f = \\phi(x) + \\nabla\\phi(x)^Tv\nv \\in \\R^m\n\\nabla_x f", "G + Hv"),
    (PHI, "f = \\|\\phi'(x)\\|^2\n\\nabla_x f", "2Hϕ'(x)"),
    (r"\phi : \R^{m \times n} \to \R", r"\nabla_X^2 \phi(AXB)", "(B ⊗ Aᵀ)H(Bᵀ ⊗ A)"),
    (r"\psi : \R \times \R^n \to \R", "s \\in \\R\nf = \\psi(s, x)\ng = \\psi'(s, x)\n\\nabla_x g",
     "Hᵀ"),
    # Jacobians
    (G, r"\frac{\partial g(x)}{\partial x}", "J"),
    (G, r"\frac{\partial g(Ax)}{\partial x}", "JA"),
    (f"{G}\n{H}", r"\frac{\partial h(g(x))}{\partial x}", "JJ₁"),
    (TWO, r"\frac{\partial g(x, By)}{\partial y}", "JB"),
    (F, r"\frac{\partial F(AXB)}{\partial X}", "J(Bᵀ ⊗ A)"),
    (r"g : \R \to \R^m", "t \\in \\R\n\\frac{\\partial g(t^2)}{\\partial t}", "2tJ"),
    # gradients by means of them
    (G, "f = \\|g(x)\\|^2\n\\nabla_x f", "2Jᵀg(x)"),
    (G, "f = \\frac{1}{2}\\|g(x) - y\\|^2\n\\nabla_x f", "Jᵀ(g(x) - y)"),
    (f"{G}\n{PHI}", r"\nabla_x \phi(g(x))", "JᵀG"),
    (f"{G}\n{H}", "f = \\|h(g(x))\\|^2\n\\nabla_x f", "2J₁ᵀJᵀh(g(x))"),
    (f"{G}\nW \\in \\mathbb{{S}}^m", "f = g(x)^TWg(x)\n\\nabla_x f", "2JᵀWg(x)"),
    (G, "f = \\sum_{i=1}^N \\|g(x_i)\\|^2\n\\nabla_{x_j} f", "2g'(xⱼ)ᵀg(xⱼ)"),
    (F, "f = \\operatorname{tr}(CF(X))\n\\nabla_X f", "unvec_{n×p}(Jᵀ vec(Cᵀ))"),
]  # fmt: skip


#: What is refused in index notation: sums over a family, and what has a vec of a matrix in it.
NOT_IN_INDEX = (r"\sum", "_X", r"\partial X")


def result(derivation: Derivation) -> str:
    (found,) = [*derivation.gradients.values(), *derivation.jacobians, *derivation.hessians]
    return found.text().replace("−", "-")


@pytest.mark.parametrize(("given", "asked", "expected"), ROWS)
def test_derivation(given: str, asked: str, expected: str) -> None:
    derivation = derivtex.derive(f"{given}\n{asked}")
    assert result(derivation) == expected
    assert derivation.verify().ok, str(derivation.verify())
    again = Derivation.from_json(derivation.to_json())
    assert again.latex() == derivation.latex()


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize(("given", "asked"), [row[:2] for row in ROWS])
def test_every_notation_is_right(notation: str, given: str, asked: str) -> None:
    if notation == "index" and any(sign in asked for sign in NOT_IN_INDEX):
        with pytest.raises(UnsupportedError):
            derivtex.derive(f"{given}\n{asked}", notation=notation)
        return
    derivation = derivtex.derive(f"{given}\n{asked}", notation=notation)
    assert derivation.verify().ok, f"{derivation.text()}\n{derivation.verify()}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{G}\nf = \\|g(x)\\|^2\n\\nabla_x^2 f", "the second derivative of an unknown function"),
        (f"{PHI}\nf = \\|\\phi'(x)\\|^2\n\\nabla_x^2 f", "the third derivative of an unknown"),
        (f"{TWO}\nf = \\|g'(x, y)y\\|^2\n\\nabla_x f", "the derivative g′"),
        (f"{TWO}\nG = \\nabla_2 g(x, y)\n\\nabla_x G", "its derivative is a Jacobian"),
    ],
)
def test_what_is_no_matrix_is_named(text: str, message: str) -> None:
    with pytest.raises(UnsupportedError, match=message):
        derivtex.derive(text)


A = np.arange(6.0).reshape(2, 3) - 2
x = np.array([0.5, -1.0, 2.0])

VALUES: list[tuple[str, str, dict[str, Callable[..., Any]], Any]] = [
    (PHI, r"\nabla_x^2 \phi(Ax)", {"phi''": lambda u: np.outer(u, u)},
     A.T @ np.outer(A @ x, A @ x) @ A),
    (G, "f = \\|g(x)\\|^2\n\\nabla_x f", {"g": lambda x: A @ x, "g'": lambda x: A},
     2 * A.T @ A @ x),
    (r"g : \R^n \times \R^n \to \R^m", r"\frac{\partial g(x, x)}{\partial x}",
     {"g'1": lambda u, v: A, "g'2": lambda u, v: 2 * A}, 3 * A),
    (r"\psi : \R^n \times \R^n \to \R", "f = \\psi(x, a)\ng = \\|\\psi'(x, a)\\|^2\n\\nabla_a g",
     {"psi'1": lambda u, v: u, "psi''12": lambda u, v: np.outer(u, v)}, 2 * x * (x @ x)),
]  # fmt: skip


@pytest.mark.parametrize(("given", "asked", "functions", "expected"), VALUES)
def test_values_by_callables(
    given: str, asked: str, functions: dict[str, Callable[..., Any]], expected: Any
) -> None:
    derivation = derivtex.derive(f"{given}\n{asked}")
    (found,) = [*derivation.gradients.values(), *derivation.jacobians, *derivation.hessians]
    np.testing.assert_allclose(found.evaluate({"A": A, "x": x, "a": x, **functions}), expected)
