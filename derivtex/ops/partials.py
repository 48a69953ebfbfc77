"""Derivatives of functions nothing is known about: gradient, Jacobian and Hessian, by their names.

Each is a matrix: what is a tensor of higher order has no name here, and is an error that says so.
"""

from __future__ import annotations

from typing import Any

from derivtex.expr import Expr
from derivtex.op import Letter, Op, Same, declare
from derivtex.op_syntax import ATOM, Special
from derivtex.ops.leaves import zeros
from derivtex.ops.matrices import transpose
from derivtex.ops.vectorised import unvec, vec
from derivtex.shapes import SCALAR, Shape, column, dim
from derivtex.symbols import Function


def no_shape(same: Same, *shapes: Shape) -> Shape:
    """That of an unknown function, and of its derivatives, follows from its type."""
    raise TypeError("the shapes of the arguments do not tell that of a function")


def entries(left: Shape, right: Shape) -> Shape:
    """A row for each entry of the one, a column for each entry of the other."""
    return Shape(left.rows.times(left.columns), right.rows.times(right.columns))


def along(J: Expr, dZ: Expr, value: Shape) -> Expr:
    """`J vec(dZ)`, in the shape of what has the Jacobian J; `y'(s) ds` of a scalar s."""
    return dZ @ J if dZ.shape.is_scalar else unvec(J @ vec(dZ), zeros(value))


# --- of a scalar function -------------------------------------------------------------------------


def _gradient_differential(Y: Expr, args: tuple[Expr, ...], i: int, dZ: Expr) -> Expr:
    """`d(∂φ/∂X) = ∂²φ/∂X∂Z dZ`, which defines the Hessian."""
    function, index = Y.data[:2]
    return along(function_hessian(function, index, i, *args), dZ, Y.shape)


partial_op: Op = declare(
    Op(
        "partial",
        "gradient of an unknown function",
        Special(ATOM),
        no_shape,
        shape_by_data=lambda data, *args: args[data[1]].shape,
        differential=_gradient_differential,
        variadic=True,
        sample=("n 1",),
        sample_data=(Function(r"\phi", (column(dim("n")),), SCALAR), 0, "prime"),
    )
)


def partial(function: Function, index: int, *args: Expr, style: str = "") -> Expr:
    """The gradient of `function(args)` in its argument `index`, of that argument's shape.

    It is written `∂φ/∂a` where the argument has a name, else `∇φ(AX)`; in the style "prime", which
    is for the first argument, `φ'(a, y)`, in the style "slot" `∇₁φ(a, y)`.
    """
    data = (function, index, style) if style else (function, index)
    return partial_op(*args, data=data)


def _hessian_shape(data: Any, *args: Expr) -> Shape:
    _, index, by = data
    X, Z = args[index].shape, args[by].shape
    return X if Z.is_scalar else entries(X, Z)


hessian_op: Op = declare(
    Op(
        "function_hessian",
        "Hessian of an unknown function",
        Special(ATOM),
        no_shape,
        shape_by_data=_hessian_shape,
        no_differential=(
            "the third derivative of an unknown function is no matrix",
            "define what the function is, or ask for a derivative of lower order",
        ),
        variadic=True,
        letter=Letter("H", "Hessian of an unknown function", lambda called, H: (called(H), H)),
    )
)


def function_hessian(function: Function, index: int, by: int, *args: Expr) -> Expr:
    """The Jacobian of the gradient of `function(args)` in its argument `index`, in another one.

    `vec(d ∂φ/∂X) = H vec(dZ)`: symmetric where both are the same argument, and else the transpose
    of what it is with the two exchanged. In a scalar Z it has the shape of X.
    Magnus & Neudecker, section 6.3.
    """
    if by >= index:
        return hessian_op(*args, data=(function, index, by))
    H = function_hessian(function, by, index, *args)
    X, Z = args[index].shape, args[by].shape
    if X.is_scalar:
        return transpose(vec(H))
    return unvec(transpose(H), zeros(X)) if Z.is_scalar else transpose(H)


# --- of a function with values in vectors or matrices ---------------------------------------------


def function_jacobian_shape(function: Function, X: Shape) -> Shape:
    """A row for each entry of the value, a column for each of X; of a scalar, that of the value."""
    F = function.codomain
    return F if X.is_scalar else entries(F, X)


jacobian_op: Op = declare(
    Op(
        "function_jacobian",
        "Jacobian of an unknown function",
        Special(ATOM),
        no_shape,
        shape_by_data=lambda data, *args: function_jacobian_shape(data[0], args[data[1]].shape),
        no_differential=(
            "the second derivative of an unknown function with values in vectors is no matrix",
            "the Jacobian J is one, and so is the Gauss-Newton matrix J^T J of a sum of squares",
        ),
        variadic=True,
        letter=Letter("J", "Jacobian of an unknown function", lambda called, J: (called(J), J)),
    )
)


def function_jacobian(function: Function, index: int, *args: Expr) -> Expr:
    """The Jacobian of `function(args)` in its argument `index`: `vec(df) = J vec(dX)`.

    In a scalar argument it is the derivative, of the shape of the value.
    Magnus & Neudecker, section 5.12.
    """
    return jacobian_op(*args, data=(function, index))
