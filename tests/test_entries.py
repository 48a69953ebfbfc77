"""Sums over the entries of arrays that the derivative is taken in as a whole."""

from __future__ import annotations

import numpy as np
import pytest

import derivtex
from derivtex.errors import DerivtexError, ParseError, ShapeError, UnsupportedError
from derivtex.notation import NOTATIONS
from derivtex.parse import parse_expression
from tests.forms import canonical

x = r"x \in \R^n; "

#: A problem, the variable, and its gradient as a person writes it.
GRADIENTS = (
    (x + r"f = \sum_{i=1}^n x_i \log x_i", "x", r"\log(x) + \mathbf 1"),
    (x + r"y \in \R^n; f = \sum_{i=1}^n (x_i - y_i)^2", "x", "2(x - y)"),
    (x + r"y_i \in \R; f = \sum_i (x_i - y_i)^2", "x", "2(x - y)"),
    (x + r"f = \sum_i a_ix_i", "x", "a"),
    (x + r"f = a^Tx + \sum_i a_ix_i", "x", "2a"),
    (x + r"f = \sum_{i,j} A_{ij}x_ix_j", "x", "(A + A^T)x"),
    (x + r"f = \sum_{i=1}^n\sum_{j=1}^n x_iA_{ij}x_j", "A", "xx^T"),
    (x + r"y \in \R^m; f = \sum_i\sum_j y_iA_{ij}x_j", "x", "A^Ty"),
    (x + r"f = \sum_i \log(1 + \exp(x_i))", "x", r"\sigma(x)"),
    (x + r"f = \frac{1}{n}\sum_i x_i", "x", r"\frac{1}{n}\mathbf 1"),
    (x + r"f = \frac{1}{n}\sum_i x_i^2", "x", r"\frac{2}{n}x"),
    (x + r"f = \sum_i x_i^3", "x", r"3x^{\circ 2}"),
    (x + r"f = \sum_i |x_i|", "x", r"\operatorname{sign}(x)"),
    (x + r"f = \sum_i \max(0, x_i)", "x", r"\operatorname{step}(x)"),
    (x + r"f = \log\sum_i \exp(x_i)", "x", r"\frac{1}{\mathbf 1^T\exp(x)}\exp(x)"),
    (x + r"f = \sum_i x_i\sum_j x_j", "x", r"2(\mathbf 1^Tx)\mathbf 1"),
    (x + r"f = \|Ax - b\|^2 + \lambda\sum_i x_i^2", "x", r"2A^T(Ax - b) + 2\lambda x"),
    (x + r"f = \frac{\sum_i a_ix_i}{b^Tx}", "x", r"\frac{1}{b^Tx}(a - \frac{a^Tx}{b^Tx}b)"),
    (x + r"g : \R \to \R; f = \sum_i g(x_i)", "x", "g'(x)"),
    (x + r"f = \sum_i (x_i^2)y^Ty + x^Tx", "y", r"2(x^Tx)y"),
    (r"f = \sum_{i,j} A_{ij}B_{ij}", "A", "B"),
    (r"p, q \in \R^n; f = \sum_{i=1}^n p_i\log\frac{p_i}{q_i}", "q", r"-p \oslash q"),
    (r"p, q \in \R^n; f = \sum_i p_i\log\frac{p_i}{q_i}", "p", r"\log(p \oslash q) + \mathbf 1"),
    (
        r"z, y \in \R^K; p = \operatorname{softmax}(z); L = -\sum_{k=1}^K y_k\log p_k",
        "z",
        r"(\mathbf 1^Ty)p - y",
    ),
    (
        r"z, y \in \R^K; L = -\sum_{k=1}^K y_k\log\frac{e^{z_k}}{\sum_{j=1}^K e^{z_j}}",
        "z",
        r"(\mathbf 1^Ty)\operatorname{softmax}(z) - y",
    ),
    (r"X \in \R^{m \times n}; f = \sum_{i=1}^m\sum_{j=1}^n X_{ij}^2", "X", "2X"),
    (
        r"X \in \R^{m \times n}; f = \sum_{i,j} X_{ij}\log X_{ij}",
        "X",
        r"\log(X) + \mathbf 1\mathbf 1^T",
    ),
    (r"X \in \R^{n \times n}; f = \sum_i X_{ii}", "X", "I"),
    (x + r"A \in \R^{n \times n}; f = \sum_i A_{ii} + \sum_i x_i", "x", r"\mathbf 1"),
    (x + r"A \in \R^{n \times n}; f = x^Tx\sum_i A_{ii}", "x", r"2\operatorname{tr}(A)x"),
    (
        (
            r"X \in \R^{m \times n}; w \in \R^n; "
            r"L = \sum_{i=1}^m (y_i - \sum_{j=1}^n X_{ij}w_j)^2"
        ),
        "w",
        "-2X^T(y - Xw)",
    ),
    (
        (
            r"\alpha \in \R^n; K \in \mathbb{S}^n; "
            r"L = \sum_i \alpha_i - \frac12\sum_{i,j} \alpha_i\alpha_jy_iy_jK_{ij}"
        ),
        "alpha",
        r"\mathbf 1 - (K(\alpha \odot y)) \odot y",
    ),
    (x + r"f = \sum_i\sum_j W_{ij}x_ix_j + \sum_i x_i", "x", r"(W + W^T)x + \mathbf 1"),
)


