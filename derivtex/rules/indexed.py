"""Sums over an index: taken out of what is linear, their constants taken out of them."""

from __future__ import annotations

from derivtex.expr import Expr, outside_names, replace_at
from derivtex.ops import (
    indexed_product,
    indexed_sum,
    inverse,
    mul,
    number,
    split,
    symbol,
    transpose,
)
from derivtex.ops.indices import free_indices, is_open, letters_in, renamed, substitute
from derivtex.ops.integers import minus, plus
from derivtex.ops.leaves import is_zero, value_of
from derivtex.rule import rule
from derivtex.surface import bits
from derivtex.varying import Varying

_ONE = number(1)
_FAMILY = r"A_k \in \R^{m \times n}; N \in \N"
#: Where a sum over an index is written.
SUMS = bits({"indexed_sum"})


def depends(e: Expr, index: Expr) -> bool:
    """Whether a bound index stands free in `e`."""
    return index in free_indices(e)


@rule(
    "sum out of a linear function",
    r"A:\sum_{k=1}^{N} B_k = \sum_{k=1}^{N} A:B_k",
    given=r"N \in \N",
    needs="indexed_sum differential",
    joins=True,
    on="frobenius trace mul vec transpose",
)
def sum_out(node: Expr, varying: Varying) -> Expr | None:
    """`L(Σ A_k) = Σ L(A_k)` for the sum that the differential stands in."""
    if not varying.holds(node):
        return None
    path: list[int] = []
    inner = node
    while inner.op != "indexed_sum":
        if inner.op not in {"frobenius", "trace", "mul", "vec", "transpose"}:
            return None
        path.append(varying.place(inner))
        inner = inner.args[path[-1]]
    if not path:
        return None
    surroundings = replace_at(node, tuple(path), symbol("?", inner.shape))
    if inner.args[1].data in letters_in(surroundings, into=outside_names):
        inner = renamed(inner, frozenset({inner.args[1]}), (node,))
    body, *limits = inner.args
    return indexed_sum(replace_at(node, tuple(path), body), *limits)


@rule(
    "empty terms left out",
    r"\sum_{k=0}^{N} k A_k = \sum_{k=1}^{N} k A_k",
    given=_FAMILY,
    on="indexed_sum",
)
def without_empty(node: Expr, varying: Varying) -> Expr | None:
    """The first term of a sum is left out where it is zero."""
    body, index, lower, upper = node.args
    if value_of(lower) is None or not is_zero(substitute(body, {index: lower})):
        return None
    return indexed_sum(body, index, plus(lower, 1), upper)


@rule(
    "sum of equal terms",
    r"\sum_{k=1}^{N} A = N A",
    given=r"N \in \N",
    on="indexed_sum",
)
def equal_terms(node: Expr, varying: Varying) -> Expr | None:
    """A sum whose terms do not depend on its index is a multiple."""
    body, index, lower, upper = node.args
    if is_open(upper) or depends(body, index):
        return None
    return mul(plus(minus(upper, lower), 1), body)


@rule(
    "constant factor out of the sum",
    r"\sum_{k=1}^{N} c B A_k = c B \sum_{k=1}^{N} A_k",
    given=_FAMILY + r"; c \in \R",
    on="indexed_sum",
)
def constants_out(node: Expr, varying: Varying) -> Expr | None:
    """`Σ c B A_k C = c B (Σ A_k) C` for what does not depend on the index.

    A chain with scalar value, `aᵀB_kc`, is left whole.
    """
    body, index, lower, upper = node.args
    if varying.holds(body) or body.op != "mul":
        return None
    coefficient, scalars, chain = split(body)
    out = [s for s in scalars if not depends(s, index)]
    left = right = 0
    if not body.shape.is_scalar:
        while left < len(chain) and not depends(chain[left], index):
            left += 1
        while right < len(chain) - left and not depends(chain[-1 - right], index):
            right += 1
    if left + right == len(chain) and chain:
        # Only scalars run: (Σ c_k) A.
        inner = mul(*[s for s in scalars if s not in out])
        if inner is _ONE:
            return None
        return mul(coefficient, *out, indexed_sum(inner, index, lower, upper), *chain)
    if coefficient is _ONE and not out and left + right == 0:
        return None
    inner = mul(*[s for s in scalars if s not in out], *chain[left : len(chain) - right])
    total = indexed_sum(inner, index, lower, upper)
    return mul(coefficient, *out, *chain[:left], total, *chain[len(chain) - right :])


@rule(
    "transpose of a product over an index",
    r"(A_1 \cdots A_N)^T = A_N^T \cdots A_1^T",
    given=r"A_k \in \R^{n \times n}; N \in \N",
    needs="indexed_product",
    on="transpose inverse",
)
def product_turned(node: Expr, varying: Varying) -> Expr | None:
    """`(A_1 ⋯ A_m)ᵀ = A_mᵀ ⋯ A_1ᵀ`, and the same with inverses."""
    (inner,) = node.args
    if inner.op != "indexed_product" or not inner.data.dots:
        return None
    body, *limits = inner.args
    turn = transpose if node.op == "transpose" else inverse
    order = inner.data._replace(descending=not inner.data.descending)
    return indexed_product(turn(body), *limits, data=order)
