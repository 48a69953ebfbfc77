"""The rules at the two ends of a derivation: putting a definition in, reading the gradient off."""

from __future__ import annotations

from derivtex.expr import Expr
from derivtex.ops import derivative, differential, frobenius, jacobian, named, symbol
from derivtex.rule import Rule, register
from derivtex.shapes import ONE, Shape, dim
from derivtex.varying import Varying

_A = symbol("A", Shape(dim("m"), dim("n")))
_X = symbol("X", Shape(dim("m"), dim("n")))


def _put_in(node: Expr, varying: Varying) -> Expr | None:
    if node.args[0].op != "named":
        return None
    return varying.differential(node.args[0].args[0])


def _put_in_sides() -> tuple[Expr, Expr]:
    Y = named("Y", _A + _X)
    return differential(Y), differential(Y.args[0])


#: `dY = d(A + X)` where Y was defined as A + X.
DEFINITION = register(
    Rule("definition put in", "", frozenset({"differential"}), _put_in, sides=_put_in_sides)
)


def _read_off(node: Expr, varying: Varying) -> Expr | None:
    if node.op == "frobenius" and node.args[1].op == "differential":
        return node.args[0]
    return None


def _read_off_sides() -> tuple[Expr, Expr]:
    return derivative(frobenius(_A, _X), _X), _A


#: The step that calls the value of an operation, such as an eigenvector, by its letter.
CALLED_BY_LETTER = "called by its letter"

#: The step that writes the gradient of an unknown function as it was said to be written.
UNKNOWN_GRADIENT = "gradient of an unknown function"

#: The step from the gradient of a free variable to that of a structured one.
PROJECTION = "projection onto the structure"

#: `dL = G : dX` says that the gradient is G; the sides show it for L = A:X.
IDENTIFY = register(
    Rule("gradient read off", "", frozenset({"frobenius"}), _read_off, sides=_read_off_sides)
)


def _jacobian_sides() -> tuple[Expr, Expr]:
    x = symbol("x", Shape(dim("n"), ONE))
    return jacobian(_A @ x, x), _A


#: `vec(dF) = J vec(dX)` says that the Jacobian is J; the sides show it for F = Ax.
IDENTIFY_JACOBIAN = register(
    Rule("Jacobian read off", "", frozenset({"mul"}), lambda e, v: None, sides=_jacobian_sides)
)

#: The step from dF to vec(dF), which changes both sides of the line.
VECTORISED = "vec of both sides"

#: The step from `Σᵢ Gᵢ : dxᵢ` to Gⱼ.
MEMBER_READ_OFF = "gradient in a member read off"

#: The step from the vec of a gradient to the gradient.
UNSTACKED = "matrix of a vec"

#: The step from the entries of a gradient or a Jacobian to the matrix that has them.
ENTRIES_READ_OFF = "entries read off"

#: The steps whose two sides are not equal: from `dL = G:dX` to G, and from G to its projection.
READ_OFF = frozenset(
    {
        IDENTIFY.name,
        MEMBER_READ_OFF,
        PROJECTION,
        IDENTIFY_JACOBIAN.name,
        VECTORISED,
        ENTRIES_READ_OFF,
        UNSTACKED,
    }
)


def _call(node: Expr, varying: Varying) -> Expr | None:
    return None


def _call_sides() -> tuple[Expr, Expr]:
    return _A + _X, named("Y", _A + _X)


#: `A + X` is called Y where Y was defined as A + X; what is defined, the problem knows.
CALLED = register(Rule("called by its name", "", frozenset({"add"}), _call, sides=_call_sides))


def _back(node: Expr, varying: Varying) -> Expr | None:
    return node.args[0]


#: Y is A + X where Y was defined as A + X.
PUT_BACK = register(
    Rule(
        "name put back",
        "",
        frozenset({"named"}),
        _back,
        sides=lambda: (named("Y", _A + _X), _A + _X),
    )
)
