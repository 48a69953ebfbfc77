"""Where there is no inverse: the pseudo-inverse, the adjugate, a determinant that is zero."""

from __future__ import annotations

from typing import Any

from derivtex.expr import Expr
from derivtex.op import Op, Same, declare, square
from derivtex.op_syntax import Call, Superscript
from derivtex.ops.algebra import mul, split
from derivtex.ops.leaves import identity, number, value_of
from derivtex.ops.matrices import inverse, transpose
from derivtex.ops.powers import power
from derivtex.ops.scalars import det, norm_squared, trace
from derivtex.shapes import Shape

# --- pseudo-inverse -----------------------------------------------------------------------------


def _pinv_shape(same: Same, A: Shape) -> Shape:
    return A.transposed


def _pinv_simplify(args: tuple[Expr, ...]) -> Expr | None:
    """`(A⁺)⁺ = A`, `(Aᵀ)⁺ = (A⁺)ᵀ`, `(cA)⁺ = c⁻¹A⁺`; of a vector it is `xᵀ/‖x‖²`."""
    (A,) = args
    if A.shape.is_scalar:
        return power(A, number(-1))
    if A.shape.is_vector:
        return power(norm_squared(A), number(-1)) @ transpose(A)
    if A.op in {"identity", "zeros", "pinv"}:
        return A.args[0] if A.op == "pinv" else transpose(A)
    if A.op == "transpose":
        return transpose(pinv(A.args[0]))
    if A.op == "inverse" or (A.op == "symbol" and "invertible" in A.data.structure):
        return inverse(A)
    coefficient, _, chain = split(A)
    if value_of(coefficient) != 1:
        return mul(power(coefficient, number(-1)), pinv(mul(*split(A)[1], *chain)))
    return None


def _pinv_differential(P: Expr, X: Expr, dX: Expr) -> Expr:
    """`dX⁺ = -X⁺dX X⁺ + X⁺X⁺ᵀdXᵀ(I - XX⁺) + (I - X⁺X)dXᵀX⁺ᵀX⁺`, the rank being constant."""
    rows, columns = identity(X.shape.rows), identity(X.shape.columns)
    return -(P @ dX @ P) + P @ P.T @ dX.T @ (rows - X @ P) + (columns - P @ X) @ dX.T @ P.T @ P


pinv: Op = declare(
    Op(
        "pinv",
        "pseudo-inverse",
        Superscript("+", "⁺"),
        _pinv_shape,
        value=lambda np, A: np.linalg.pinv(A, rcond=1e-10),
        differential=_pinv_differential,
        simplify=_pinv_simplify,
        condition="the rank of {} is constant",
        sample=("m n",),
        further=(("n n",),),
        names=("pinv",),
        source="Golub & Pereyra (1973), theorem 4.3; Magnus & Neudecker, theorem 8.5",
    )
)


# --- adjugate -----------------------------------------------------------------------------------


def _adjugate_value(np: Any, A: Any) -> Any:
    """`adj(UΣVᵀ) = det(U) det(V) V adj(Σ) Uᵀ`, which needs no inverse."""
    U, s, Vt = np.linalg.svd(A)
    others = [np.prod(np.delete(s, i)) for i in range(len(s))]
    return np.linalg.det(U) * np.linalg.det(Vt) * (Vt.T * others) @ U.T


def _adjugate_simplify(args: tuple[Expr, ...]) -> Expr | None:
    (A,) = args
    if A.shape.is_scalar:
        return number(1)
    if A.op == "transpose":
        return transpose(adjugate(A.args[0]))
    return A if A.op == "identity" else None


adjugate: Op = declare(
    Op(
        "adjugate",
        "adjugate",
        Call(r"\operatorname{adj}", "adj"),
        square,
        value=_adjugate_value,
        differential=lambda Y, X, dX: trace(inverse(X) @ dX) @ Y - inverse(X) @ dX @ Y,
        simplify=_adjugate_simplify,
        condition="{} is invertible",
        sample=("n n invertible",),
        names=("adj", "adjugate"),
        source="Magnus & Neudecker, theorem 8.6",
    )
)


#: The determinant where it is zero: Jacobi's formula, which needs no inverse.
singular_det: Op = declare(
    Op(
        "singular_det",
        "determinant of a singular matrix",
        Call(r"\det", "det", bare=True),
        det.shape,
        value=lambda np, A: np.linalg.det(A).reshape(1, 1),
        differential=lambda Y, X, dX: trace(adjugate(X) @ dX),
        simplify=lambda args: args[0] if args[0].shape.is_scalar else None,
        sample=("n n singular",),
        source="Magnus & Neudecker, theorem 8.1",
    )
)


def resolvent(value: Expr, A: Expr) -> Expr:
    """`(λI - A)⁺`."""
    return pinv(value @ identity(A.shape.rows) - A)
