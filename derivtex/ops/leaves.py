"""What stands at the bottom of an expression, and the two marks put on one: `dX` and `∂f/∂X`."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from derivtex.expr import CONSTRUCTORS, Expr, fold, rebuild, walk
from derivtex.op import Op, Same, declare, keeps
from derivtex.op_syntax import ATOM, POSTFIX, Atom, Special
from derivtex.shapes import SCALAR, Dim, Shape, column
from derivtex.symbols import Function, GradientName, Symbol


def _leaf(name: str, title: str) -> Op:
    def shape(same: Same, *args: Shape) -> Shape:
        raise TypeError(f"a {title} has a shape of its own")

    return declare(Op(name, title, Atom(), shape))


_symbol = _leaf("symbol", "symbol")
_number = _leaf("number", "number")
_identity = _leaf("identity", "identity matrix")
_ones = _leaf("ones", "array of ones")
_zeros = _leaf("zeros", "zero array")
_commutation = _leaf("commutation", "commutation matrix")


def symbol(name: str, shape: Shape, structure: frozenset[str] = frozenset()) -> Expr:
    """A named quantity."""
    return Expr("symbol", (), Symbol(name, structure), shape)


def number(value: int | Fraction) -> Expr:
    """An exact number; floats and booleans are refused, for `1 == 1.0 == True` to Python."""
    if type(value) is Fraction:
        if value.denominator == 1:
            value = value.numerator
    elif type(value) is not int:
        raise TypeError(f"a number is an int or a Fraction, not {value!r}")
    small = _SMALL.get(value)
    return small if small is not None else Expr("number", (), value, SCALAR)


_SMALL: dict[int | Fraction, Expr] = {}
_SMALL.update({value: number(value) for value in range(-2, 5)})


def identity(size: Dim) -> Expr:
    shape = Shape(size, size)
    return number(1) if shape.is_scalar else Expr("identity", (), None, shape)


def ones(shape: Shape) -> Expr:
    """A vector of ones; a matrix of ones is the product `1 1ᵀ` of two."""
    if shape.is_scalar:
        return number(1)
    if not shape.is_matrix:
        return Expr("ones", (), None, shape)
    left, right = ones(column(shape.rows)), ones(Shape(SCALAR.rows, shape.columns))
    return CONSTRUCTORS["mul"](left, right)


def is_ones(e: Expr) -> bool:
    """Whether every entry of `e` is 1."""
    if e.op == "mul":
        return len(e.args) == 2 and all(arg.op == "ones" for arg in e.args) and e.shape.is_matrix
    return e.op == "ones" or e is ONE


def zeros(shape: Shape) -> Expr:
    return number(0) if shape.is_scalar else Expr("zeros", (), None, shape)


# `number(…)` takes a value and `zeros(…)` a shape where other constructors take expressions.
CONSTRUCTORS["number"] = number
CONSTRUCTORS["zeros"] = zeros

ZERO = number(0)
ONE = number(1)
MINUS_ONE = number(-1)


def is_zero(e: Expr) -> bool:
    return e is ZERO or e.op == "zeros"


_named: Op = declare(Op("named", "defined name", Atom(), keeps))


def named(name: str | GradientName, value: Expr) -> Expr:
    """A name for `value`: printed as the name, evaluated as the value."""
    return Expr("named", (value,), name, value.shape)


sized: Op = declare(Op("sized", "expression of known size", Special(ATOM), lambda same, G, X: G))
"""`sized(G, X)` is G, where no symbol in G but only X tells its size: the gradient I of tr X."""


def unsized(e: Expr) -> Expr:
    """`e` without what only tells the size of something in it."""
    if all(node.op != "sized" for node in walk(e)):
        return e

    def bare(node: Expr, parts: tuple[Expr, ...]) -> Expr:
        return parts[0] if node.op == "sized" else rebuild(node, parts)

    return fold(e, bare)


def _differential_of_constant(args: tuple[Expr, ...]) -> Expr | None:
    (X,) = args
    return zeros(X.shape) if X.op in {"number", "identity", "ones", "zeros"} else None


differential: Op = declare(
    Op("differential", "differential", Special(POSTFIX), keeps, simplify=_differential_of_constant)
)


def _derivative_shape(same: Same, f: Shape, X: Shape) -> Shape:
    same(f.rows, SCALAR.rows)
    same(f.columns, SCALAR.columns)
    return X


#: The gradient of a scalar, in denominator layout: the shape of what it is taken with respect to.
derivative: Op = declare(Op("derivative", "gradient", Atom(), _derivative_shape))

#: The derivatives of a scalar in the independent entries of a symmetric matrix, those on and below
#: the diagonal, as a symmetric matrix: each entry off the diagonal counts with its mirror image.
derivative_by_entries: Op = declare(
    Op("derivative_by_entries", "derivative by entries", Atom(), _derivative_shape)
)


def scalar_symbol(name: str, *structure: str) -> Expr:
    return symbol(name, SCALAR, frozenset(structure))


def is_whole(e: Expr) -> bool:
    """Whether `e` is a symbol for a whole number."""
    return e.op == "symbol" and "integer" in e.data.structure


def value_of(e: Expr) -> Any:
    """The number a number node holds, or None."""
    return e.data if e.op == "number" else None


def function_of(e: Expr) -> Function | None:
    """The function that `e` applies, or a derivative of it, where it has been declared."""
    data = e.data
    if type(data) is tuple and data and isinstance(data[0], Function):
        return data[0]
    return data if isinstance(data, Function) else None
