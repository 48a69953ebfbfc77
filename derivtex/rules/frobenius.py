"""The moves of the Frobenius product: they bring a term to the form `G : dX`."""

from __future__ import annotations

from functools import partial

from derivtex.expr import Expr
from derivtex.op import OPS, Op
from derivtex.ops import frobenius, identity, mul, symbol, trace
from derivtex.ops.leaves import ONE
from derivtex.rule import NextMove, Rule, register, rule
from derivtex.specimen import linear_place, specimen
from derivtex.structure import transposed
from derivtex.varying import Varying


@rule("Frobenius product commutes", "A:B = B:A", joins=True, on="frobenius")
def commute(node: Expr, varying: Varying) -> Expr | None:
    """The differential goes to the right."""
    left, right = node.args
    return frobenius(right, left) if varying.holds(left) else None


@rule("trace as Frobenius product", r"\operatorname{tr}(A^TB) = A:B", on="trace")
def from_trace(node: Expr, varying: Varying) -> Expr | None:
    """`tr(P Z Q) = PᵀQᵀ : Z`, where Z holds the differential."""
    if not varying.holds(node):
        return None
    (M,) = node.args
    unit = identity(M.shape.rows)
    if M.op != "mul":
        return frobenius(unit, M)
    index = varying.place(M)
    Z = M.args[index]
    if Z.shape.is_scalar and not M.shape.is_scalar:
        return trace(mul(*M.args[:index], *M.args[index + 1 :])) @ Z
    return _pair(OPS["mul"].transpose_move(unit, M, index), Z)


def _pair(G: Expr, Z: Expr) -> Expr:
    """`G : Z`, and `Gᵀ : Y` where Z is Yᵀ."""
    return frobenius(transposed(G), Z.args[0]) if Z.op == "transpose" else frobenius(G, Z)


@rule("scalar as Frobenius product", "a^TBc = ac^T:B", on="mul", move="scalar")
def from_scalar(node: Expr, varying: Varying) -> Expr | None:
    """`aᵀ Z b = a bᵀ : Z`, where Z holds the differential."""
    return _scalar_pair(node, varying) if node.shape.is_scalar and varying.holds(node) else None


@rule("inner product as Frobenius product", "a^Tb = a:b", on="mul", move="scalar")
def from_vectors(node: Expr, varying: Varying) -> Expr | None:
    """`aᵀz = a : z` and `zᵀa = a : z`, where the vector z holds the differential."""
    if not node.shape.is_scalar or not varying.holds(node):
        return None
    return _scalar_pair(node, varying) if _is_of_vector(node, varying) else None


def _scalar_pair(node: Expr, varying: Varying) -> Expr | None:
    index = varying.place(node)
    Z = node.args[index]
    return None if Z.shape.is_scalar else _pair(OPS["mul"].transpose_move(ONE, node, index), Z)


def _is_of_vector(node: Expr, varying: Varying) -> bool:
    """Whether a vector, or a row, holds the differential in a product."""
    return not node.args[varying.place(node)].shape.is_matrix


# --- the column `adjoint` of the table, one rule an operation ------------------------------------


def _across(op: Op, node: Expr, varying: Varying) -> Expr | None:
    """`G : L(Z) = L*(G) : Z`, and `L(Z) = L*(1) : Z` for an L with scalar value."""
    if node.op == op.name:
        G, L = ONE, node
    elif node.op == "frobenius" and node.args[1].op == op.name:
        G, L = node.args
    else:
        return None
    if not varying.holds(L):
        return None
    index = varying.place(L)
    moved = op.transpose_move(G, L, index)
    if moved.op == "transpose":
        moved = transposed(moved.args[0])
    return frobenius(moved, L.args[index])


def _sides(op: Op) -> tuple[Expr, Expr]:
    """The rule on a specimen, moved off its last argument that it is linear in."""
    args = specimen(op)
    index = linear_place(op, args)
    L = op(*args)
    G = symbol("G", L.shape)
    return frobenius(G, L), frobenius(op.transpose_move(G, L, index), args[index])


#: For each operation with an adjoint, the rule that moves it across the Frobenius product.
ACROSS: dict[str, Rule] = {
    op.name: register(
        Rule(
            f"{op.title} across the Frobenius product",
            "",
            frozenset({"frobenius", op.name}),
            partial(_across, op),
            sides=partial(_sides, op),
        )
    )
    for op in OPS.values()
    if op.adjoint is not None and op.name != "frobenius"
}


def across(name: str) -> Rule:
    """The rule that moves this operation; an error that names it where there is none."""
    if name not in ACROSS:
        op = OPS[name]
        op.transpose_move(ONE, ONE, 0)
    return ACROSS[name]


def toward_pair(commute: Rule, from_trace: Rule, from_scalar: Rule, from_vectors: Rule) -> NextMove:
    """What brings a scalar with one differential nearer to `G : dX`, by these and the adjoints."""

    def next_move(core: Expr, varying: Varying) -> Rule | None:
        match core.op:
            case "frobenius":
                left, right = core.args
                if varying.holds(left):
                    return commute
                return None if right.op == "differential" else across(right.op)
            case "trace":
                return from_trace
            case "mul":
                return from_vectors if _is_of_vector(core, varying) else from_scalar
        return across(core.op)

    return next_move


next_move = toward_pair(commute, from_trace, from_scalar, from_vectors)
