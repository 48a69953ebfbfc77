"""Functions of a square matrix, `f(X) = Σ cₖ Xᵏ`: one row a function.

Each comes with its Fréchet derivative, `d f(X) = L_f(X, dX)`, which is linear in dX and, under the
Frobenius product, its own adjoint at Xᵀ:

    G : L_f(X, E) = L_f(Xᵀ, G) : E

Where E commutes with X, `L_f(X, E) = f'(X) E`. The derivative of `L_f(X, E)` in X is that of higher
order, `L_f(X, E, dX)`. Source: Higham, Functions of Matrices (2008), chapter 3.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

from derivtex.errors import UnsupportedError
from derivtex.expr import Expr
from derivtex.op import Op, Same, alike, declare, square
from derivtex.op_syntax import POSTFIX, Call, Special, Syntax
from derivtex.ops import numerics
from derivtex.ops.algebra import mul
from derivtex.ops.elementwise import cos, cosh, exp, log, sin, sinh, sqrt
from derivtex.ops.integrands import Integrand, Term
from derivtex.ops.kronecker import kron
from derivtex.ops.leaves import ONE, identity, is_zero, number, zeros
from derivtex.ops.linearity import scalars_out
from derivtex.ops.matrices import KEEPS_TRANSPOSE, inverse, turned
from derivtex.shapes import Shape

#: What a principal logarithm or square root assumes.
PRINCIPAL = "{} has no eigenvalue on the closed negative real axis"


Equation = tuple[Expr, Expr]


class MatrixFunction(NamedTuple):
    """`f`, its Fréchet derivative `L_f`, and `f'(X)` as an expression.

    Where f has `parameters`, as X^p has, they stand behind X in all three.
    """

    f: Op
    frechet: Op
    derivative: Callable[..., Expr]
    parameters: int = 0

    def parts(self, L: Expr) -> tuple[tuple[Expr, ...], tuple[Expr, ...]]:
        """X with the parameters, and the directions."""
        first = 1 + self.parameters
        return L.args[:first], L.args[first:]


#: The matrix functions by the names of their Fréchet derivatives.
FRECHET: dict[str, MatrixFunction] = {}


def _frechet_shape(same: Same, X: Shape, *directions: Shape) -> Shape:
    return square(same, alike(same, X, *directions))


def matrix_function(
    name: str,
    title: str,
    value: numerics.Function,
    derivative: Callable[[Expr], Expr],
    scalar: Op,
    *,
    sign: tuple[str, str],
    syntax: Syntax | None = None,
    at_identity: Callable[[Expr], Expr | None] = lambda unit: None,
    condition: str | None = None,
    integrand: Integrand | None = None,
    meaning: Callable[[Expr, Expr], Equation] | None = None,
    kronecker: Callable[[Expr], Expr] | None = None,
) -> Op:
    """Declare `name`, a function of a square matrix, by its value and its derivative `f'`.

    scalar       the function it is of a scalar
    sign         what stands below the L of its Fréchet derivative: as TeX, and as text
    at_identity  f(I), or f(0) of a zero array, where it is no function of a matrix
    integrand    what L_f(X, E) is the integral of; or else
    meaning      an equation that L_f(X, E) solves, and
    kronecker    what matrix L_f(X, ·) is under vec
    """

    def simplify(args: tuple[Expr, ...]) -> Expr | None:
        (X,) = args
        if X.shape.is_scalar:
            return scalar(X)
        return at_identity(X) if X.op in {"identity", "zeros"} and X.shape.is_square else None

    def linear(args: tuple[Expr, ...]) -> Expr | None:
        """`L_f(X, cE) = c L_f(X, E)`."""
        X, *directions = args
        if any(map(is_zero, directions)):
            return zeros(X.shape)
        if X.shape.is_scalar and len(directions) == 1:
            return derivative(X) @ directions[0]
        factors, bare = scalars_out(directions)
        return mul(*factors, L(X, *bare)) if factors else None

    def adjoint(G: Expr, args: tuple[Expr, ...], i: int) -> Expr:
        return L(*[G if j == i else turned(arg) for j, arg in enumerate(args)])

    def says(args: tuple[Expr, ...]) -> Equation | None:
        X, *directions = args
        if len(directions) > 1:
            return None
        if integrand is not None:
            return L(*args), integrand.frechet(X, *directions)
        assert meaning is not None
        return meaning(X, *directions)

    def vec(args: tuple[Expr, ...], i: int) -> Expr:
        X, *directions = args
        if len(directions) > 1:
            raise UnsupportedError(
                f"no matrix is known for the second derivative of the {title} under vec",
                hint="ask for the differential instead: it shows the linear map",
            )
        if integrand is not None:
            return integrand.kronecker(X)
        assert kronecker is not None
        return kronecker(X)

    f = declare(
        Op(
            name,
            title,
            syntax or Call(rf"\operatorname{{{name}}}", name),
            square,
            value=value,
            differential=lambda Y, X, dX: L(X, dX),
            simplify=simplify,
            condition=condition,
            sample=("n n",),
            names=(name,),
            source="Higham, Functions of Matrices, section 3.1",
        )
    )
    L = declare(
        Op(
            f"frechet_{name}",
            f"Fréchet derivative of the {title}",
            Call(f"L_{{{sign[0]}}}", f"L_{sign[1]}"),
            _frechet_shape,
            value=numerics.frechet(value),
            differential=lambda Y, args, i, dX: L(*args, dX),
            adjoint=adjoint,
            not_linear_in=(0,),
            vec=vec,
            meaning=says,
            simplify=linear,
            variadic=True,
            takes_more=True,
            condition=condition,
            sample=("n n", "n n"),
            further=(("n n", "n n", "n n"),),
            names=(f"L_{{{sign[1]}}}",),
            source="Higham, Functions of Matrices, theorem 3.6",
        )
    )
    KEEPS_TRANSPOSE.update({f.name, L.name})
    FRECHET[L.name] = MatrixFunction(f, L, derivative)
    return f


def _L(f: Op) -> Op:
    """The Fréchet derivative of `f`."""
    return FRECHET[f"frechet_{f.name}"].frechet


def _unit(X: Expr) -> Expr:
    return identity(X.shape.rows)


def _parts(X: Expr, s: Expr) -> tuple[Expr, Expr]:
    """`sX` and `(1 - s)X`."""
    return s @ X, (ONE - s) @ X


def _exponential(X: Expr, s: Expr) -> tuple[Term, ...]:
    """`d e^X = ∫ e^{sX} dX e^{(1-s)X} ds`, (10.15)."""
    Y, Z = _parts(X, s)
    return ((1, expm(Y), expm(Z)),)


def _sine(X: Expr, s: Expr) -> tuple[Term, ...]:
    """The imaginary part of that, for iX."""
    Y, Z = _parts(X, s)
    return (1, cosm(Y), cosm(Z)), (-1, sinm(Y), sinm(Z))


def _cosine(X: Expr, s: Expr) -> tuple[Term, ...]:
    """The real part of that, for iX."""
    Y, Z = _parts(X, s)
    return (-1, sinm(Y), cosm(Z)), (-1, cosm(Y), sinm(Z))


def _hyperbolic_sine(X: Expr, s: Expr) -> tuple[Term, ...]:
    """Half the difference of the integrals for X and -X."""
    Y, Z = _parts(X, s)
    return (1, coshm(Y), coshm(Z)), (1, sinhm(Y), sinhm(Z))


def _hyperbolic_cosine(X: Expr, s: Expr) -> tuple[Term, ...]:
    Y, Z = _parts(X, s)
    return (1, sinhm(Y), coshm(Z)), (1, coshm(Y), sinhm(Z))


def _logarithm(X: Expr, s: Expr) -> tuple[Term, ...]:
    """`d log X = ∫ (sX + (1-s)I)⁻¹ dX (sX + (1-s)I)⁻¹ ds`, (11.10)."""
    resolvent = inverse(s @ X + (ONE - s) @ _unit(X))
    return ((1, resolvent, resolvent),)


expm: Op = matrix_function(
    "expm",
    "matrix exponential",
    numerics.expm,
    lambda X: expm(X),
    exp,
    sign=(r"\exp", "exp"),
    syntax=Special(POSTFIX),
    at_identity=lambda X: _unit(X) if is_zero(X) else None,
    integrand=Integrand(_exponential),
)
logm: Op = matrix_function(
    "logm",
    "matrix logarithm",
    numerics.logm,
    lambda X: inverse(X),
    log,
    sign=(r"\log", "log"),
    at_identity=lambda X: None if is_zero(X) else zeros(X.shape),
    condition=PRINCIPAL,
    integrand=Integrand(_logarithm),
)
sqrtm: Op = matrix_function(
    "sqrtm",
    "matrix square root",
    numerics.sqrtm,
    lambda X: number(Fraction(1, 2)) @ inverse(sqrtm(X)),
    sqrt,
    sign=(r"\mathrm{sqrt}", "sqrt"),
    syntax=Special(POSTFIX),
    at_identity=lambda X: X,
    condition=PRINCIPAL,
    # R² = X, and the differential of that
    meaning=lambda X, E: (sqrtm(X) @ _L(sqrtm)(X, E) + _L(sqrtm)(X, E) @ sqrtm(X), E),
    kronecker=lambda X: inverse(kron(_unit(X), sqrtm(X)) + kron(sqrtm(X).T, _unit(X))),
)
sinm: Op = matrix_function(
    "sinm",
    "matrix sine",
    numerics.sinm,
    lambda X: cosm(X),
    sin,
    sign=(r"\sin", "sin"),
    at_identity=lambda X: X if is_zero(X) else None,
    integrand=Integrand(_sine),
)
cosm: Op = matrix_function(
    "cosm",
    "matrix cosine",
    numerics.cosm,
    lambda X: -sinm(X),
    cos,
    sign=(r"\cos", "cos"),
    at_identity=lambda X: _unit(X) if is_zero(X) else None,
    integrand=Integrand(_cosine),
)
sinhm: Op = matrix_function(
    "sinhm",
    "matrix hyperbolic sine",
    numerics.sinhm,
    lambda X: coshm(X),
    sinh,
    sign=(r"\sinh", "sinh"),
    at_identity=lambda X: X if is_zero(X) else None,
    integrand=Integrand(_hyperbolic_sine),
)
coshm: Op = matrix_function(
    "coshm",
    "matrix hyperbolic cosine",
    numerics.coshm,
    lambda X: sinhm(X),
    cosh,
    sign=(r"\cosh", "cosh"),
    at_identity=lambda X: _unit(X) if is_zero(X) else None,
    integrand=Integrand(_hyperbolic_cosine),
)
