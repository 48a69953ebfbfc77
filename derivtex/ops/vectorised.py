"""Vectorisation: vec, the commutation matrix, and the Jacobian they make."""

from __future__ import annotations

from derivtex.expr import Expr
from derivtex.op import ATOM, Call, Op, Same, Special, declare, strict
from derivtex.ops.leaves import is_zero, zeros
from derivtex.ops.matrices import transpose
from derivtex.shapes import ONE, Shape


def _vec_shape(same: Same, A: Shape) -> Shape:
    return Shape(A.rows.times(A.columns), ONE)


def _vec_simplify(args: tuple[Expr, ...]) -> Expr | None:
    """The vec of a column is the column, that of a row the row transposed."""
    (A,) = args
    if is_zero(A):
        return zeros(_vec_shape(strict, A.shape))
    if A.shape.columns == ONE:
        return A
    return transpose(A) if A.shape.rows == ONE else None


vec: Op = declare(
    Op(
        "vec",
        "vec",
        Call(r"\operatorname{vec}", "vec"),
        _vec_shape,
        value=lambda np, A: A.reshape(-1, 1, order="F"),
        differential=lambda Y, X, dX: vec(dX),
        simplify=_vec_simplify,
        sample=("m n",),
        names=("vec",),
        source="Magnus & Neudecker, section 2.4",
    )
)


def _jacobian_shape(same: Same, F: Shape, X: Shape) -> Shape:
    if X.is_scalar:
        return F
    return Shape(F.rows.times(F.columns), X.rows.times(X.columns))


#: ∂vec(F)/∂vec(X)ᵀ, with `vec(dF) = J vec(dX)`; of F by a scalar t, ∂F/∂t of F's shape.
jacobian: Op = declare(Op("jacobian", "Jacobian", Special(ATOM), _jacobian_shape))
