"""Scalars of a matrix or a vector: trace, determinant and its logarithm, norms."""

from __future__ import annotations

from typing import Any

from derivtex.expr import Expr
from derivtex.op import OPS, Op, Same, declare
from derivtex.op_syntax import POSTFIX, Call, Fence, Special
from derivtex.ops.algebra import split
from derivtex.ops.arrays import frobenius, over_entries
from derivtex.ops.elementwise import absolute, log, sign
from derivtex.ops.leaves import identity, is_zero, number
from derivtex.ops.matrices import inverse
from derivtex.ops.powers import power
from derivtex.ops.singular import is_singular, refuse_singular
from derivtex.shapes import SCALAR, Shape


def _of_square(same: Same, A: Shape) -> Shape:
    same(A.rows, A.columns)
    return SCALAR


def _scalar(same: Same, A: Shape) -> Shape:
    return SCALAR


def _trace_simplify(args: tuple[Expr, ...]) -> Expr | None:
    """The trace of a scalar is the scalar; only round a chain, `tr(aᵀXb)`, is it kept."""
    (A,) = args
    if A.shape.is_scalar and not split(A)[2]:
        return A
    return number(0) if is_zero(A) else None


def _trace_component(c: Any, A: Expr, i: None, j: None) -> Expr:
    """`tr A = Σ_i A_{ii}`."""
    index = c.subscript(A.shape.rows)
    total: Expr = c.sum(index, c(A, index, index))
    return total


trace: Op = declare(
    Op(
        "trace",
        "trace",
        Call(r"\operatorname{tr}", "tr"),
        _of_square,
        value=lambda np, A: np.trace(A, axis1=-2, axis2=-1)[..., None, None],
        stacks=True,
        adjoint=lambda G, X: G @ identity(X.shape.rows),
        component=_trace_component,
        simplify=_trace_simplify,
        sample=("n n",),
        names=("tr", "Tr", "trace"),
        source="Matrix Cookbook (36)",
    )
)


def _det_simplify(args: tuple[Expr, ...]) -> Expr | None:
    (A,) = args
    if A.shape.is_scalar:
        return A
    return OPS["singular_det"](A) if is_singular(A) else None


def _logdet_simplify(args: tuple[Expr, ...]) -> Expr | None:
    (A,) = args
    if A.shape.is_scalar:
        return log(A)
    refuse_singular(A, "log-determinant, its determinant being zero")
    return None


det: Op = declare(
    Op(
        "det",
        "determinant",
        Call(r"\det", "det", bare=True),
        _of_square,
        value=lambda np, A: np.linalg.det(A)[..., None, None],
        stacks=True,
        differential=lambda Y, X, dX: Y @ trace(inverse(X) @ dX),
        simplify=_det_simplify,
        condition="{} is invertible",
        sample=("n n invertible",),
        names=("det",),
        source="Matrix Cookbook (42)",
    )
)

logdet: Op = declare(
    Op(
        "logdet",
        "log-determinant",
        Call(r"\log\det", "log det", bare=True),
        _of_square,
        value=lambda np, A: np.linalg.slogdet(A)[1][..., None, None],
        stacks=True,
        differential=lambda Y, X, dX: trace(inverse(X) @ dX),
        simplify=_logdet_simplify,
        condition="{} is invertible",
        sample=("n n invertible",),
        names=("logdet",),
        source="Matrix Cookbook (43)",
    )
)

norm: Op = declare(
    Op(
        "norm",
        "norm",
        Fence(r"\left\|", r"\right\|", "‖", "‖"),
        _scalar,
        value=lambda np, A: np.sqrt((A * A).sum(axis=(-2, -1), keepdims=True)),
        stacks=True,
        differential=lambda Y, X, dX: power(Y, number(-1)) @ frobenius(X, dX),
        simplify=lambda args: absolute(args[0]) if args[0].shape.is_scalar else None,
        condition="{} is not zero",
        sample=("m n",),
        names=("norm",),
        source="Matrix Cookbook (129)",
        entries="not negative",
    )
)

#: ‖A‖² is an operation of its own: it is differentiable everywhere, the norm is not.
norm_squared: Op = declare(
    Op(
        "norm_squared",
        "squared norm",
        Special(POSTFIX),
        _scalar,
        value=lambda np, A: (A * A).sum(axis=(-2, -1), keepdims=True),
        stacks=True,
        differential=lambda Y, X, dX: 2 * frobenius(X, dX),
        component=lambda c, A, i, j: over_entries(
            c, A.shape, lambda i, j: power(c(A, i, j), number(2))
        ),
        simplify=lambda args: power(args[0], number(2)) if args[0].shape.is_scalar else None,
        sample=("m n",),
        source="Matrix Cookbook (131)",
        entries="not negative",
    )
)

norm1: Op = declare(
    Op(
        "norm1",
        "1-norm",
        Fence(r"\left\|", r"\right\|_1", "‖", "‖₁"),
        _scalar,
        value=lambda np, A: np.abs(A).sum(axis=(-2, -1), keepdims=True),
        stacks=True,
        differential=lambda Y, X, dX: frobenius(sign(X), dX),
        component=lambda c, A, i, j: over_entries(c, A.shape, lambda i, j: absolute(c(A, i, j))),
        simplify=lambda args: absolute(args[0]) if args[0].shape.is_scalar else None,
        condition="{} has no zero entry",
        sample=("m n",),
        names=("norm1",),
        entries="not negative",
    )
)
