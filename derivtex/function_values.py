"""The values of unknown functions and of their derivatives, asked of what stands for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from derivtex.expr import Expr
from derivtex.ops.leaves import function_of

if TYPE_CHECKING:
    import numpy as np

    from derivtex.valuation import Valuation

    Array = np.ndarray[Any, np.dtype[np.float64]]


def applied(at: Valuation, e: Expr, parts: tuple[Array, ...]) -> Array:
    """`φ(X, …)`."""
    shape = at.known_shape(e.shape)
    return _at_each(at, parts, lambda *arrays: _stand_in(at, e).value(shape, *arrays))


def gradient(at: Valuation, e: Expr, parts: tuple[Array, ...]) -> Array:
    """`∂φ/∂X`."""
    return _at_each(at, parts, lambda *arrays: _stand_in(at, e).partial(e.data[1], *arrays))


def hessian(at: Valuation, e: Expr, parts: tuple[Array, ...]) -> Array:
    """The Jacobian of `∂φ/∂X` in one of the arguments."""
    return _at_each(at, parts, lambda *arrays: _stand_in(at, e).hessian(*e.data[1:], *arrays))


def jacobian(at: Valuation, e: Expr, parts: tuple[Array, ...]) -> Array:
    """The Jacobian of `f(X, …)` in one of the arguments."""
    function, index = e.data
    shape = at.known_shape(function.codomain)
    return _at_each(at, parts, lambda *arrays: _stand_in(at, e).jacobian(shape, index, *arrays))


def _stand_in(at: Valuation, e: Expr) -> Any:
    function = function_of(e)
    assert function is not None
    return at.function(function.name)


def _at_each(at: Valuation, parts: tuple[Array, ...], function: Callable[..., Array]) -> Array:
    """The value; of components, which have axes before their rows and columns, one at each."""
    if max([part.ndim for part in parts]) == 2:
        return function(*parts)
    np = at.np
    axes = np.broadcast_shapes(*[part.shape[:-2] for part in parts])
    spread = [np.broadcast_to(part, (*axes, *part.shape[-2:])) for part in parts]
    values = np.array([function(*[part[i] for part in spread]) for i in np.ndindex(axes)])
    result: Array = values.reshape(*axes, *values.shape[-2:])
    return result
