"""The values of components: arrays with an axis for each subscript.

What is written with subscripts i and j has a value for each i and j. Its array is laid out for
broadcasting: a subscript has one axis, counted from the end, wherever it occurs; the last two axes
are those of a scalar, of size 1. So sums, products and functions of components are NumPy's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from derivtex.expr import Expr
from derivtex.op import OPS

if TYPE_CHECKING:
    import numpy as np

    from derivtex.evaluate import Valuation

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
    """The sum along the axis; what does not depend on the subscript is added up as often."""
    index, body = e.args[0], parts[1]
    place, size = axis(at, index), at.size(index.data.size)
    if body.ndim < -place or body.shape[place] != size:
        return body * size
    total: Array = body.sum(axis=place, keepdims=True)
    return total


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
