"""Softmax and log-sum-exp: of a vector, and of each row of a matrix."""

from __future__ import annotations

from typing import Any

from derivtex.expr import Expr
from derivtex.op import Op, Same, declare, keeps
from derivtex.op_syntax import Call
from derivtex.ops.arrays import frobenius, hadamard
from derivtex.ops.leaves import number, ones
from derivtex.shapes import SCALAR, Shape, column


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
        entries="positive",
    )
)


def _log_softmax_value(np: Any, X: Any) -> Any:
    return X - _logsumexp_value(np, X)


def _log_softmax_differential(Y: Expr, X: Expr, dX: Expr) -> Expr:
    """`dy = dx - (sᵀdx) 1`; of each row of a matrix, `dX - (S ⊙ dX) 1 1ᵀ`."""
    S = softmax(X)
    if X.shape.is_column:
        return dX - (S.T @ dX) @ ones(X.shape)
    if X.shape.is_row:
        return dX - (dX @ S.T) @ ones(X.shape)
    return dX - _over_rows(hadamard(S, dX)) @ ones(Shape(SCALAR.rows, X.shape.columns))


#: The logarithm of softmax, which has a shorter differential than its parts.
log_softmax: Op = declare(
    Op(
        "log_softmax",
        "logarithm of softmax",
        Call(r"\log\operatorname{softmax}", "log softmax", bare=True),
        keeps,
        value=_log_softmax_value,
        stacks=True,
        differential=_log_softmax_differential,
        simplify=lambda args: number(0) if args[0].shape.is_scalar else None,
        keeps_symmetry=False,
        sample=("n 1",),
        further=(("m n",), ("1 n",)),
        names=("logsoftmax", "log_softmax"),
    )
)


def _over_rows(X: Expr) -> Expr:
    """The sum of each row."""
    return X @ ones(Shape(X.shape.columns, SCALAR.rows))


def _logsumexp_shape(same: Same, X: Shape) -> Shape:
    """A number of a vector, a vector of a matrix: one of each row."""
    return column(X.rows) if X.is_matrix else SCALAR


def _logsumexp_value(np: Any, X: Any) -> Any:
    axis = -2 if X.shape[-1] == 1 else -1
    largest = np.max(X, axis=axis, keepdims=True)
    return largest + np.log(np.sum(np.exp(X - largest), axis=axis, keepdims=True))


logsumexp: Op = declare(
    Op(
        "logsumexp",
        "log-sum-exp",
        Call(r"\operatorname{logsumexp}", "logsumexp"),
        _logsumexp_shape,
        value=_logsumexp_value,
        stacks=True,
        differential=lambda y, X, dX: (
            _over_rows(hadamard(softmax(X), dX)) if X.shape.is_matrix else frobenius(softmax(X), dX)
        ),
        simplify=lambda args: args[0] if args[0].shape.is_scalar else None,
        sample=("n 1",),
        further=(("m n",), ("1 n",)),
        names=("logsumexp", "lse", "LSE"),
    )
)
