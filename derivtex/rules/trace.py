"""The moves of the trace: they bring a term to the form `tr(M dX)`, or `m dx` for a vector."""

from __future__ import annotations

from functools import partial

from derivtex.expr import Expr
from derivtex.op import OPS, Op
from derivtex.ops import frobenius, mul, split, symbol, trace, transpose
from derivtex.ops.algebra import reversed_transpose
from derivtex.ops.leaves import ONE
from derivtex.rule import Rule, register, rule
from derivtex.rules.frobenius import ACROSS, across
from derivtex.specimen import linear_place, specimen
from derivtex.varying import Varying


@rule("Frobenius product as trace", r"A:B = \operatorname{tr}(A^TB)", on="frobenius")
def spell(node: Expr, varying: Varying) -> Expr | None:
    """How the trace notation writes `A:B`: `tr(AᵀB)`, and `aᵀb` for vectors."""
    A, B = node.args
    if varying.holds(A):
        A, B = B, A
    product = mul(transpose(A), B)
    return product if A.shape.is_column else trace(product)


def _chain_of(node: Expr) -> Expr:
    return node.args[0] if node.op == "trace" else node


@rule("trace of the transpose", r"\operatorname{tr}(A^T) = \operatorname{tr}(A)", on="trace")
def transpose_trace(node: Expr, varying: Varying) -> Expr | None:
    """`tr(P dXᵀ Q) = tr(Qᵀ dX Pᵀ)`."""
    if _under_transpose(node.args[0], varying):
        return trace(reversed_transpose(node.args[0]))
    return None


@rule("a scalar is its own transpose", "a^Tb = b^Ta", on="mul")
def transpose_scalar(node: Expr, varying: Varying) -> Expr | None:
    """`(dx)ᵀ A y = yᵀ Aᵀ dx`."""
    if node.shape.is_scalar and _under_transpose(node, varying):
        return reversed_transpose(node)
    return None


def _under_transpose(chain: Expr, varying: Varying) -> bool:
    if chain.op == "mul":
        chain = chain.args[varying.place(chain)]
    return chain.op == "transpose" and varying.holds(chain)


@rule("a scalar is its own trace", r"a^TBc = \operatorname{tr}(a^TBc)", on="mul")
def wrap(node: Expr, varying: Varying) -> Expr | None:
    """`aᵀ dX b = tr(aᵀ dX b)`."""
    return trace(node) if node.shape.is_scalar else None


@rule("cyclic property of the trace", r"\operatorname{tr}(AB) = \operatorname{tr}(BA)", on="trace")
def cyclic(node: Expr, varying: Varying) -> Expr | None:
    """`tr(P dX Q) = tr(Q P dX)`."""
    if node.args[0].op != "mul":
        return None
    coefficient, scalars, chain = split(node.args[0])
    cut = next((i for i, factor in enumerate(chain, 1) if varying.holds(factor)), 0)
    if cut in {0, len(chain)}:
        return None
    return trace(mul(coefficient, *scalars, *chain[cut:], *chain[:cut]))


def _inside(name: str, node: Expr, varying: Varying) -> Expr | None:
    """`tr(Gᵀ L(Z)) = tr(L*(G)ᵀ Z)`, with L the operation in the last place of the chain."""
    product = _chain_of(node)
    coefficient, scalars, chain = split(product)
    *before, L = chain
    if not varying.holds(L) or L.op != name:
        return None
    row = mul(*before) if before else OPS["trace"].transpose_move(ONE, node, 0)
    index = varying.place(L)
    Z = L.args[index]
    G = OPS[L.op].transpose_move(reversed_transpose(row), L, index)
    moved = mul(coefficient, *scalars, frobenius(G, Z) if Z.shape.is_scalar else transpose(G) @ Z)
    if not moved.shape.is_scalar:
        return trace(moved)
    keeps_trace = node.op == "trace" and not (Z.shape.is_column and L.shape.is_matrix)
    return trace(moved) if keeps_trace and not Z.shape.is_scalar else moved


def _sides(op: Op) -> tuple[Expr, Expr]:
    """The rule on a specimen, moved off its last argument that it is linear in."""
    args = specimen(op)
    index = linear_place(op, args)
    L = op(*args)
    G = symbol("G", L.shape)
    moved = op.transpose_move(G, L, index)
    return trace(transpose(G) @ L), trace(transpose(moved) @ args[index])


#: The column `adjoint` of the table in the words of the trace, one rule an operation; products and
#: transposes have moves of their own.
INSIDE: dict[str, Rule] = {
    op.name: register(
        Rule(
            f"{op.title} inside the trace",
            "",
            frozenset({"trace", "mul"}),
            partial(_inside, op.name),
            sides=partial(_sides, op),
        )
    )
    for op in OPS.values()
    if op.adjoint is not None and op.name not in {"mul", "transpose", "trace", "frobenius", "sum"}
}


@rule(
    "linear function as a product",
    r"\operatorname{sum}(a) = \mathbf{1}^Ta",
    given=r"a \in \R^n",
    on=" ".join(OPS),
)
def from_linear(node: Expr, varying: Varying) -> Expr | None:
    """`L(Z) = L*(1)ᵀ Z` for a linear operation with scalar value."""
    if node.op not in ACROSS or not node.shape.is_scalar:
        return None
    index = varying.place(node)
    Z = node.args[index]
    G = OPS[node.op].transpose_move(ONE, node, index)
    if Z.shape.is_scalar:
        return G @ Z
    product = transpose(G) @ Z
    return product if Z.shape.is_column else trace(product)


@rule(
    "scalar out of the trace",
    r"\operatorname{tr}(cA) = c\operatorname{tr}(A)",
    given=r"c \in \R",
    on="trace",
)
def scalar_out(node: Expr, varying: Varying) -> Expr | None:
    """`tr(dc A) = tr(A) dc`."""
    if node.args[0].op != "mul":
        return None
    M = node.args[0]
    index = varying.place(M)
    if not M.args[index].shape.is_scalar:
        return None
    return trace(mul(*M.args[:index], *M.args[index + 1 :])) @ M.args[index]


def next_move(core: Expr, varying: Varying) -> Rule | None:
    """What brings `core`, a scalar with one differential, nearer to `tr(M dX)`."""
    if core.op == "frobenius":
        return spell
    if core.op not in {"trace", "mul"}:
        across(core.op)
        return from_linear
    chain = _chain_of(core)
    factor = chain.args[varying.place(chain)] if chain.op == "mul" else chain
    if core.op == "trace" and factor.shape.is_scalar and chain.op == "mul":
        return scalar_out
    last = chain.op != "mul" or chain.args[-1] is factor
    if factor.op == "transpose":
        return transpose_trace if core.op == "trace" else transpose_scalar
    if last and factor.op == "differential":
        return None
    if core.op == "mul" and (not last or _is_matrix(factor, varying)):
        return wrap
    if not last:
        return cyclic
    if factor.op not in INSIDE:
        across(factor.op)
    return INSIDE[factor.op]


def _is_matrix(e: Expr, varying: Varying) -> bool:
    """Whether the differential in `e` is one of a matrix."""
    while e.op != "differential":
        e = e.args[varying.place(e)]
    return e.shape.is_matrix
