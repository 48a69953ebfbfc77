"""What is printed: exact strings, parsed back, in every style; and JSON, also from an enemy."""

from __future__ import annotations

import json
import sys
import zlib
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import derivtex.ops as ops
from derivtex.api import derive
from derivtex.derivation import Derivation, Line, Reason, Step
from derivtex.errors import DerivtexError, LimitError
from derivtex.expr import Expr, walk
from derivtex.notation import NOTATIONS, Notation
from derivtex.op import OPS
from derivtex.ops import (
    add,
    contract_second,
    derivative,
    differential,
    frobenius,
    hadamard,
    inverse,
    kron,
    mul,
    named,
    number,
    power,
    symbol,
)
from derivtex.parse import parse_expression
from derivtex.printers.block import STYLES, block
from derivtex.printers.json import from_json, to_json
from derivtex.printers.latex import expression_latex
from derivtex.printers.text import columns_of, expression_text, text
from derivtex.printers.unicode import UnicodeWriter
from derivtex.problem import Problem, Task
from derivtex.shapes import ONE, SCALAR, Shape, column, dim
from derivtex.symbols import Function, GradientName
from derivtex.valuation import Valuation

n = dim("n")
SQUARE, COLUMN = Shape(n, n), column(n)
A, B, X, W1 = (symbol(name, SQUARE) for name in ("A", "B", "X", "W^{[1]}"))
a, b, x, y_hat = (symbol(name, COLUMN) for name in ("a", "b", "x", r"\hat y_1"))
lam, mu, lam_q = (symbol(name, SCALAR) for name in (r"\lambda", r"\mu", r"\lambda_q"))
loss_word = symbol(r"\mathrm{Loss}", SCALAR)
half = number(Fraction(1, 2))
d = differential
exp, sigmoid, log = OPS["exp"], OPS["sigmoid"], OPS["log"]

phi = Function(r"\phi", (SQUARE,), SCALAR)
Loss = Function(r"\mathrm{Loss}", (COLUMN, COLUMN), SCALAR)
g = Function("g^{[1]}", (SCALAR,), SCALAR)
L = named("L", x.T @ b)

