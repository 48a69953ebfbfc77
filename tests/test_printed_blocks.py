"""Blocks are printed with the sizes that no block beside them tells, and read back with these."""

from __future__ import annotations

import pytest

import derivtex.ops as ops
from derivtex.expr import Expr
from derivtex.op import OPS
from derivtex.ops import symbol, zeros
from derivtex.ops.blocks import hstack, selector, vstack
from derivtex.ops.leaves import number
from derivtex.parse import parse_expression
from derivtex.shapes import ONE, SCALAR, Shape, column, dim, total
from derivtex.symbols import Function
from tests.test_printers import assert_reads_back

n, m, p, q = map(dim, "nmpq")
A, B, S = symbol("A", Shape(n, p)), symbol("B", Shape(m, p)), symbol("S", Shape(n, n))
Y = symbol("Y", Shape(ONE, n))
x, t = symbol("x", column(n)), symbol("t", SCALAR)
In, Im = ops.identity(n), ops.identity(m)
ones_n, ones_m = ops.ones(column(n)), ops.ones(column(m))

GRIDS = (
    # The others tell all sizes.
    (vstack(hstack(S, x), hstack(x.T, number(0))), "[S, x; xᵀ, 0]"),
    (vstack(hstack(A, In), hstack(B, zeros(Shape(m, n)))), "[A, I; B, 0]"),
    (hstack(x, ones_n), "[x, 𝟏]"),
    (hstack(ones_n, ones_n), "[𝟏, 𝟏]"),
    (vstack(x, t), "[x; t]"),
    (hstack(number(1), number(0)), "[1, 0]"),
    # Nothing does, of one of them.
    (hstack(A, zeros(Shape(n, q))), "[A, 0_{n×q}]"),
    (vstack(hstack(A, zeros(Shape(n, q))), hstack(B, zeros(Shape(m, q)))), "[A, 0_{n×q}; B, 0]"),
    (vstack(x, zeros(column(m))), "[x; 0ₘ]"),
    (vstack(x, number(0)), "[x; 0₁]"),
    (hstack(x.T, zeros(Shape(ONE, q))), "[xᵀ, 0_{1×q}]"),
    (
        vstack(hstack(A, zeros(Shape(n, q))), zeros(Shape(m, total([p, q])))),
        "[[A, 0_{n×q}]; 0_{m×(p+q)}]",
    ),
    # Nothing but zeros, identities and ones.
    (vstack(hstack(In, zeros(Shape(n, m))), hstack(zeros(Shape(m, n)), Im)), "[Iₙ, 0; 0, Iₘ]"),
    (
        vstack(
            hstack(-In, zeros(Shape(n, m))),
            hstack(zeros(Shape(m, n)), Im + ops.ones(Shape(m, m))),
        ),
        "[−Iₙ, 0; 0, Iₘ + 𝟏ₘ𝟏ₘᵀ]",
    ),
    (hstack(t @ In, In), "[tIₙ, I]"),
    (vstack(ones_n, ones_m), "[𝟏ₙ; 𝟏ₘ]"),
    # Identities and ones in what stands among the blocks.
    (vstack(ones_n @ x.T, S), "[𝟏ₙxᵀ; S]"),
    (hstack(ones_n @ x.T, S), "[𝟏xᵀ, S]"),
    (hstack(OPS["inverse"](In + S), In), "[(I + S)⁻¹, I]"),
    (vstack(OPS["kron"](In, A), OPS["kron"](In, A)), "[Iₙ ⊗ A; I ⊗ A]"),
    # What picks out a block.
    (selector([n, p], 0), "[I, 0_{n×p}]"),
    (selector([n, p, m], 1), "[0_{p×n}, I, 0_{p×m}]"),
    (selector([ONE, p], 0), "[1, 0_{1×p}]"),
    (selector([ONE, p], 1), "[0ₚ, I]"),
    (selector([ONE, ONE], 1), "[0, 1]"),
    (selector([total([n, p]), dim(2)], 0), "[I, 0_{(n+p)×2}]"),
    (selector([n, p], 0).T, "[I; 0_{p×n}]"),
    (selector([ONE, p], 0).T @ x.T, "[1; 0ₚ]xᵀ"),
    (S @ selector([p, n], 1) + hstack(A, S), "S[0_{n×p}, I] + [A, S]"),
    # Contractions, whose value is as large as their arguments tell.
    (
        OPS["contract_second"](ops.ones(Shape(n, n)) @ OPS["khatri_rao"](In, In).T, Y),
        "𝟏ₙ𝟏ₙᵀ khatrirao(Iₙ, Iₙ)ᵀ:₂Y",
    ),
    (OPS["contract_second"](OPS["kron"](In, A), A), "(Iₙ ⊗ A):₂A"),
    (OPS["contract_second"](OPS["kron"](S, A), A), "(S ⊗ A):₂A"),
    # An argument 0 that is an array.
    (OPS["frobenius"](x, OPS["exp"](zeros(column(n)))), "x:exp(0ₙ)"),
    (OPS["hadamard_quotient"](A, zeros(A.shape)), "A ⊘ 0_{n×p}"),
)


@pytest.mark.parametrize(("e", "plain"), GRIDS, ids=[plain for _, plain in GRIDS])
def test_reads_back(e: Expr, plain: str) -> None:
    assert e.text() == plain
    names: dict[str, Expr | Function] = {"A": A, "B": B, "S": S, "x": x, "t": t, "Y": Y}
    assert parse_expression(e.latex(), names).latex() == e.latex()
    assert_reads_back(e, e.latex())
