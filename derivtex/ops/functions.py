"""Functions nothing is known about: `φ(X)`, and elementwise `g(X)` with `g'(X)`."""

from __future__ import annotations

from derivtex.errors import UnsupportedError
from derivtex.expr import Expr, fold
from derivtex.op import OPS, Op, declare, entrywise
from derivtex.op_syntax import ATOM, Special
from derivtex.ops.algebra import add
from derivtex.ops.arrays import frobenius, times
from derivtex.ops.leaves import number
from derivtex.ops.partials import along, function_jacobian, no_shape, partial
from derivtex.shapes import SCALAR, Shape, dim
from derivtex.symbols import Function

_MATRIX = Shape(dim("m"), dim("n"))


def _apply_differential(Y: Expr, args: tuple[Expr, ...], i: int, dZ: Expr) -> Expr:
    """`dφ(X) = ∂φ/∂X : dX`, which defines the gradient, and `df(x) = J dx`, the Jacobian."""
    if Y.shape.is_scalar:
        return frobenius(partial(Y.data, i, *args), dZ)
    return along(function_jacobian(Y.data, i, *args), dZ, Y.shape)


apply_op: Op = declare(
    Op(
        "apply",
        "unknown function",
        Special(ATOM),
        no_shape,
        shape_by_data=lambda function, *args: function.codomain,
        differential=_apply_differential,
        variadic=True,
        sample=("m n",),
        sample_data=Function(r"\phi", (_MATRIX,), SCALAR),
    )
)


def apply_function(function: Function, *args: Expr) -> Expr:
    """`φ(X, …)` for a declared function, of the shape of its values."""
    return apply_op(*args, data=function)


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


def map_function(
    function: Function, x: Expr, order: int = 0, parameters: tuple[Expr, ...] = ()
) -> Expr:
    """`g(X)` entry by entry, or its derivative of the given order."""
    return map_op(x, *parameters, data=(function, order))
