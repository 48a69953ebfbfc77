"""The values of what binds an index: sums, ordered products, integrals."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache, reduce
from operator import add
from typing import TYPE_CHECKING, Any

from derivtex.expr import Expr, walk
from derivtex.ops.indices import BINDERS, free_indices

if TYPE_CHECKING:
    import numpy as np

    from derivtex.valuation import Valuation

    Array = np.ndarray[Any, np.dtype[np.float64]]


#: Terms of an infinite sum after which it is said not to converge, and how many in a row must no
#: longer count for it to have ended.
MOST_TERMS, QUIET = 500, 8
#: How many values of its integrand an integral is made of: more until two of them agree.
POINTS = (24, 48, 96)
_AGREE = 1e-9


_BINDERS = BINDERS | {"sum_over"}


def not_bound(node: Expr) -> bool:
    """The arguments of a sum over an index are evaluated for each of its values, those of a sum
    over a subscript all at once."""
    return node.op not in _BINDERS


def total(at: Valuation, e: Expr, parts: tuple[Array, ...]) -> Array:
    """`Σᵢ Aᵢ`; an infinite sum ends where its terms no longer count, else it has no value."""
    np = at.np
    found: Array = np.zeros(at.shape(e.shape))
    endless, quiet = e.args[3].op == "infinity", 0
    for term in _over(at, e):
        found = found + term
        small = np.max(np.abs(term)) <= 1e-17 * np.max(np.abs(found), initial=0.0)
        quiet = quiet + 1 if small else 0
        if quiet > QUIET and endless:
            return found
    return found * np.nan if endless else found


def product(at: Valuation, e: Expr, parts: tuple[Array, ...]) -> Array:
    """`A₁ ⋯ Aₘ`, or the other way round."""
    found: Array = at.np.eye(at.size(e.shape.rows))
    for factor in _over(at, e):
        found = factor @ found if e.data.descending else found @ factor
    return found


def integral(at: Valuation, e: Expr, parts: tuple[Array, ...]) -> Array:
    """By so many points that more make no difference; not a number where none are enough."""
    np = at.np
    before: Array | None = None
    for points in POINTS:
        value = reduce(add, (weight * part for weight, part in _quadrature(at, e, points)))
        if before is not None:
            difference = float(np.max(np.abs(value - before)))
            if difference <= _AGREE * float(np.max(np.abs(value))):
                return value
        before = value
    nothing: Array = np.full(at.shape(e.shape), np.nan)
    return nothing


def _quadrature(at: Valuation, e: Expr, count: int) -> Iterator[tuple[float, Array]]:
    """The weights and the values of the integrand at the points of Gauss and Legendre."""
    body, variable, lower, upper = e.args
    low, high = (float(at(limit)[0, 0]) for limit in (lower, upper))
    running = _running(body, variable)
    constant = {node: known for node, known in at.memo.items() if node not in running}
    for point, weight in _gauss(count):
        t = low + (high - low) * (1 + point) / 2
        yield (high - low) / 2 * weight, at.bound(variable, t, constant)(body)


@cache
def _gauss(count: int) -> tuple[tuple[float, float], ...]:
    """The points of Gauss and Legendre between -1 and 1, each with its weight."""
    import numpy as np

    points, weights = np.polynomial.legendre.leggauss(count)
    return tuple(zip(points.tolist(), weights.tolist(), strict=True))


def _over(at: Valuation, e: Expr) -> Iterator[Array]:
    """The values of the first argument of a sum or a product over its index, in order."""
    body, index, lower, upper = e.args
    first = round(float(at(lower)[0, 0]))
    endless = upper.op == "infinity"
    last = first + MOST_TERMS if endless else round(float(at(upper)[0, 0]))
    running = _running(body, index)
    if first <= last:
        # What does not run is worked out once, sums within this one among it.
        for node in walk(body, into=not_bound):
            if node not in running:
                at(node)
    constant = {node: known for node, known in at.memo.items() if node not in running}
    for value in range(first, last + 1):
        yield at.bound(index, value, constant)(body)


@lru_cache(maxsize=256)
def _running(body: Expr, index: Expr) -> frozenset[Expr]:
    """The nodes of a body that depend on its index."""
    return frozenset(node for node in walk(body) if index in free_indices(node))