CASES: list[tuple[Expr, str, str]] = [
    # signs
    (-(A @ d(X) @ B), r"-A\,dX\,B", "−A dX B"),
    (frobenius(-A, B), "-A:B", "−A:B"),
    (frobenius(B - A, X), r"\left(B - A\right):X", "(B − A):X"),
    (frobenius(-A + B, X), r"\left(-A + B\right):X", "(−A + B):X"),
    (frobenius(A, -B), r"-A:B", "−A:B"),
    (-A - B, "-A - B", "−A − B"),
    (A @ (-B + X), r"A\left(-B + X\right)", "A(−B + X)"),
    (hadamard(-A, B), r"\left(-A\right) \odot B", "(−A) ⊙ B"),
    (-half @ (A + A.T), r"-\frac{1}{2}\left(A + A^T\right)", "−½(A + Aᵀ)"),
    # products of scalars, and where a product may run on
    (2 * frobenius(A, B), "2A:B", "2A:B"),
    (2 * frobenius(X @ A, d(B)), "2XA:dB", "2XA:dB"),
    (mul(frobenius(A, B), x.T, b), r"\left(A:B\right)x^Tb", "(A:B)xᵀb"),
    ((a.T @ b) * (x.T @ b), r"\left(a^Tb\right)\left(x^Tb\right)", "(aᵀb)(xᵀb)"),
    (mul(a.T @ b, X, x), r"\left(a^Tb\right)Xx", "(aᵀb)Xx"),
    (lam @ x.T @ A @ x, r"\lambda x^TAx", "λxᵀAx"),
    (3 * power(number(2), lam), r"3 \cdot 2^{\lambda}", "3 · 2^λ"),
    (lam @ loss_word, r"\lambda\mathrm{Loss}", "λ Loss"),
    # superscripts
    (W1.T @ x, r"\left(W^{[1]}\right)^Tx", "(W^[1])ᵀx"),
    (inverse(X).T, "X^{-T}", "X⁻ᵀ"),
    (inverse(A @ X).T @ b, r"\left(AX\right)^{-T}b", "(AX)⁻ᵀb"),
    (d(X).T, r"\left(dX\right)^T", "(dX)ᵀ"),
    (power(x, number(2)), r"x^{\circ 2}", "x^∘2"),
    (power(x, half), r"x^{\circ 1/2}", "x^∘(1/2)"),
    (power(OPS["norm_squared"](x), number(2)), r"\|x\|^4", "‖x‖⁴"),
    (exp(A @ x).T @ b, r"\left(\exp(Ax)\right)^Tb", "(exp(Ax))ᵀb"),
    (sigmoid(x).T @ b, r"\sigma(x)^Tb", "σ(x)ᵀb"),
    (OPS["matrix_power"](X.T, number(3)), r"\left(X^T\right)^3", "(Xᵀ)³"),
    # fractions
    (power(OPS["norm"](x), number(-3)) @ A @ x, r"\frac{Ax}{\|x\|^3}", "Ax/‖x‖³"),
    (power(lam + mu, number(-1)) @ x, r"\frac{x}{\lambda + \mu}", "x/(λ + μ)"),
    (power(lam, number(-1)) @ power(mu, number(-1)), r"\frac{1}{\lambda\mu}", "1/(λμ)"),
    (number(Fraction(7, 5)) @ x, r"\frac{7}{5}x", "(7/5)x"),
    (half @ x.T @ A @ x, r"\frac{1}{2}x^TAx", "½xᵀAx"),
    (
        power(lam, number(-1)) @ A @ (x - b),
        r"\frac{A\left(x - b\right)}{\lambda}",
        "A(x − b)/λ",
    ),
    # functions
    (2 * OPS["logdet"](X), r"2\log\det X", "2 log det X"),
    (OPS["log"](OPS["det"](A + B)), r"\log\det(A + B)", "log det(A + B)"),
    (OPS["logdet"](X) @ x, r"\log\det(X)x", "log det(X)x"),
    (power(OPS["logdet"](X), number(2)), r"\left(\log\det X\right)^2", "(log det X)²"),
    (OPS["det"](X) @ inverse(X).T, r"\det(X)X^{-T}", "det(X)X⁻ᵀ"),
    (power(lam, OPS["det"](X)), r"\lambda^{\det X}", "λ^(det X)"),
    (power(lam, OPS["logdet"](X) + mu), r"\lambda^{\log\det X + \mu}", "λ^(log det X+μ)"),
    (OPS["trace"](A @ d(X)), r"\operatorname{tr}(A\,dX)", "tr(A dX)"),
    (
        OPS["trace"](A @ (B + X)),
        r"\operatorname{tr}\left(A\left(B + X\right)\right)",
        "tr(A(B + X))",
    ),
    (OPS["abs"](-x), r"\left|-x\right|", "|−x|"),
    (OPS["norm1"](x - b), r"\|x - b\|_1", "‖x − b‖₁"),
    (OPS["norm"](A), r"\|A\|_F", "‖A‖"),
    (OPS["norm_max"](x), r"\|x\|_\infty", "‖x‖_∞"),
    (OPS["sqrt"](lam + mu), r"\sqrt{\lambda + \mu}", "√(λ + μ)"),
    (OPS["sqrt"](lam), r"\sqrt{\lambda}", "√λ"),
    (-OPS["sqrt"](lam), r"-\sqrt{\lambda}", "−√λ"),
    (mul(OPS["sqrt"](lam), x.T, x), r"\sqrt{\lambda}x^Tx", "√(λ)xᵀx"),
    (mul(lam, OPS["sqrt"](mu)), r"\lambda\sqrt{\mu}", "λ √μ"),
    (mul(OPS["sqrt"](lam), frobenius(A, B)), r"\sqrt{\lambda}A:B", "√(λ)A:B"),
    (power(OPS["sqrt"](lam), number(-1)) @ x, r"\frac{x}{\sqrt{\lambda}}", "x/√λ"),
    (mul(OPS["sqrt"](OPS["norm"](x)), x), r"\sqrt{\|x\|}x", "√‖x‖x"),
    (
        mul(lam, power(OPS["sqrt"](mul(x.T, x)), number(-1)), power(OPS["sqrt"](mu), number(-1))),
        r"\frac{\lambda}{\sqrt{x^Tx}\sqrt{\mu}}",
        "λ/(√(xᵀx) √μ)",
    ),
    (mul(power(lam, lam), mu), r"\lambda^{\lambda}\mu", "λ^λ μ"),
    (
        mul(power(lam, lam), power(lam, power(lam, lam) - number(1))),
        r"\lambda^{\lambda}\lambda^{\lambda^{\lambda} - 1}",
        "λ^λ λ^(λ^λ−1)",
    ),
    (mul(lam_q, x.T, x), r"\lambda_qx^Tx", "λ_q xᵀx"),
    (frobenius(power(x, number(2)), b), r"x^{\circ 2}:b", "x^∘2:b"),
    # other products
    (A @ hadamard(x, b), r"A\left(x \odot b\right)", "A(x ⊙ b)"),
    (hadamard(A @ x, b), r"\left(Ax\right) \odot b", "(Ax) ⊙ b"),
    (kron(B.T, A), r"B^T \otimes A", "Bᵀ ⊗ A"),
    (kron(A @ B, X), r"\left(AB\right) \otimes X", "(AB) ⊗ X"),
    (
        A @ contract_second(kron(B, X), X),
        r"A\left(\left(B \otimes X\right):_2X\right)",
        "A((B ⊗ X):₂X)",
    ),
    (
        hadamard(OPS["hadamard_quotient"](x, b), a),
        r"\left(x \oslash b\right) \odot a",
        "(x ⊘ b) ⊙ a",
    ),
    (
        OPS["abs"](2 * OPS["abs"](lam) @ exp(mu)),
        r"\operatorname{abs}(2|\lambda|\exp(\mu))",
        "abs(2|λ| exp(μ))",
    ),
    # constants
    (ops.ones(Shape(ONE, n)) @ x, r"\mathbf{1}^Tx", "𝟏ᵀx"),
    (ops.ones(SQUARE) - X, r"\mathbf{1}\mathbf{1}^T - X", "𝟏𝟏ᵀ − X"),
    (ops.identity(n) + A, "I + A", "I + A"),
    (symbol("F_i", SQUARE) @ A @ X, r"F_i AX", "FᵢAX"),
    (symbol("F_i", SQUARE) @ A, r"F_iA", "FᵢA"),
    # names, differentials, gradients, unknown functions
    (d(y_hat), r"d\hat y_1", "dŷ₁"),
    (d(symbol(r"\Sigma", SQUARE)), r"d\Sigma", "dΣ"),
    (d(A @ X), "d(AX)", "d(AX)"),
    (derivative(L, x).T @ a, r"\left(\frac{\partial L}{\partial x}\right)^Ta", "(∂L/∂x)ᵀa"),
    (
        named(GradientName("L", "z^{[2]}"), x),
        r"\frac{\partial L}{\partial z^{[2]}}",
        "∂L/∂z^[2]",
    ),
    (ops.map_function(g, x, 1), r"g^{[1]\prime}(x)", "g^[1]'(x)"),
    (ops.apply_function(Loss, x, b), r"\mathrm{Loss}(x, b)", "Loss(x, b)"),
    (ops.partial(phi, 0, X), r"\frac{\partial \phi}{\partial X}", "∂ϕ/∂X"),
    (ops.partial(Loss, 1, x, b), r"\frac{\partial \mathrm{Loss}}{\partial b}", "∂Loss/∂b"),
    (
        OPS["log_softmax"](A).T @ a,
        r"\left(\log\operatorname{softmax}(A)\right)^Ta",
        "(log softmax(A))ᵀa",
    ),
]
#: What has no reading of its own in an expression file.
PRINTED_ONLY: list[tuple[Expr, str, str]] = [
    (ops.partial(phi, 0, A @ X).T, r"\left(\nabla\phi(AX)\right)^T", "(∇ϕ(AX))ᵀ"),
    (ops.partial(Loss, 1, x, A @ b), r"\nabla_2\mathrm{Loss}(x, Ab)", "∇₂Loss(x, Ab)"),
    (add.node((A, add.node((-B, X)))), r"A + \left(-B + X\right)", "A + (−B + X)"),
    (mul.node((A, mul.node((B, X)))), r"A\left(BX\right)", "A(BX)"),
    (OPS["norm_max"](A), r"\|A\|_{\max}", "‖A‖_max"),
]


