"""Sums over an index added up: those over one range make one sum, where it is shorter."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

from derivtex.expr import Expr, fold, outside_names, rebuild
from derivtex.ops import add, indexed_sum, mul, number, split
from derivtex.ops.indices import free_indices, is_open, letters_in, substitute
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
    for pair in _pairs(node):
        both = add(mul(pair.c, pair.body), mul(pair.d, pair.other))
        shorter = like_terms(both, varying) or common_factor(both, varying)
        if shorter is not None and (shorter.op != "add" or len(shorter.args) < _count(both)):
            return pair.put_in(node, pair.total(shorter))
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
    for pair in _pairs(node):
        if is_open(pair.upper):
            continue
        last = minus(plus(pair.lower, pair.upper), pair.i)
        if substitute(pair.other, {pair.i: last}) is pair.body:
            total = indexed_sum(pair.body, pair.i, pair.lower, pair.upper)
            return pair.put_in(node, mul(add(pair.c, pair.d), total))
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
    for pair in _pairs(node):
        bodies = pair.body, pair.other
        (a, one), (b, two) = (number_and_rest(_oriented(e, pair.i)) for e in bodies)
        if one is two:
            times = add(mul(pair.c, a), mul(pair.d, b))
            return pair.put_in(node, mul(times, pair.total(one)))
        shorter = common_factor(add(mul(pair.c, a, one), mul(pair.d, b, two)), varying)
        if shorter is not None and shorter.op == "mul" and (one, two) != bodies:
            return pair.put_in(node, pair.total(shorter))
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


class _Pair(NamedTuple):
    """`c Σᵢ body + d Σᵢ other`, made of two terms of a sum: sums over one range, and one index."""

    terms: tuple[Expr, Expr]
    c: Expr
    d: Expr
    body: Expr
    other: Expr
    i: Expr
    lower: Expr
    upper: Expr

    def total(self, body: Expr) -> Expr:
        """The sum of this over the same range, its number in front."""
        times, rest = number_and_rest(body)
        return mul(times, indexed_sum(rest, self.i, self.lower, self.upper))

    def put_in(self, node: Expr, new: Expr) -> Expr:
        """The sum with `new` in the place of the first of the two terms."""
        here, there = self.terms
        rest = list(node.args)
        rest.remove(there)
        return add(*[new if term is here else term for term in rest])


def _pairs(node: Expr) -> Iterator[_Pair]:
    """Any two terms that are numbers times sums over the same range."""
    sums = [term for term in node.args if number_and_rest(term)[1].op == "indexed_sum"]
    for here, there in combinations(sums, 2):
        (c, one), (d, two) = map(number_and_rest, (here, there))
        body, index, *limits = one.args
        other = _over(two, index)
        if two.args[2:] == tuple(limits) and other is not None:
            yield _Pair((here, there), c, d, body, other, index, *limits)


def _over(total: Expr, index: Expr) -> Expr | None:
    """The terms of a sum under another index; None where that one stands in them already."""
    body, own, *_ = total.args
    if own is index:
        return body
    return None if index.data in letters_in(body) else substitute(body, {own: index})


def _count(total: Expr) -> int:
    return len(total.args) if total.op == "add" else 1
