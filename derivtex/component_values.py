"""The values of components: arrays with an axis for each subscript.

What is written with subscripts i and j has a value for each i and j. Its array is laid out for
broadcasting: a subscript has one axis, counted from the end, wherever it occurs; the last two axes
are those of a scalar, of size 1. So sums, products and functions of components are NumPy's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any

from derivtex.expr import Expr
from derivtex.op import OPS
from derivtex.ops.components import has_components

if TYPE_CHECKING:
    import numpy as np

    from derivtex.valuation import Valuation

    Array = np.ndarray[Any, np.dtype[np.float64]]


def axis(at: Valuation, index: Expr) -> int:
    """The axis of a subscript; all valuations of one point have it in common."""
    return -(at.axes.setdefault(index.data.name, len(at.axes)) + 3)


def spread(at: Valuation, values: Array, subscripts: tuple[Expr, ...]) -> Array:
    """An array with an axis for each of these different subscripts, laid out."""
    axes = [axis(at, index) for index in subscripts]
    order = sorted(range(len(axes)), key=axes.__getitem__)
    shape = [1] * max(-a for a in axes)
    for place, size in zip(axes, values.shape, strict=True):
        shape[place] = size
    return values.transpose(order).reshape(shape)


def entry(at: Valuation, e: Expr, parts: tuple[Array, ...]) -> Array:
    """`A_{ij}`; of `A_{ii}` the diagonal."""
    (A, *_), subscripts = parts, e.args[1:]
    if len(subscripts) == 1:
        return spread(at, A.reshape(-1), subscripts)
    if subscripts[0] is subscripts[1]:
        return spread(at, at.np.diag(A), subscripts[:1])
    return spread(at, A, subscripts)


def delta(at: Valuation, e: Expr, parts: tuple[Array, ...]) -> Array:
    return spread(at, at.np.eye(at.size(e.args[0].data.size)), e.args)


def sum_over(at: Valuation, e: Expr, parts: tuple[Array, ...]) -> Array:
    """The sum over subscripts of a product of entries, contracted factor by factor.

    Multiplied out first, a chain of ten matrices would have an array of ten axes.
    """
    bound: list[Expr] = []
    while e.op == "sum_over" and e.args[0].data.name not in {i.data.name for i in bound}:
        bound.append(e.args[0])
        e = e.args[1]
    terms = e.args if e.op == "add" else (e,)
    return reduce(add, (_contracted(at, bound, _factors(term)) for term in terms))


def _factors(term: Expr) -> list[Expr]:
    """The factors of a product; what has no subscript in it is one of them."""
    if term.op != "mul":
        return [term]
    own = [factor for factor in term.args if has_components(factor)]
    closed = [factor for factor in term.args if not has_components(factor)]
    return [*own, OPS["mul"](*closed)] if closed else own


def _contracted(at: Valuation, bound: list[Expr], factors: list[Expr]) -> Array:
    """`Σ_i Σ_j` of the product of the factors."""
    if len(factors) == 1 and factors[0].op == "direct":
        # The same difference quotient, of the sum: its terms have no array of all the axes.
        f, x = factors[0].args
        for index in reversed(bound):
            f = OPS["sum_over"](index, f)
        return at(OPS["direct"](f, x))
    operands: list[Any] = []
    present: set[int] = set()
    for factor in factors:
        array = at(factor)
        # The axes that the array has, each by its number: those of size 1 do not count.
        axes = [k for k in range(array.ndim - 2) if array.shape[k] > 1]
        labels = [array.ndim - 3 - k for k in axes]
        present.update(labels)
        operands += [array.reshape([array.shape[k] for k in axes]), labels]
    summed = {-axis(at, index) - 3 for index in bound}
    kept = sorted(present - summed, reverse=True)
    repeated = 1
    for index in bound:
        if -axis(at, index) - 3 not in present:
            repeated *= at.size(index.data.size)
    greedy = "greedy" if len(factors) > 3 else False
    values = at.np.einsum(*operands, kept, optimize=greedy) * repeated
    shape = [1] * (max([label + 3 for label in kept], default=3))
    for label, length in zip(kept, values.shape, strict=True):
        shape[-(label + 3)] = length
    result: Array = values.reshape(shape)
    return result


def variable(x: Expr) -> tuple[Expr, tuple[Expr, ...]]:
    """What moves in a derivative by `x`, an entry or a scalar, and the entry's subscripts."""
    return (x.args[0], x.args[1:]) if x.op == "entry" else (x, ())


def is_by_entry(e: Expr) -> bool:
    """Whether this is a derivative of an entry, or by one, whose own values are meant."""
    entries = e.op == "derivative" and "entry" in {arg.op for arg in e.args}
    return entries or e.op == "direct"


def defined(f: Expr, X: Expr) -> Expr:
    """What is differentiated directly: of a name other than X, its definition."""
    Y, subscripts = variable(f)
    if Y.op != "named" or Y is X:
        return f
    return OPS["entry"](Y.args[0], *subscripts)


def by_entry(slopes: Iterator[tuple[tuple[int, ...], Array]], at: Valuation, x: Expr) -> Array:
    """The derivatives by each entry, `slopes` with the places of the entries, in one array."""
    subscripts = variable(x)[1]
    places = [axis(at, index) for index in subscripts]
    lengths = [at.size(index.data.size) for index in subscripts]
    result: Array | None = None
    for position, slope in slopes:
        if result is None:
            dimensions = max([slope.ndim, *[-place for place in places]])
            shape = [1] * (dimensions - slope.ndim) + list(slope.shape)
            for place, length in zip(places, lengths, strict=True):
                shape[place] = length
            result = at.np.zeros(shape)
        where: list[Any] = [slice(None)] * result.ndim
        for place, k in zip(places, position, strict=True):
            where[place] = slice(k, k + 1)
        result[tuple(where)] = slope
    assert result is not None
    return result


def alike(np: Any, a: Array, b: Array) -> tuple[Array, Array]:
    """Two values of one shape, where components have axes that broadcast."""
    if a.ndim > 2 or b.ndim > 2:
        a, b = np.broadcast_arrays(a, b)
    return a, b