@pytest.mark.parametrize(("e", "tex", "plain"), CASES + PRINTED_ONLY, ids=lambda v: str(v)[:40])
def test_expression(e: Expr, tex: str, plain: str) -> None:
    assert expression_latex(e) == tex
    assert expression_text(e) == plain


# --- parsing back --------------------------------------------------------------------------------

_OPAQUE = {"symbol", "named", "differential", "derivative", "partial", "apply", "map"}
_SIZES = dict(zip("mnpqrk", (2, 3, 4, 5, 6, 7), strict=True))


def _names(e: Expr) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for node in walk(e):
        match node.op:
            case "symbol":
                found[node.data.name] = node
            case "named" if isinstance(node.data, str):
                found[node.data] = node
            case "named" | "derivative" | "partial":
                found[expression_latex(node)] = node
            case "apply":
                found[node.data.name] = node.data
            case "map":
                found[node.data[0].name] = node.data[0]
    return found


def _values(*roots: Expr) -> dict[Expr, Any]:
    """Well-conditioned positive data for all that is opaque to a product or a sum."""
    values = {}
    for node in walk(*roots, into=lambda e: e.op not in _OPAQUE):
        if node.op in _OPAQUE:
            rng = np.random.default_rng(zlib.crc32(expression_latex(node).encode()))
            shape = Valuation(_SIZES, {}).shape(node.shape)
            values[node] = rng.uniform(0.5, 1.5, shape) + 3 * np.eye(*shape)
    return values


