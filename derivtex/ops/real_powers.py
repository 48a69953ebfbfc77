"""Real powers of a square matrix, `X^p = e^{p log X}` with the principal logarithm.

They are a matrix function of X for each p, with `f'(X) = p X^{p-1}`; whole powers and those of the
square root are operations of their own. Source: Higham, Functions of Matrices (2008), section 7.1.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from derivtex.errors import UnsupportedError
from derivtex.expr import Expr
from derivtex.op import OPS, Op, Same, alike, declare, square
from derivtex.op_syntax import POSTFIX, Call, Special
from derivtex.ops import numerics
from derivtex.ops.algebra import mul
from derivtex.ops.integers import minus
from derivtex.ops.leaves import is_zero, value_of, zeros
from derivtex.ops.linearity import scalars_out
from derivtex.ops.matrices import KEEPS_TRANSPOSE, matrix_power, turned
from derivtex.ops.matrix_functions import FRECHET, PRINCIPAL, Equation, MatrixFunction, logm
from derivtex.shapes import SCALAR, Shape


def _shape(same: Same, X: Shape, p: Shape, *directions: Shape) -> Shape:
    alike(same, p, SCALAR)
    return square(same, alike(same, X, *directions))


def _power(np: Any, X: Any, p: float) -> Any:
    return numerics.expm(np, p * numerics.logm(np, X))


def _simplify(args: tuple[Expr, ...]) -> Expr | None:
    X, p = args
    value = value_of(p)
    if X.shape.is_scalar:
        return OPS["power"](X, p)
    if X.op == "real_power" and _is_root(X.args[1]):
        return real_power(X.args[0], X.args[1] @ p)
    if value is not None and Fraction(value).denominator <= 2:
        return matrix_power(X, p)
    return X if X.op == "identity" else None


def _is_root(p: Expr) -> bool:
    """Whether `(X^p)^q = X^{pq}`: for -1 < p < 1, for log X^p = p log X is principal then."""
    value = value_of(p)
    return value is not None and abs(value) < 1


def _differential(Y: Expr, args: tuple[Expr, ...], i: int, dZ: Expr) -> Expr:
    """`d X^p = L(X, dX)`, and by the exponent `X^p log X dp`."""
    X, p = args
    return frechet(X, p, dZ) if i == 0 else dZ @ Y @ logm(X)


real_power: Op = declare(
    Op(
        "real_power",
        "real power of a matrix",
        Special(POSTFIX),
        _shape,
        value=lambda np, X, p: _power(np, X, float(p[0, 0])),
        differential=_differential,
        simplify=_simplify,
        condition=PRINCIPAL,
        variadic=True,
        sample=("n n", "1 1"),
        further=(("n n positive definite", "1 1"),),
        source="Higham, Functions of Matrices, section 7.1",
    )
)


def _frechet_value(np: Any, X: Any, p: Any, *directions: Any) -> Any:
    exponent = float(p[0, 0])
    return numerics.frechet(lambda np, M: _power(np, M, exponent))(np, X, *directions)


def _linear(args: tuple[Expr, ...]) -> Expr | None:
    """`L(X, cE) = c L(X, E)`."""
    X, p, *directions = args
    if any(map(is_zero, directions)):
        return zeros(X.shape)
    if X.shape.is_scalar and len(directions) == 1:
        return _slope(X, p) @ directions[0]
    factors, bare = scalars_out(directions)
    return mul(*factors, frechet(X, p, *bare)) if factors else None


def _frechet_differential(Y: Expr, args: tuple[Expr, ...], i: int, dZ: Expr) -> Expr:
    """Of higher order in X; by p, for `d/dp X^p = X^p log X`, `L(X, E) log X + X^p L_log(X, E)`."""
    X, p, *directions = args
    if i == 0:
        return frechet(*args, dZ)
    if len(directions) > 1:
        raise UnsupportedError("no second derivative of a real power by its exponent is known")
    of_log = FRECHET["frechet_logm"].frechet(X, *directions)
    return dZ @ Y @ logm(X) + dZ @ real_power(X, p) @ of_log


def _adjoint(G: Expr, args: tuple[Expr, ...], i: int) -> Expr:
    return frechet(*[G if j == i else turned(arg) for j, arg in enumerate(args)])


def _meaning(args: tuple[Expr, ...]) -> Equation | None:
    """`X^p = e^{p log X}`, and the differential of that."""
    X, p, *directions = args
    if len(directions) > 1:
        return None
    of_exp, of_log = FRECHET["frechet_expm"].frechet, FRECHET["frechet_logm"].frechet
    return frechet(*args), of_exp(p @ logm(X), p @ of_log(X, *directions))


frechet: Op = declare(
    Op(
        "frechet_real_power",
        "Fréchet derivative of the real power of a matrix",
        Call(r"L_{\mathrm{pow}}", "L_pow"),
        _shape,
        value=_frechet_value,
        differential=_frechet_differential,
        adjoint=_adjoint,
        not_linear_in=(0, 1),
        simplify=_linear,
        meaning=_meaning,
        variadic=True,
        takes_more=True,
        condition=PRINCIPAL,
        sample=("n n", "1 1", "n n"),
        names=("L_{pow}",),
        source="Higham, Functions of Matrices, theorem 3.6",
    )
)


def _slope(X: Expr, p: Expr) -> Expr:
    """`p X^{p-1}`."""
    return p @ real_power(X, minus(p, 1))


KEEPS_TRANSPOSE.update({real_power.name, frechet.name})
FRECHET[frechet.name] = MatrixFunction(real_power, frechet, _slope, parameters=1)
