"""Functions nothing is known about: `φ(X)` and its gradient, elementwise `g(X)` and `g'(X)`."""

from __future__ import annotations

from derivtex.errors import UnsupportedError
from derivtex.expr import CONSTRUCTORS, Expr
from derivtex.op import ATOM, Op, Same, Special, declare, keeps
from derivtex.ops.arrays import frobenius, times
from derivtex.shapes import SCALAR, Shape, dim
from derivtex.symbols import Function

_MATRIX = Shape(dim("m"), dim("n"))


def _apply_shape(same: Same, *shapes: Shape) -> Shape:
    return SCALAR


def _apply_differential(Y: Expr, args: tuple[Expr, ...], i: int, dZ: Expr) -> Expr:
    """`dφ(X) = ∂φ/∂X : dX`, which defines the gradient."""
    return frobenius(partial(Y.data, i, *args), dZ)


apply_op: Op = declare(
    Op(
        "apply",
        "unknown function",
        Special(ATOM),
        _apply_shape,
        differential=_apply_differential,
        variadic=True,
        sample=("m n",),
        sample_data=Function(r"\phi", (_MATRIX,), SCALAR),
    )
)


def apply_function(function: Function, *args: Expr) -> Expr:
    """`φ(X, …)` for a declared scalar function."""
    if not function.codomain.is_scalar:
        raise UnsupportedError(
            f"{function.name} has values in {function.codomain}: only scalar or elementwise "
            "unknown functions can be differentiated"
        )
    return apply_op(*args, data=function)


def _partial_shape(same: Same, *shapes: Shape) -> Shape:
    raise TypeError("a partial gradient has the shape of the argument it belongs to")


partial_op: Op = declare(
    Op("partial", "gradient of an unknown function", Special(ATOM), _partial_shape, variadic=True)
)


def partial(function: Function, index: int, *args: Expr, style: str = "") -> Expr:
    """The gradient of `function(args)` in its argument `index`, of that argument's shape.

    It is written `∂φ/∂a` where the argument has a name, else `∇φ(AX)`; in the style "prime", which
    is for the first argument, `φ'(a, y)`, in the style "slot" `∇₁φ(a, y)`.
    """
    data = (function, index, style) if style else (function, index)
    return Expr("partial", args, data, args[index].shape)


def _map_differential(Y: Expr, args: tuple[Expr, ...], i: int, dZ: Expr) -> Expr:
    function, order = Y.data
    return times(map_function(function, args[0], order + 1), dZ)


map_op: Op = declare(
    Op(
        "map",
        "unknown elementwise function",
        Special(ATOM),
        keeps,
        differential=_map_differential,
        variadic=True,
        sample=("m n",),
        sample_data=(Function("g", (SCALAR,), SCALAR), 0),
    )
)


# A partial gradient's shape follows from its data, so it is rebuilt by its own constructor.
CONSTRUCTORS["partial"] = lambda *args, data: partial(*data[:2], *args, style="".join(data[2:]))


def map_function(function: Function, x: Expr, order: int = 0) -> Expr:
    """`g(X)` entry by entry, or its derivative of the given order."""
    return map_op(x, data=(function, order))