def assert_reads_back(e: Expr, written: str) -> None:
    back = parse_expression(written, _names(e), shape=e.shape)
    if back is not e:
        value = Valuation(_SIZES, {}, overrides=_values(e, back))
        np.testing.assert_allclose(value(back), value(e), rtol=1e-9, err_msg=written)


@pytest.mark.parametrize("e", [case[0] for case in CASES], ids=[case[1] for case in CASES])
def test_expression_reads_back(e: Expr) -> None:
    assert_reads_back(e, expression_latex(e))


@pytest.mark.parametrize(
    ("e", "plain"),
    # ∂L/∂x is read as TeX alone.
    [(e, plain) for e, _, plain in CASES if "∂" not in plain],
    ids=lambda v: str(v)[:40],
)
def test_text_reads_back(e: Expr, plain: str) -> None:
    assert_reads_back(e, plain)


# --- derivations ---------------------------------------------------------------------------------

R1 = "Y = X^T W\nL = \\|Y\\|_F^2\n\\frac{\\partial L}{\\partial W}\n"
R4 = (
    "D = W X\n\\phi : \\R^{m \\times n} \\to \\R\n"
    "\\frac{\\partial \\phi(D)}{\\partial W}, \\frac{\\partial \\phi(D)}{\\partial X}\n"
)
R5 = "w \\in \\R^m; x \\in \\R^q\n\\phi = w^T L M N x\n\\frac{\\partial \\phi}{\\partial M}\n"
OLS = "% Ordinary least squares\nL = \\|Xw - y\\|^2\n\\frac{\\partial L}{\\partial w} = 0\n"
POSITIVE = "f = \\log\\det X + a^T \\exp(X b)\n\\frac{\\partial f}{\\partial X}\n"


