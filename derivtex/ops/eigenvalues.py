"""Eigenvalues of a symmetric matrix, in falling order, and the vectors that belong to them.

λ₁ is the largest, and -1 stands for the place of the smallest.
"""

from __future__ import annotations

from typing import Any

from derivtex.errors import UnsupportedError
from derivtex.expr import Expr
from derivtex.op import Letter, Op, Same, declare
from derivtex.op_syntax import ATOM, Call, Special
from derivtex.ops.generalised import resolvent
from derivtex.ops.leaves import number, value_of
from derivtex.ops.numerics import signs
from derivtex.shapes import ONE, SCALAR, Shape, column


def _eigen_shape(same: Same, A: Shape, k: Shape) -> Shape:
    same(A.rows, A.columns)
    same(k.rows, ONE)
    same(k.columns, ONE)
    return SCALAR


def _eigenvector_shape(same: Same, A: Shape, k: Shape) -> Shape:
    _eigen_shape(same, A, k)
    return column(A.rows)


def _place(np: Any, A: Any, k: Any) -> int | None:
    """The index of the k-th eigenvalue in falling order; None where A has no such one."""
    place = round(float(k[0, 0]))
    index = len(A) - 1 if place == -1 else place - 1
    return index if 0 <= index < len(A) else None


def _eigenvalue(np: Any, A: Any, k: Any) -> Any:
    index = _place(np, A, k)
    values = np.linalg.eigvalsh(A)[::-1]
    return np.full((1, 1), np.nan if index is None else values[index])


def _eigenvector(np: Any, A: Any, k: Any) -> Any:
    index = _place(np, A, k)
    if index is None:
        return np.full((len(A), 1), np.nan)
    v = np.linalg.eigh(A)[1][:, ::-1][:, [index]]
    return v * signs(np, v)


def _eigenvalue_simplify(args: tuple[Expr, ...]) -> Expr | None:
    A, k = args
    place = value_of(k)
    if place is not None and place != -1 and (not isinstance(place, int) or place < 1):
        raise UnsupportedError(f"there is no eigenvalue number {place}", hint="λ₁ is the largest")
    return A if A.shape.is_scalar and place in {1, -1} else None


def _eigenvector_simplify(args: tuple[Expr, ...]) -> Expr | None:
    """That of a number is 1."""
    _eigenvalue_simplify(args)
    return number(1) if args[0].shape.is_scalar else None


eigenvector: Op = declare(
    Op(
        "eigenvector",
        "eigenvector",
        Call(r"\operatorname{eigvec}", "eigvec"),
        _eigenvector_shape,
        value=_eigenvector,
        differential=lambda v, args, i, dA: resolvent(eigenvalue(*args), args[0]) @ dA @ v,
        simplify=_eigenvector_simplify,
        variadic=True,
        needs="symmetric",
        letter=Letter(
            "v",
            "{} is a unit eigenvector",
            lambda called, A, k: (
                A @ called(eigenvector(A, k)),
                eigenvalue(A, k) @ called(eigenvector(A, k)),
            ),
            indexed_by=1,
        ),
        condition="{self} belongs to a simple eigenvalue",
        sample=("n n symmetric", "2"),
        names=("eigvec",),
        usage=r"that of the largest eigenvalue is \operatorname{eigvec}(A, 1)",
        source="Matrix Cookbook (68); Magnus & Neudecker, theorem 8.9",
    )
)

eigenvalue: Op = declare(
    Op(
        "eigenvalue",
        "eigenvalue",
        Special(ATOM),
        _eigen_shape,
        value=_eigenvalue,
        differential=lambda Y, args, i, dA: eigenvector(*args).T @ dA @ eigenvector(*args),
        simplify=_eigenvalue_simplify,
        variadic=True,
        needs="symmetric",
        condition="{self} is a simple eigenvalue",
        sample=("n n symmetric", "2"),
        further=(("n n symmetric", "1"),),
        names=("eig",),
        usage=r"the largest one is \operatorname{eig}(A, 1)",
        source="Matrix Cookbook (67); Magnus & Neudecker, theorem 8.9",
    )
)