def derived(text: str, notation: str = "frobenius") -> derivtex.Derivation:
    return derivtex.derive(text.replace("; ", "\n"), notation=notation)


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize(("text", "variable", "wanted"), GRADIENTS)
def test_gradient(text: str, variable: str, wanted: str, notation: str) -> None:
    asked = "\\alpha" if variable == "alpha" else variable
    derivation = derived(f"{text}; \\nabla_{asked} {'L' if 'L =' in text else 'f'}", notation)
    verification = derivation.verify()
    assert verification.ok, str(verification)
    found = derivation.gradients[variable]
    names = {
        **{f.name: f for f in derivation.problem.functions},
        **{
            (e.data if e.op == "named" else e.data.name): e
            for e in derivation.problem.symbols.values()
        },
    }
    if "g'" in wanted:
        assert found.text() == wanted
        return
    expected = parse_expression(wanted, names, shape=found.shape)
    assert canonical(found) is canonical(expected), found.latex()


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            x + r"f = \sum_{i=1}^n x_i \log x_i; \nabla_x f",
            ["Σᵢ xᵢ log(xᵢ)", "xᵀ log(x)", "x:log(x)"],
        ),
        (x + r"f = \sum_{i,j} A_{ij}x_ix_j; \nabla_x f", ["Σᵢ Σⱼ Aᵢⱼxᵢxⱼ", "xᵀAx", "x:Ax"]),
        (x + r"\nabla_x \sum_i x_i^2", ["Σᵢ xᵢ²", "xᵀx", "x:x"]),
        (
            x + r"f = \sum_k a_k\frac{\exp(x_k)}{\sum_j \exp(x_j)}; \nabla_x f",
            ["Σₖ (aₖ exp(xₖ)/(Σⱼ exp(xⱼ)))", "aᵀ softmax(x)", "a:softmax(x)"],
        ),
    ],
)
def test_the_first_lines_are_as_posed(text: str, lines: list[str]) -> None:
    assert [line.right.text() for line in derived(text).lines[:3]] == lines


def test_index_notation_goes_on_from_the_components() -> None:
    derivation = derived(x + r"f = \sum_i x_i\log x_i; \nabla_x f", "index")
    assert [line.right.text() for line in derivation.lines[:2]] == [
        "Σᵢ xᵢ log(xᵢ)",
        "Σᵢ (δᵢₖ log(xᵢ) + δᵢₖ)",
    ]


