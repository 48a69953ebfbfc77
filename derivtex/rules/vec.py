"""The moves of the vec notation: they bring `vec(L(dX))` to the form `M vec(dX)`."""

from __future__ import annotations

from functools import partial

from derivtex.errors import UnsupportedError
from derivtex.expr import Expr
from derivtex.op import OPS, Op
from derivtex.ops import add, identity, indexed_sum, mul, transpose, vec
from derivtex.rule import Rule, register, rule
from derivtex.rules import trace
from derivtex.rules.collect import TRACE, core_path
from derivtex.rules.indexed import SUMS, sum_out
from derivtex.specimen import specimen
from derivtex.structure import transposed
from derivtex.varying import Varying

# --- the column `vec` of the table, one rule an operation ----------------------------------------


def without_vec(node: Expr) -> Expr:
    """L of `vec L`, which is written `Lᵀ` for a row and `L` for a column."""
    of_a_row = node.op == "transpose" and node.args[0].shape.is_row
    return node.args[0] if node.op == "vec" or of_a_row else node


def _under(op: Op, node: Expr, varying: Varying) -> Expr | None:
    """`vec L(Z) = M vec Z`, where Z holds the differential."""
    L = without_vec(node)
    if L.op != op.name or not varying.holds(L):
        return None
    index = varying.place(L)
    return op.vectorise(L, index) @ vec(L.args[index])


def _sides(op: Op) -> tuple[Expr, Expr]:
    args = specimen(op)
    linear = [i for i in range(len(args)) if i not in op.not_linear_in]
    index = linear[0 if op.name == "mul" else -1]
    L = op(*args)
    return vec(L), op.vectorise(L, index) @ vec(args[index])


#: For each operation with a `vec` column, the rule that takes it out of the vec.
UNDER_VEC: dict[str, Rule] = {
    op.name: register(
        Rule(
            f"{op.title} under vec",
            "",
            frozenset({"vec", "transpose", op.name}),
            partial(_under, op),
            sides=partial(_sides, op),
        )
    )
    for op in OPS.values()
    if op.vec is not None
}


@rule("scalar factor moved to the right", "(a^Tb)c = ca^Tb", on="mul")
def scalar_right(node: Expr, varying: Varying) -> Expr | None:
    """`(mᵀ dx) c = c mᵀ dx`, and `tr(M dX) c = vec(c) vec(Mᵀ)ᵀ vec(dX)`."""
    path = core_path(node, varying)
    if not path or node.shape.is_scalar:
        return None
    rest = mul(*node.args[: path[0]], *node.args[path[0] + 1 :])
    scalar = node.args[path[0]]
    M = TRACE.coefficient(scalar, varying)
    leaf = scalar
    while leaf.op != "differential":
        leaf = leaf.args[varying.place(leaf)]
    if leaf.shape.is_scalar:
        return None
    row = transpose(vec(transposed(M))) if leaf.shape.is_matrix else M
    return mul(vec(rest), row, vec(leaf))


def next_move(term: Expr, varying: Varying) -> tuple[Rule, tuple[int, ...]] | None:
    """What brings a term nearer to `M vec(dX)`, and where in it the rule applies.

    The term is `c M L(Z)` or `c M vec(L(Z))`; a scalar factor with the differential is brought to
    the last form of the trace first, and then to the right.
    """
    if term.op == "indexed_sum":
        inside = next_move(term.args[0], varying)
        return None if inside is None else (inside[0], (0, *inside[1]))
    if term.surface & SUMS and sum_out(term, varying) is not None:
        return sum_out, ()
    path = core_path(term, varying)
    if path and not term.shape.is_scalar:
        core = term
        for index in path:
            core = core.args[index]
        move = trace.next_move(core, varying)
        return (scalar_right, ()) if move is None else (move, path)
    if term.op != "mul":
        inner = without_vec(term)
        return None if inner.op == "differential" else (_rule(inner), ())
    place = varying.place(term)
    last = term.args[place]
    if place < len(term.args) - 1:
        return UNDER_VEC["mul"], ()
    inner = without_vec(last)
    return None if inner.op == "differential" else (_rule(inner), (place,))


def _rule(L: Expr) -> Rule:
    if L.op not in UNDER_VEC:
        raise UnsupportedError(
            f"the {OPS[L.op].title} has no matrix that it is under vec",
            hint="ask for the differential instead: it shows the linear map",
        )
    return UNDER_VEC[L.op]


@rule(
    "vec of a sum",
    r"\operatorname{vec}(A + B) = \operatorname{vec}(A) + \operatorname{vec}(B)",
    on="vec transpose",
)
def vec_of_sum(node: Expr, varying: Varying) -> Expr | None:
    """`vec(A + B) = vec A + vec B`; of a differential alone, where the vec is a transpose."""
    total = without_vec(node)
    if total is node or total.op != "add":
        return None
    return add(*map(vec, total.args)) if node.op == "vec" or varying.holds(node) else None


@rule("collected before a vec", "AC + BC = (A + B)C", on="add")
def collect_vec(node: Expr, varying: Varying) -> Expr | None:
    """`M vec(dX) + N vec(dX) = (M + N) vec(dX)`."""
    if not varying.holds(node):
        return None
    return mul(add(*map(coefficient, node.args)), last(node.args[0]))


def last(term: Expr) -> Expr:
    """`vec(dX)` in `M vec(dX)`, or in a sum of such."""
    while term.op == "indexed_sum":
        term = term.args[0]
    return term.args[-1] if term.op == "mul" else term


def coefficient(term: Expr) -> Expr:
    """`M` in `M vec(dX)`, and `Σ M_k` in `Σ M_k vec(dX)`."""
    if term.op == "indexed_sum":
        return indexed_sum(coefficient(term.args[0]), *term.args[1:])
    if term.op in {"vec", "differential"}:
        return identity(term.shape.rows)
    if term.op != "mul":
        raise UnsupportedError(
            "the terms of this differential do not come together in one matrix",
            hint="ask for the differential: it shows the linear map",
        )
    M = mul(*term.args[:-1])
    return M @ identity(term.shape.rows) if M.shape.is_scalar else M
