"""Sums over an index added up: those over one range make one sum, where it is shorter."""

from __future__ import annotations

from derivtex.expr import Expr
from derivtex.ops import add, indexed_sum, mul
from derivtex.ops.indices import letters_in, substitute
from derivtex.ops.integers import minus, plus
from derivtex.rule import rule
from derivtex.rules.tidy_factors import common_factor
from derivtex.rules.tidy_sums import like_terms, number_and_rest
from derivtex.varying import Varying

_FAMILIES = r"A_k, B_k, C_k \in \R^{n \times n}; N \in \N"


@rule(
    "sums over one range",
    r"\sum_{k=1}^{N} A_k B_k + \sum_{j=1}^{N} A_j C_j = \sum_{k=1}^{N} A_k (B_k + C_k)",
    given=_FAMILIES,
    needs="indexed_sum",
    on="add",
)
def one_sum(node: Expr, varying: Varying) -> Expr | None:
    """Sums over the same range in one, where their terms have something in common."""
    if varying.holds(node):
        return None
    for here, there in _pairs(node):
        (c, total), (d, other) = map(number_and_rest, (here, there))
        body, index, lower, upper = total.args
        moved = _over(other, index)
        if moved is None:
            continue
        both = add(mul(c, body), mul(d, moved))
        shorter = like_terms(both, varying) or common_factor(both, varying)
        if shorter is not None and (shorter.op != "add" or len(shorter.args) < _count(both)):
            return _replaced(node, here, there, indexed_sum(shorter, index, lower, upper))
    return None


@rule(
    "sum run backwards",
    r"\sum_{k=1}^{N} A_k B_{N-k+1} + \sum_{k=1}^{N} A_{N-k+1} B_k = 2\sum_{k=1}^{N} A_k B_{N-k+1}",
    given=_FAMILIES,
    needs="indexed_sum",
    on="add",
)
def backwards(node: Expr, varying: Varying) -> Expr | None:
    """A sum that is another one from its end, `Σ Xʲ A Xᵏ⁻ʲ = Σ Xᵏ⁻ʲ A Xʲ`, added to it."""
    if varying.holds(node):
        return None
    for here, there in _pairs(node):
        (c, total), (d, other) = map(number_and_rest, (here, there))
        body, index, lower, upper = total.args
        if upper.op in {"infinity", "extent"}:
            continue
        moved = _over(other, index)
        if moved is None:
            continue
        turned = substitute(moved, {index: minus(plus(lower, upper), index)})
        if turned is body:
            return _replaced(node, here, there, mul(add(c, d), total))
    return None


def _pairs(node: Expr) -> list[tuple[Expr, Expr]]:
    """Two terms that are numbers times sums over the same range."""
    sums = [t for t in node.args if number_and_rest(t)[1].op == "indexed_sum"]
    ranges = [number_and_rest(t)[1].args[2:] for t in sums]
    return [
        (here, there)
        for i, here in enumerate(sums)
        for j, there in enumerate(sums[i + 1 :], i + 1)
        if _same_range(ranges[i], ranges[j])
    ]


def _same_range(a: tuple[Expr, ...], b: tuple[Expr, ...]) -> bool:
    """Whether two sums run alike; of those without limits, over the same index only."""
    return a == b


def _over(total: Expr, index: Expr) -> Expr | None:
    """The terms of a sum under another index; None where that one stands in them already."""
    body, own, *_ = total.args
    if own is index:
        return body
    return None if index.data in letters_in(body) else substitute(body, {own: index})


def _count(total: Expr) -> int:
    return len(total.args) if total.op == "add" else 1


def _replaced(node: Expr, here: Expr, there: Expr, new: Expr) -> Expr:
    """The sum with `new` in the place of the first of two terms."""
    rest = list(node.args)
    rest.remove(there)
    return add(*[new if term is here else term for term in rest])
