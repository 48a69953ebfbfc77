"""Vectorisation: vec, the commutation matrix, and the Jacobian they make."""

from __future__ import annotations

from derivtex.expr import Expr
from derivtex.op import Op, Same, declare, strict
from derivtex.op_syntax import ATOM, Call, Special
from derivtex.ops.algebra import mul, split
from derivtex.ops.leaves import ONE as UNIT
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
    if A.op == "unvec":
        return A.args[0]
    if A.shape.columns == ONE:
        return A
    return transpose(A) if A.shape.rows == ONE else None


vec: Op = declare(
    Op(
        "vec",
        "vec",
        Call(r"\operatorname{vec}", "vec"),
        _vec_shape,
        value=lambda np, A: np.swapaxes(A, -1, -2).reshape(*A.shape[:-2], -1, 1),
        stacks=True,
        adjoint=lambda g, X: unvec(g, zeros(X.shape)),
        simplify=_vec_simplify,
        sample=("m n",),
        names=("vec",),
        source="Magnus & Neudecker, section 2.4",
    )
)


def _unvec_shape(same: Same, x: Shape, like: Shape) -> Shape:
    same(x.rows, like.rows.times(like.columns))
    same(x.columns, ONE)
    return like


def _unvec_simplify(args: tuple[Expr, ...]) -> Expr | None:
    """`unvec(vec(A)) = A`; a vector has this shape already."""
    x, like = args
    shape = _unvec_shape(strict, x.shape, like.shape)
    if x.op == "vec":
        return x.args[0] if x.args[0].shape == shape else None
    if x.shape == shape:
        return x
    if shape.is_row:
        return transpose(x)
    if x.op == "mul":
        # unvec(c vec(A)) = c A
        coefficient, scalars, chain = split(x)
        if len(chain) == 1 and (scalars or coefficient is not UNIT):
            return mul(coefficient, *scalars, unvec(chain[0], like))
    return zeros(shape) if is_zero(x) else None


#: The second argument is a zero that has the shape the first is brought to.
unvec: Op = declare(
    Op(
        "unvec",
        "unvec",
        Special(ATOM),
        _unvec_shape,
        value=lambda np, x, like: x.reshape(like.shape, order="F"),
        adjoint=lambda G, x, like: vec(G),
        simplify=_unvec_simplify,
        sample=("mn 1", "m n zero"),
        names=("unvec",),
        usage=r"say the sizes: \operatorname{unvec}_{m \times n}(x)",
        source="Magnus & Neudecker, section 2.4",
    )
)


def _jacobian_shape(same: Same, F: Shape, X: Shape) -> Shape:
    if X.is_scalar:
        return F
    return Shape(F.rows.times(F.columns), X.rows.times(X.columns))


#: ∂vec(F)/∂vec(X)ᵀ, with `vec(dF) = J vec(dX)`; of F by a scalar t, ∂F/∂t of F's shape.
jacobian: Op = declare(Op("jacobian", "Jacobian", Special(ATOM), _jacobian_shape))
