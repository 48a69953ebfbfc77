"""Functions nothing is known about: `φ(X)` and its gradient, elementwise `g(X)` and `g'(X)`."""

from __future__ import annotations

from derivtex.errors import UnsupportedError
from derivtex.expr import CONSTRUCTORS, Expr, fold
from derivtex.op import ATOM, OPS, Op, Same, Special, declare, entrywise
from derivtex.ops.algebra import add
from derivtex.ops.arrays import frobenius, times
from derivtex.ops.leaves import number
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


def slope(body: Expr, t: Expr) -> Expr:
    """The derivative of a scalar expression in the scalar t, by the column `differential`."""

    def combine(node: Expr, parts: tuple[Expr, ...]) -> Expr:
        if node is t:
            return number(1)
        terms = [
            OPS[node.op].differentiate(node, index, part)
            for index, part in enumerate(parts)
            if part is not number(0)
        ]
        return add(*terms) if terms else number(0)

    return fold(body, combine)


def _partial(function: Function, order: int, parameter: Expr) -> Function:
    """`s_β`, the derivative of s in its parameter β, as a function with a formula of its own."""
    formula = function.formula
    body = formula.body
    for _ in range(order):
        body = slope(body, formula.formal)
    letter = parameter.data.name if parameter.op == "symbol" else str(parameter.data)
    if "_" in function.name or order:
        raise UnsupportedError(
            f"the derivative of {function.name} in its parameter {letter} has no name",
            hint=f"write the formula of {function.name} out where it is applied",
        )
    name = f"{function.name}_{letter}" if len(letter) == 1 else f"{function.name}_{{{letter}}}"
    return function._replace(name=name, formula=formula._replace(body=slope(body, parameter)))


def _map_differential(Y: Expr, args: tuple[Expr, ...], i: int, dZ: Expr) -> Expr:
    """`ds(X) = s'(X) ⊙ dX`; the arguments behind X are the parameters of a formula."""
    function, order = Y.data
    if i > 0:
        part = _partial(function, order, function.formula.parameters[i - 1])
        return dZ @ map_function(part, args[0], 0, args[1:])
    return times(map_function(function, args[0], order + 1, args[1:]), dZ)


map_op: Op = declare(
    Op(
        "map",
        "unknown elementwise function",
        Special(ATOM),
        lambda same, X, *parameters: X,
        differential=_map_differential,
        component=entrywise,
        variadic=True,
        sample=("m n",),
        sample_data=(Function("g", (SCALAR,), SCALAR), 0),
    )
)


# A partial gradient's shape follows from its data, so it is rebuilt by its own constructor.
CONSTRUCTORS["partial"] = lambda *args, data: partial(*data[:2], *args, style="".join(data[2:]))


def map_function(
    function: Function, x: Expr, order: int = 0, parameters: tuple[Expr, ...] = ()
) -> Expr:
    """`g(X)` entry by entry, or its derivative of the given order."""
    return map_op(x, *parameters, data=(function, order))
