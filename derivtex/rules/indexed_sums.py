"""Sums over an index added up: those over one range make one sum, where it is shorter."""

from __future__ import annotations

from derivtex.expr import Expr, fold, outside_names, rebuild
from derivtex.ops import add, indexed_sum, mul, number, split
from derivtex.ops.indices import free_indices, letters_in, substitute
from derivtex.ops.integers import minus, plus
from derivtex.ops.leaves import value_of
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
            times, rest = number_and_rest(shorter)
            new = mul(times, indexed_sum(rest, index, lower, upper))
            return _replaced(node, here, there, new)
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


@rule(
    "difference turned round",
    r"\sum_{k=1}^{N} (B - A_k) - \sum_{j=1}^{N} (A_j - B) = 2\sum_{k=1}^{N} (B - A_k)",
    given=_FAMILIES + r"; B \in \R^{n \times n}",
    needs="indexed_sum add",
    on="add",
)
def turned_round(node: Expr, varying: Varying) -> Expr | None:
    """Sums over one range that are alike when `A - B` is written as `-(B - A)`."""
    if varying.holds(node):
        return None
    for here, there in _pairs(node):
        (c, total), (d, other) = map(number_and_rest, (here, there))
        body, index, lower, upper = total.args
        moved = _over(other, index)
        if moved is None:
            continue
        (a, one), (b, two) = (number_and_rest(_oriented(e, index)) for e in (body, moved))
        if one is two:
            times = add(mul(c, a), mul(d, b))
            return _replaced(node, here, there, mul(times, indexed_sum(one, index, lower, upper)))
        shorter = common_factor(add(mul(c, a, one), mul(d, b, two)), varying)
        if shorter is not None and shorter.op == "mul" and (one is not body or two is not moved):
            times, rest = number_and_rest(shorter)
            new = mul(times, indexed_sum(rest, index, lower, upper))
            return _replaced(node, here, there, new)
    return None


#: Functions that are the same of `A - B` and `B - A`.
_EVEN = frozenset({"norm", "norm_squared", "abs", "cosh"})
#: Operations that a sign comes out of, from any argument.
_LINEAR = frozenset({"mul", "frobenius", "hadamard"})


def _oriented(e: Expr, index: Expr) -> Expr:
    """`e` with what depends on the index behind the minus sign of each difference."""

    def put(node: Expr, parts: tuple[Expr, ...]) -> Expr:
        if node.op in _EVEN:
            parts = tuple(_turned(part, index) or part for part in parts)
        power = value_of(node.args[1]) if node.op == "power" else None
        if isinstance(power, int) and (turned := _turned(parts[0], index)) is not None:
            return mul(number((-1) ** power), rebuild(node, (turned, *parts[1:])))
        if node.op not in _LINEAR:
            return rebuild(node, parts)
        others = [_turned(part, index) for part in parts]
        sign = number((-1) ** sum(part is not None for part in others))
        kept = tuple(part or old for part, old in zip(others, parts, strict=True))
        return mul(sign, rebuild(node, kept))

    found = fold(e, put, into=outside_names)
    other = _turned(found, index)
    return found if other is None else -other


def _turned(e: Expr, index: Expr) -> Expr | None:
    """`B - A` for `A - B` where A depends on the index and B does not; else None."""
    inner = e.args[0] if e.op == "transpose" else e
    if inner.op != "add" or len(inner.args) != 2:
        return None
    first, second = inner.args
    if value_of(split(second)[0]) != -1 or value_of(split(first)[0]) != 1:
        return None
    if index not in free_indices(first) or index in free_indices(second):
        return None
    turned = add(-second, -first)
    return turned.T if e.op == "transpose" else turned


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
