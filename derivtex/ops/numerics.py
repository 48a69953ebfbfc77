"""Functions of a square matrix, numerically: exponential, principal square root and logarithm.

Source: Higham, Functions of Matrices (2008). Each needs no more than NumPy's products and inverses.
"""

from __future__ import annotations

from collections.abc import Callable
from math import frexp
from typing import Any

Function = Callable[[Any, Any], Any]

#: Numerator coefficients of the [13/13] Padé approximant of exp, and how far it reaches.
_PADE = (
    64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000,
    10559470521600, 670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1,
)  # fmt: skip
_PADE_REACH = 5.37
_MOST_ROUNDS = 60
#: Where the quadrature of the logarithm has the precision of the machine, with 12 points.
_LOG_REACH, _LOG_POINTS = 0.25, 12


def expm(np: Any, A: Any) -> Any:
    """`e^A` by scaling and squaring; algorithm 10.20."""
    size = float(np.linalg.norm(A, 1))
    if not np.isfinite(size):
        return np.full(A.shape, np.nan)
    squarings = max(0, frexp(size / _PADE_REACH)[1])
    A = A / 2.0**squarings
    square = A @ A
    odd, even = np.zeros_like(A), np.zeros_like(A)
    unit = np.eye(len(A))
    for k in range(len(_PADE) - 2, -1, -2):
        even = even @ square + _PADE[k] * unit
        odd = odd @ square + _PADE[k + 1] * unit
    odd = A @ odd
    result = np.linalg.solve(even - odd, even + odd)
    for _ in range(squarings):
        result = result @ result
    return result


def sqrtm(np: Any, A: Any) -> Any:
    """The principal square root by the product form of the Denman-Beavers iteration, (6.29).

    Raises `LinAlgError` where there is none: for an eigenvalue on the closed negative real axis.
    """
    unit = np.eye(len(A))
    M, X = A, A
    distance = float("inf")
    for _ in range(_MOST_ROUNDS):
        inverse = np.linalg.inv(M)
        scale = 1.0
        if distance > 1e-2:  # a determinantal scaling, only while still far away
            scale = float(np.exp(-np.linalg.slogdet(M)[1] / (2 * len(A))))
        X = scale / 2 * X @ (unit + inverse / scale**2)
        M = (unit + (scale**2 * M + inverse / scale**2) / 2) / 2
        before, distance = distance, float(np.linalg.norm(M - unit))
        if distance < 1e-15 * len(A) or (distance < 1e-10 and distance >= before / 2):
            break
    residual = float(np.linalg.norm(X @ X - A))
    if not residual <= 1e-9 * float(np.linalg.norm(A)):
        raise np.linalg.LinAlgError("the matrix has no principal square root")
    return X


def logm(np: Any, A: Any) -> Any:
    """The principal logarithm by inverse scaling and squaring, section 11.5.

    `log(I + Y) = ∫₀¹ Y(I + sY)⁻¹ ds`, (11.1), by quadrature of Gauss, once Y is small. Raises
    `LinAlgError` as `sqrtm` does.
    """
    unit = np.eye(len(A))
    roots = 0
    while float(np.linalg.norm(A - unit, 1)) > _LOG_REACH:
        if roots == _MOST_ROUNDS:
            raise np.linalg.LinAlgError("the matrix has no principal logarithm")
        A = sqrtm(np, A)
        roots += 1
    Y = A - unit
    points, weights = np.polynomial.legendre.leggauss(_LOG_POINTS)
    total = sum(
        weight / 2 * np.linalg.solve(unit + (1 + point) / 2 * Y, Y)
        for point, weight in zip(points, weights, strict=True)
    )
    return 2.0**roots * total


def sinm(np: Any, A: Any) -> Any:
    """The imaginary part of `e^{iA}`; (12.1)."""
    return expm(np, 1j * A).imag


def cosm(np: Any, A: Any) -> Any:
    """The real part of `e^{iA}`; (12.1)."""
    return expm(np, 1j * A).real


def sinhm(np: Any, A: Any) -> Any:
    return (expm(np, A) - expm(np, -A)) / 2


def coshm(np: Any, A: Any) -> Any:
    return (expm(np, A) + expm(np, -A)) / 2


def frechet(f: Function) -> Callable[..., Any]:
    """The Fréchet derivative `L_f(X, E)` of `f`, and of higher order with more directions.

    It is the block at the upper right of `f([[X, E], [0, X]])`, theorem 3.6; of higher order, the
    same again: Higham & Relton (2014), theorem 3.5.
    """

    def value(np: Any, X: Any, *directions: Any) -> Any:
        size = len(X)
        block, length = X, 1.0
        for E in directions:
            norm = float(np.linalg.norm(E))
            if norm == 0:
                return np.zeros_like(X)
            length *= norm
            upper = np.kron(np.eye(len(block) // size), E / norm)
            block = np.block([[block, upper], [np.zeros_like(block), block]])
        return length * f(np, block)[:size, -size:]

    return value


def signs(np: Any, V: Any) -> Any:
    """For each column the sign of its largest entry: what settles which way a vector points."""
    return np.sign(V[np.argmax(np.abs(V), axis=0), np.arange(V.shape[1])])
