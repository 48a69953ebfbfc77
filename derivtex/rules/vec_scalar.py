"""The moves of the vec notation for a scalar: they bring a term to the form `mᵀ vec(dX)`."""

from __future__ import annotations

from functools import cache, partial

from derivtex.expr import Expr
from derivtex.op import OPS, Op
from derivtex.ops import mul, symbol, transpose, unvec, vec, zeros
from derivtex.rule import Rule, register, rule
from derivtex.rules import trace
from derivtex.rules.frobenius import ACROSS, across
from derivtex.rules.frobenius import from_trace as trace_to_frobenius
from derivtex.rules.vec import UNDER_VEC, without_vec
from derivtex.rules.vec_close import closed
from derivtex.specimen import linear_place, specimen
from derivtex.structure import transposed
from derivtex.varying import Varying

# --- before the differential ---------------------------------------------------------------------


@rule(
    "squared norm by vec",
    r"\|A\|_F^2 = \operatorname{vec}(A)^T\operatorname{vec}(A)",
    joins=True,
    on="norm_squared",
)
def norm(node: Expr, varying: Varying) -> Expr | None:
    """`‖A‖² = vec(A)ᵀ vec(A)`."""
    if not varying.depends(node):
        return None
    a = vec(node.args[0])
    return mul(transpose(a), a)


@rule(
    "Frobenius product by vec",
    r"A:B = \operatorname{vec}(A)^T\operatorname{vec}(B)",
    on="frobenius",
)
def inner(node: Expr, varying: Varying) -> Expr | None:
    """`A:B = vec(A)ᵀ vec(B)`, the differential on the right."""
    A, B = node.args
    if varying.holds(A):
        A, B = B, A
    return mul(transpose(vec(A)), vec(B))


@rule(
    "trace by vec",
    r"\operatorname{tr}(A^TB) = \operatorname{vec}(A)^T\operatorname{vec}(B)",
    on="trace",
)
def from_trace(node: Expr, varying: Varying) -> Expr | None:
    """`tr(P Z Q) = vec(PᵀQᵀ)ᵀ vec(Z)`, where Z holds the differential."""
    paired = trace_to_frobenius(node, varying)
    if paired is None or paired.op != "frobenius":
        return paired
    return inner(paired, varying)


# --- moves ---------------------------------------------------------------------------------------


def _last(product: Expr, varying: Varying) -> Expr | None:
    """The last factor of `m L(Z)`, if it is the one with the differential."""
    if product.op != "mul":
        return None
    factor = product.args[-1]
    return factor if varying.holds(factor) else None


@cache
def _of_last(move: Rule) -> Rule:
    """The rule for the last factor of a product: `m vec L(Z) = m M vec Z`."""

    def rewrite(node: Expr, varying: Varying) -> Expr | None:
        new = move(node.args[-1], varying)
        return None if new is None else mul(*node.args[:-1], new)

    return Rule(move.name, move.statement, frozenset({"mul"}), rewrite, sides=move.sides)


def _across(op: Op, node: Expr, varying: Varying) -> Expr | None:
    """`gᵀ vec L(Z) = vec(L*(G))ᵀ vec Z` with `g = vec(G)`."""
    last = _last(node, varying)
    L = None if last is None else without_vec(last)
    if L is None or L.op != op.name:
        return None
    index = varying.place(L)
    G = unvec(closed(transposed(mul(*node.args[:-1])), varying), zeros(L.shape))
    return mul(transpose(vec(op.transpose_move(G, L, index))), vec(L.args[index]))


def _across_sides(op: Op) -> tuple[Expr, Expr]:
    args = specimen(op)
    index = linear_place(op, args)
    L = op(*args)
    G = symbol("G", L.shape)
    moved = op.transpose_move(G, L, index)
    return mul(transpose(vec(G)), vec(L)), mul(transpose(vec(moved)), vec(args[index]))


#: For what has no matrix under vec the adjoint is used, on the matrix whose vec the row is.
ACROSS_VEC: dict[str, Rule] = {
    op.name: register(
        Rule(
            f"{op.title} across the vec",
            "",
            frozenset({"mul"}),
            partial(_across, op),
            sides=partial(_across_sides, op),
        )
    )
    for op in OPS.values()
    if op.adjoint is not None
    and op.vec is None
    and op.name not in {"frobenius", "trace", "vec", "unvec"}
}


def next_move(core: Expr, varying: Varying) -> Rule | None:
    """What brings `core`, a scalar with one differential, nearer to `mᵀ vec(dX)`."""
    if core.op == "frobenius":
        return inner
    if core.op == "trace":
        return from_trace
    if core.op != "mul":
        if core.op not in ACROSS:
            across(core.op)  # the error that names what is missing
        return trace.from_linear
    last = _last(core, varying)
    if last is None:
        factor = core.args[varying.place(core)]
        row = factor.op == "transpose" and factor.args[0].shape.is_column
        return trace.transpose_scalar if row else UNDER_VEC["mul"]
    inside = without_vec(last)
    if inside.op == "differential":
        return None
    if inside.op not in UNDER_VEC:
        across(inside.op)  # the error that names what is missing
        return ACROSS_VEC[inside.op]
    return _of_last(UNDER_VEC[inside.op])