@pytest.mark.parametrize("notation", ["frobenius", "trace", "inner"])
@pytest.mark.parametrize("problem", [R1, R4, R5, OLS, POSITIVE])
def test_every_side_reads_back(problem: str, notation: str) -> None:
    derivation = derive(problem, notation=notation)
    sides = [e for line in derivation.lines for e in (line.left, line.right)]
    sides += [e for step in derivation.steps for e in (step.before, step.after)]
    for e in dict.fromkeys(sides):
        if e is not None and e.op != "zeros":
            assert_reads_back(e, expression_latex(e))


def test_eqalign() -> None:
    assert (
        derive(R1).latex()
        == r"""\eqalign{
Y &= X^TW \cr
L &= Y:Y \cr
dL &= 2Y:dY \cr
&= 2Y:X^T\,dW \cr
&= 2XY:dW \cr
\frac{\partial L}{\partial W} &= 2XY \cr
}"""
    )


def test_named_reasons() -> None:
    assert (
        derive(R4).latex(reasons="named")
        == r"""\eqalign{
D &= WX \cr
dD &= dW\,X + W\,dX \quad&\big(\text{differential of }D\big) \cr
\frac{\partial \phi}{\partial D} &= G \quad&\big(\text{gradient wrt }D\big) \cr
d\phi &= G:dD \quad&\big(\text{differential of }\phi\big) \cr
&= G:dW\,X + G:W\,dX \cr
&= GX^T:dW + W^TG:dX \cr
\frac{\partial \phi}{\partial W} &= GX^T \quad&\big(\text{gradient wrt }W\big) \cr
\frac{\partial \phi}{\partial X} &= W^TG \quad&\big(\text{gradient wrt }X\big) \cr
}"""
    )


def test_highlight() -> None:
    tex = derive(R5).latex(highlight=True)
    assert r"&= L^Twx^TN^T:{\color{red}{M}} \cr" in tex
    assert r"d\phi &= L^Twx^TN^T:{\color{red}{dM}} \cr" in tex
    assert r"{\color{red}{x}}" in derive(R5).latex(highlight=["x"])
    with pytest.raises(DerivtexError, match="no Q to highlight"):
        derive(R5).latex(highlight=["Q"])


Z = symbol("Z", SQUARE)
BY_HAND = Derivation(
    Problem("", None, (), (Task("gradient", L, (Z,)),), {"Z": Z}),
    "frobenius",
    (
        Line("definition", L, frobenius(A, Z), Reason("", ())),
        Line(
            "differential",
            d(L),
            frobenius(A, d(Z)),
            Reason("50% of {} & more", (L,)),
            (Step("no such rule", (), d(frobenius(A, Z)), frobenius(A, d(Z))),),
        ),
        Line("gradient", derivative(L, Z), A, Reason("", (), ("like terms", "common factor"))),
    ),
    conditions=(Reason("{} is invertible", (A,)), Reason("{} is not {}", (X, B))),
)


def test_reasons_are_escaped_and_rules_state_themselves() -> None:
    definition, differential_row, gradient = BY_HAND.latex("aligned", reasons=True).split("\n")[1:4]
    assert definition == r"L &= A:Z \\"
    assert differential_row == r"dL &= A:dZ &&\quad\big(\text{50\% of }L\text{ \& more}\big) \\"
    assert gradient == (
        r"\frac{\partial L}{\partial Z} &= A &&\quad\big(2A + 3A = 5A,\ AB + AC = A(B + C)\big)"
    )


@pytest.mark.parametrize("style", STYLES)
def test_styles(style: str) -> None:
    tex = block(BY_HAND, style, reasons=True)
    begin, *rows, end = tex.split("\n")
    assert all(row.strip() for row in rows)
    assert len(rows) == 3
    if style == "eqalign":
        assert (begin, end) == (r"\eqalign{", "}")
        assert all(row.endswith(r" \cr") for row in rows)
    else:
        assert (begin, end) == (rf"\begin{{{style}}}", rf"\end{{{style}}}")
        assert [row.endswith(r" \\") for row in rows] == [True, True, False]


def test_unknown_style_and_detail() -> None:
    with pytest.raises(DerivtexError, match="style 'tabular'"):
        BY_HAND.latex("tabular")
    with pytest.raises(DerivtexError, match="detail 'huge'"):
        BY_HAND.latex(detail="huge")


