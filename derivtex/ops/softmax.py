"""Softmax and log-sum-exp: of a vector, and of each row of a matrix."""

from __future__ import annotations

from typing import Any

from derivtex.expr import Expr
from derivtex.op import Call, Op, Same, declare, keeps
from derivtex.ops.arrays import frobenius, hadamard
from derivtex.ops.leaves import number, ones
from derivtex.shapes import SCALAR, Shape


def _softmax_value(np: Any, X: Any) -> Any:
    axis = -2 if X.shape[-1] == 1 else -1
    weights = np.exp(X - np.max(X, axis=axis, keepdims=True))
    return weights / np.sum(weights, axis=axis, keepdims=True)


def _softmax_differential(S: Expr, X: Expr, dX: Expr) -> Expr:
    """`ds = s ⊙ dx - s sᵀdx`; of each row of a matrix, `S ⊙ dX - S ⊙ ((S ⊙ dX) 1 1ᵀ)`."""
    if X.shape.is_column:
        return hadamard(S, dX) - S @ S.T @ dX
    if X.shape.is_row:
        return hadamard(S, dX) - dX @ S.T @ S
    rows = hadamard(S, dX) @ ones(Shape(X.shape.columns, SCALAR.rows))
    return hadamard(S, dX) - hadamard(S, rows @ ones(Shape(SCALAR.rows, X.shape.columns)))


softmax: Op = declare(
    Op(
        "softmax",
        "softmax",
        Call(r"\operatorname{softmax}", "softmax"),
        keeps,
        value=_softmax_value,
        stacks=True,
        differential=_softmax_differential,
        simplify=lambda args: number(1) if args[0].shape.is_scalar else None,
        keeps_symmetry=False,
        sample=("n 1",),
        further=(("m n",), ("1 n",)),
        names=("softmax",),
    )
)


def _of_vector(same: Same, x: Shape) -> Shape:
    same(x.columns, SCALAR.columns)
    return SCALAR


def _logsumexp_value(np: Any, x: Any) -> Any:
    largest = np.max(x, axis=(-2, -1), keepdims=True)
    return largest + np.log(np.sum(np.exp(x - largest), axis=(-2, -1), keepdims=True))


logsumexp: Op = declare(
    Op(
        "logsumexp",
        "log-sum-exp",
        Call(r"\operatorname{logsumexp}", "logsumexp"),
        _of_vector,
        value=_logsumexp_value,
        stacks=True,
        differential=lambda y, x, dx: frobenius(softmax(x), dx),
        simplify=lambda args: args[0] if args[0].shape.is_scalar else None,
        sample=("n 1",),
        names=("logsumexp", "lse", "LSE"),
    )
)
