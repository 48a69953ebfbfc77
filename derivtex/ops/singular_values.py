"""Singular values: norms made of them, the vectors that belong to them."""

from __future__ import annotations

from typing import Any

from derivtex.expr import Expr
from derivtex.op import OPS, Letter, Op, Same, declare
from derivtex.op_syntax import Call, Fence
from derivtex.ops.arrays import frobenius
from derivtex.ops.elementwise import absolute
from derivtex.ops.generalised import resolvent
from derivtex.ops.leaves import number
from derivtex.ops.matrices import transpose
from derivtex.ops.numerics import signs
from derivtex.ops.scalars import norm
from derivtex.shapes import ONE, SCALAR, Dim, Shape, column


def _scalar(same: Same, A: Shape) -> Shape:
    return SCALAR


def _norm_simplify(args: tuple[Expr, ...]) -> Expr | None:
    """Of a vector it is the Euclidean norm."""
    (A,) = args
    if A.shape.is_scalar:
        return absolute(A)
    return norm(A) if A.shape.is_vector else None


def _svd(np: Any, X: Any) -> tuple[Any, Any, Any]:
    """U, s and V, each column of U with a positive entry of largest size."""
    U, s, Vt = np.linalg.svd(X, full_matrices=False)
    turn = signs(np, U)
    return U * turn, s, Vt.T * turn


# --- the nuclear norm ---------------------------------------------------------------------------


def _rank(X: Shape) -> Dim:
    """The smaller of the two sizes."""
    if not X.rows.symbols and not X.columns.symbols:
        return min(X)
    return X.rows if X.is_square else Dim(1, (f"min({X.rows},{X.columns})",))


def _decomposition(called: Any, X: Expr) -> tuple[Expr, Expr]:
    return X, called(svd_left(X)) @ called(svd_values(X)) @ transpose(called(svd_right(X)))


_SVD = "singular value decomposition"

svd_left: Op = declare(
    Op(
        "svd_left",
        "left singular vectors",
        Call("U", "U"),
        lambda same, X: Shape(X.rows, _rank(X)),
        value=lambda np, X: _svd(np, X)[0],
        keeps_symmetry=False,
        letter=Letter("U", _SVD, _decomposition),
    )
)
svd_values: Op = declare(
    Op(
        "svd_values",
        "diagonal matrix of the singular values",
        Call(r"\Sigma", "Σ"),
        lambda same, X: Shape(_rank(X), _rank(X)),
        value=lambda np, X: np.diag(_svd(np, X)[1]),
        letter=Letter(r"\Sigma", _SVD, _decomposition),
    )
)
svd_right: Op = declare(
    Op(
        "svd_right",
        "right singular vectors",
        Call("V", "V"),
        lambda same, X: Shape(X.columns, _rank(X)),
        value=lambda np, X: _svd(np, X)[2],
        keeps_symmetry=False,
        letter=Letter("V", _SVD, _decomposition),
    )
)

nuclear_norm: Op = declare(
    Op(
        "nuclear_norm",
        "nuclear norm",
        Fence(r"\left\|", r"\right\|_*", "‖", "‖_*"),
        _scalar,
        value=lambda np, A: np.sum(np.linalg.svd(A)[1]).reshape(1, 1),
        differential=lambda Y, X, dX: frobenius(svd_left(X) @ svd_right(X).T, dX),
        simplify=_norm_simplify,
        condition="{} has full rank",
        sample=("m n",),
        source="Watson, Characterization of the subdifferential of some matrix norms (1992)",
        entries="not negative",
    )
)

# --- the spectral norm --------------------------------------------------------------------------


def _left_differential(u: Expr, X: Expr, dX: Expr) -> Expr:
    """`du = (σ²I - XXᵀ)⁺ (dX Xᵀ + X dXᵀ) u`: u is an eigenvector of XXᵀ."""
    between = resolvent(spectral_norm(X) @ spectral_norm(X), X @ X.T)
    return between @ (dX @ X.T + X @ dX.T) @ u


def _right_differential(v: Expr, X: Expr, dX: Expr) -> Expr:
    """`dv = (σ²I - XᵀX)⁺ (dXᵀ X + Xᵀ dX) v`: v is an eigenvector of XᵀX."""
    between = resolvent(spectral_norm(X) @ spectral_norm(X), X.T @ X)
    return between @ (dX.T @ X + X.T @ dX) @ v


def _left_simplify(args: tuple[Expr, ...]) -> Expr | None:
    """Of a column x, `x / ‖x‖`; of a row, 1."""
    (X,) = args
    return None if X.shape.is_matrix else _unit(X) if X.shape.columns == ONE else number(1)


def _right_simplify(args: tuple[Expr, ...]) -> Expr | None:
    """Of a row x, `xᵀ / ‖x‖`; of a column, 1."""
    (X,) = args
    return None if X.shape.is_matrix else _unit(X.T) if X.shape.is_row else number(1)


def _unit(x: Expr) -> Expr:
    """The vector x of length 1; of a number its sign."""
    return OPS["sign"](x) if x.shape.is_scalar else OPS["power"](norm(x), number(-1)) @ x


_SIMPLE = "{self} is a simple singular value"
_SIMPLE_VECTOR = "{self} belongs to a simple singular value"

left_vector: Op = declare(
    Op(
        "left_vector",
        "leading left singular vector",
        Call(r"\operatorname{lsv}", "lsv"),
        lambda same, X: column(X.rows),
        value=lambda np, X: _svd(np, X)[0][:, :1],
        differential=_left_differential,
        simplify=_left_simplify,
        letter=Letter(
            "u",
            "{} is a unit singular vector",
            lambda called, X: (
                X @ called(right_vector(X)),
                spectral_norm(X) @ called(left_vector(X)),
            ),
        ),
        condition=_SIMPLE_VECTOR,
        sample=("m n",),
        names=("lsv",),
    )
)
right_vector: Op = declare(
    Op(
        "right_vector",
        "leading right singular vector",
        Call(r"\operatorname{rsv}", "rsv"),
        lambda same, X: column(X.columns),
        value=lambda np, X: _svd(np, X)[2][:, :1],
        differential=_right_differential,
        simplify=_right_simplify,
        letter=Letter(
            "v",
            "{} is a unit singular vector",
            lambda called, X: (
                X.T @ called(left_vector(X)),
                spectral_norm(X) @ called(right_vector(X)),
            ),
        ),
        condition=_SIMPLE_VECTOR,
        sample=("m n",),
        names=("rsv",),
    )
)

spectral_norm: Op = declare(
    Op(
        "spectral_norm",
        "spectral norm",
        Fence(r"\left\|", r"\right\|_2", "‖", "‖₂"),
        _scalar,
        value=lambda np, A: np.linalg.norm(A, 2).reshape(1, 1),
        differential=lambda Y, X, dX: frobenius(left_vector(X) @ right_vector(X).T, dX),
        simplify=_norm_simplify,
        condition=_SIMPLE,
        sample=("m n",),
        names=("opnorm",),
        source="Magnus & Neudecker, section 8.9",
        entries="not negative",
    )
)