def test_notation() -> None:
    notation = Notation(transpose=r"\top", d=r"\mathrm{d}", gradient="nabla", bold=True)
    assert expression_latex(derivative(L, x), notation) == r"\nabla_{\boldsymbol{x}}L"
    assert expression_latex(A.T @ x, notation) == r"\boldsymbol{A}^{\top}\boldsymbol{x}"
    assert expression_latex(A @ d(X), notation) == r"\boldsymbol{A}\,\mathrm{d}\boldsymbol{X}"
    assert expression_latex(inverse(X).T, Notation(transpose=r"\top")) == r"X^{-\top}"
    assert expression_latex(d(W1), notation, [W1]) == (
        r"{\color{red}{\mathrm{d}\boldsymbol{W}^{[1]}}}"
    )


def test_rules_are_stated_in_the_notation() -> None:
    notation = Notation(transpose=r"\top", trace=r"\mathrm{Tr}")
    printed = derive("f = a^T X b\n\\nabla_X f", notation="trace").latex(
        reasons=True, notation=notation
    )
    assert r"\big(a^{\top}Bc = \mathrm{Tr}(a^{\top}Bc)\big)" in printed
    assert "^T" not in printed


def test_inner_products() -> None:
    """A:B as an inner product, in each script; a gradient beside it keeps its factors apart."""
    angles = Notation().of("inner")
    assert expression_latex(2 * frobenius(A, X), angles) == r"2\langle A, X \rangle"
    assert UnicodeWriter(notation=angles).write(2 * frobenius(A, X)) == "2⟨A, X⟩"
    G = derivative(L, x)
    assert expression_latex(A.T @ G, angles) == r"A^T\nabla_xL"
    assert expression_latex(G @ x.T, angles) == r"\left(\nabla_xL\right)x^T"
    assert UnicodeWriter(notation=angles).write(G @ x.T) == "(∇ₓ L)xᵀ"
    colon = Notation(product="colon", gradient="partial").of("inner")
    assert expression_latex(frobenius(A, X), colon) == "A:X"
    assert expression_latex(G, colon) == r"\frac{\partial L}{\partial x}"


def test_details() -> None:
    derivation = derive(R1)
    brief = derivation.latex(detail="brief").split("\n")
    assert brief[3:5] == [r"dL &= 2Y:dY \cr", r"&= 2XY:dW \cr"]
    full = derivation.latex(detail="full").split("\n")
    assert full[2:6] == [
        r"L &= \|Y\|_F^2 \cr", r"&= Y:Y \cr", r"dL &= d(Y:Y) \cr", r"&= 2Y:dY \cr"
    ]  # fmt: skip
    assert full[-2] == r"\frac{\partial L}{\partial W} &= 2XY \cr"
    # With two variables, a gradient is read off from one term: no row claims it is the sum.
    rows = derive(R4).latex(detail="full").split("\n")
    assert [row for row in rows if row.startswith(r"\frac{\partial \phi}{\partial X}")] == [
        r"\frac{\partial \phi}{\partial X} &= W^TG \cr"
    ]


@pytest.mark.parametrize("notation", NOTATIONS)
def test_full_detail_says_whose_definition_a_step_uses(notation: str) -> None:
    problem = "z = Wx; p = \\operatorname{softmax}(z); L = -y^T\\log p; \\nabla_W L, \\nabla_z L"
    text = derive(problem.replace("; ", "\n"), notation=notation).text(detail="full", reasons=True)
    assert "A + X" not in text
    reasons = [line.rpartition("  (")[2] for line in text.split("\n")]
    assert reasons.count("definition of p)") > 1
    assert any(reason.endswith(" put back)") for reason in reasons)


@pytest.mark.parametrize("notation", NOTATIONS[:4])
def test_full_detail_of_a_name_that_cancels(notation: str) -> None:
    """P stands for its value again in P/P: it is not there any more where it was put."""
    problem = r"p_i = \exp(w^Tx_i); P = \prod_{i=1}^N p_i; L = \log P; \nabla_w L"
    text = derive(problem.replace("; ", "\n"), notation=notation).text(detail="full", reasons=True)
    assert "A + X" not in text
    assert text.count("(definition of P)") == 3