def test_hessian_and_jacobian() -> None:
    hessian = derived(x + r"f = \sum_i x_i^3; \nabla_x^2 f")
    assert hessian.verify().ok
    assert hessian.hessian.text() == "6 Diag(x)"
    jacobian = derived(x + r"y = \frac{x}{\sum_i x_i^2}; \frac{\partial y}{\partial x}")
    assert jacobian.verify().ok
    assert jacobian.jacobian.text() == "(I − 2yxᵀ)/(xᵀx)"


def test_json_and_values() -> None:
    derivation = derived(x + r"f = \sum_i a_ix_i^2; \nabla_x f")
    assert derivtex.Derivation.from_json(derivation.to_json()) == derivation
    values = {"x": np.array([1.0, 2.0]), "a": np.array([3.0, 5.0])}
    assert derivation.lines[0].right.evaluate(values) == 23.0
    np.testing.assert_allclose(derivation.gradient.evaluate(values), [6.0, 20.0])


def test_an_entry_has_no_one_value() -> None:
    lines = derived(x + r"f = \sum_i a_ix_i; \nabla_x f", "index").lines
    entry = next(line.right for line in lines if line.right.text() == "aₖ")
    with pytest.raises(DerivtexError, match="for each of its subscripts"):
        entry.evaluate({"a": np.ones(2), "x": np.ones(2)})


#: What is refused: the statements, the error, and some of its words.
REFUSED = (
    (r"f = \prod_i x_i", UnsupportedError, "a product over entries"),
    (r"f = \sum_{i<j} x_ix_j", UnsupportedError, "the indices that fulfil a condition"),
    (r"f = \sum_{i=1}^N x_i", ShapeError, "i runs to N, and there are n entries"),
    (r"f = \sum_{i=1}^3 x_i", ShapeError, "i runs to 3"),
    (r"f = \sum_{i=2}^n x_i", UnsupportedError, "over some of the entries"),
    (r"f = \sum_{i=1}^{n-1} x_i", UnsupportedError, "over some of the entries"),
    (r"f = \sum_{i=1}^{n-1} (x_{i+1} - x_i)^2", UnsupportedError, "at a place that no sum"),
    (r"f = x_1 + \sum_i x_i", UnsupportedError, "at a place that no sum"),
    (r"f = \sum_i i x_i", UnsupportedError, "stands for a number"),
    (r"f = \sum_i x_i b", UnsupportedError, "one of numbers"),
    (r"y \in \R^n; f = \sum_i x_i^{y_i}", UnsupportedError, "no products of arrays"),
    (r"f = \sum_i \sum_{j=1}^i x_j", UnsupportedError, "over some of the entries"),
    (r"y \in \R^m; f = \sum_i x_iy_i", ShapeError, "runs over the entries of both"),
    (r"f = \sum_i T_{ijk}x_i", ParseError, "T has entries with 2 indices"),
    (r"f = \sum_i x_{ii}", ParseError, "x has entries with 1 index"),
    (r"z_i \in \R^p; f = \sum_i x_iz_i^T\beta", UnsupportedError, "could be an entry of x"),
    (r"r_k = x_k^2; f = \sum_k r_k", UnsupportedError, "entries of x in the definition of every"),
    (
        r"y_k \in \R; s = \sum_i x_i; r_k = y_ks; f = \sum_k r_k^2",
        UnsupportedError,
        "in the definition of every member",
    ),
    (r"s = x^Tx; f = \sum_i s_ix_i", UnsupportedError, "s is a number, and has no entries"),
)


@pytest.mark.parametrize(("text", "error", "words"), REFUSED)
def test_refused(text: str, error: type[DerivtexError], words: str) -> None:
    with pytest.raises(error, match=words) as caught:
        derived(f"{x}{text}; \\nabla_x f")
    assert caught.value.span is not None


def test_members_of_a_family_stay_members() -> None:
    """`s = Σ s_i` says nothing of entries; neither does an x of which only members are asked."""
    assert derived(r"s = \sum_i s_i; f = s^2; \nabla_{s_k} f").gradients["s_k"].text() == "2s"
    assert derived(x + r"f = \sum_k x_k^2; \nabla_{x_i} f").gradients["x_i"].text() == "2xᵢ"