def test_full_detail_needs_no_repetition() -> None:
    for problem in (R1, R4, R5, OLS, POSITIVE):
        rows = derive(problem).latex(detail="full").split("\n")
        assert all(one != other for one, other in pairwise(rows))


# --- text and Markdown ---------------------------------------------------------------------------


def test_text() -> None:
    assert (
        derive(OLS).text()
        == """\
Ordinary least squares

    L = (Xw − y):(Xw − y)
   dL = 2(Xw − y):X dw
      = 2Xᵀ(Xw − y):dw
∂L/∂w = 2Xᵀ(Xw − y)
∂L/∂w = 0
 XᵀXw = Xᵀy
    ŵ = (XᵀX)⁻¹Xᵀy

assuming XᵀX is invertible"""
    )


def test_text_reasons_stand_in_a_column() -> None:
    rows = text(BY_HAND, reasons=True).split("\n")
    assert rows[1:3] == [
        "   dL = A:dZ   (50% of L & more)",
        "∂L/∂Z = A      (like terms, common factor)",
    ]
    assert rows[-1] == "assuming A is invertible and X is not B"


def test_text_highlight_takes_no_room() -> None:
    plain, colored = text(BY_HAND), text(BY_HAND, highlight=True)
    assert "\x1b[31mdZ\x1b[0m" in colored
    widths = [[columns_of(row) for row in shown.split("\n")] for shown in (colored, plain)]
    assert widths[0] == widths[1]


def test_width() -> None:
    assert [columns_of(s) for s in ("ŷ₁", "x̂", "𝟏ᵀ", "行")] == [2, 1, 2, 2]


def test_markdown() -> None:
    problem = BY_HAND.problem._replace(title="a*b and $c$")
    tex = replace(BY_HAND, problem=problem).markdown(style="eqalign")
    assert tex.startswith("**a\\*b and \\$c\\$**\n\n$$\n\\eqalign{\nL &= A:Z \\cr\n")
    assert tex.endswith("}\n$$\n\nAssuming $A$ is invertible and $X$ is not $B$.\n")


# --- JSON ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("notation", ["frobenius", "trace", "inner", "index"])
@pytest.mark.parametrize("problem", [R1, R4, R5, OLS, POSITIVE])
def test_json_round_trip(problem: str, notation: str) -> None:
    derivation = derive(problem, notation=notation)
    back = from_json(to_json(derivation))
    assert back == derivation
    assert back.lines[0].right is derivation.lines[0].right


def _holding(*expressions: Expr) -> Derivation:
    return replace(BY_HAND, differentials=expressions)


def test_json_holds_every_kind_of_data() -> None:
    everything = _holding(
        *[case[0] for case in CASES + PRINTED_ONLY], OPS["erf"](d(lam)), power(lam, number(10**50))
    )
    assert from_json(to_json(everything)) == everything


def _chain(depth: int) -> Expr:
    e: Expr = x
    for _ in range(depth):
        e = sigmoid(A @ e)
    return e


def test_deep_expressions() -> None:
    assert sys.getrecursionlimit() <= 2000
    deep = _chain(5_000)
    derivation = _holding(deep)
    assert from_json(to_json(derivation)).differential is deep
    assert expression_latex(deep).endswith("x" + ")" * 5_000)
    assert expression_text(deep).startswith("σ(Aσ(A")


def test_a_graph_that_is_too_long_as_text() -> None:
    e: Expr = x
    for _ in range(60):
        e = A @ e + B @ e
    assert len(to_json(_holding(e))) < 20_000
    with pytest.raises(LimitError, match="too long"):
        expression_latex(e)


def test_defined_names_are_not_written_out() -> None:
    e: Expr = x
    for i in range(60):
        e = named(f"z_{{{i}}}", A @ e + B @ e)
    assert expression_latex(e.args[0]) == "Az_{58} + Bz_{58}"


def _hostile() -> Iterator[Any]:
    def changed(**changes: Any) -> dict[str, Any]:
        return {**json.loads(to_json(BY_HAND)), **changes}

    yield from ("", "nonsense", "[]", "{}", "1" * 5000, "[" * 100_000, '{"derivtex": true}')
    yield changed(derivtex=2)
    yield changed(detail="huge")
    yield changed(lines=[7])
    yield changed(differentials=[10**9])
    yield changed(differentials=[-1])
    yield changed(differentials=[True])
    yield changed(gradients=[])
    yield changed(problem=[])
    yield {key: value for key, value in changed().items() if key != "nodes"}
    square = [[1, "n"], [1, "n"]]
    scalar = [[1], [1]]
    letter = ["symbol", [], {"symbol": "A", "structure": []}, square]
    for row in [
        ["__import__('os')", [], None, scalar],
        ["mul", [0], None, scalar],
        ["symbol", [], {"symbol": r"\input{/etc/passwd}", "structure": []}, scalar],
        ["symbol", [], {"symbol": "A}{", "structure": []}, scalar],
        ["symbol", [], {"symbol": "A\n\nB", "structure": []}, scalar],
        ["symbol", [], {"symbol": "A", "structure": [[]]}, scalar],
        ["symbol", [], None, scalar],
        ["symbol", [], {"symbol": "A", "structure": []}, [[0], [1]]],
        ["symbol", [], {"symbol": "A", "structure": []}, [[True], [1]]],
        ["symbol", [], {"symbol": "A", "structure": []}, [[1, r"\input"], [1]]],
        ["number", [], {"number": "1e999999999"}, scalar],
        ["number", [], {"number": "1/0"}, scalar],
        ["number", [], {"number": 1.5}, scalar],
        ["number", [], {"number": "2"}, square],
        ["identity", [], None, [[1, "m"], [1, "n"]]],
        ["named", [], {"name": "Y"}, scalar],
        ["apply", [], {"function": ["f", [square], scalar]}, scalar],
        ["partial", [], {"function": ["f", [], scalar], "index": 3}, scalar],
        [],
        None,
    ]:
        yield changed(nodes=[*NODES, row])
    n = len(NODES)
    family = ["family", [], {"family": ["x", "_", 1], "structure": []}, square]
    for first, row in [
        (letter, ["transpose", [n, n], None, square]),
        (letter, ["transpose", [n], None, scalar]),
        (letter, ["power", [n], None, square]),
        (letter, ["frobenius", [n, n, n], None, scalar]),
        (letter, ["transpose", [n + 1], None, square]),
        (letter, ["transpose", [True], None, square]),
        (letter, ["trace", [n], {"name": "Y"}, scalar]),
        (letter, ["member", [n, n], None, square]),
        (family, ["member", [n], None, square]),
    ]:
        yield changed(nodes=[*NODES, first, row])


#: What the document of a derivation consists of: a hostile row stands behind it.
NODES = json.loads(to_json(BY_HAND))["nodes"]


def test_a_node_that_nothing_uses_is_read() -> None:
    square = [[1, "n"], [1, "n"]]
    letter = ["symbol", [], {"symbol": "A", "structure": []}, square]
    turned = ["transpose", [len(NODES)], None, square]
    document = {**json.loads(to_json(BY_HAND)), "nodes": [*NODES, letter, turned]}
    assert from_json(json.dumps(document)) == BY_HAND


@pytest.mark.parametrize("document", [*_hostile()], ids=lambda v: str(v)[-60:])
def test_hostile_json(document: Any) -> None:
    with pytest.raises(DerivtexError):
        from_json(document if isinstance(document, str) else json.dumps(document))


def test_a_rule_of_many_operations_is_called_by_its_name() -> None:
    """Its statement is about the trace, which this derivation has none of."""
    problem = "F = X^{-1} \\odot D\n\\frac{\\partial F}{\\partial X}"
    tex = derive(problem, detail="full").latex("aligned", reasons=True)
    assert r"\big(\text{linearity}\big)" in tex
    assert r"\operatorname{tr}" not in tex
