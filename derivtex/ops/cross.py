"""The cross product of vectors of R³, and the skew-symmetric matrix that it is multiplication by.

a × b = [a]_× b        G : [z]_× = axial(G) : z        g·(a × z) = (g × a)·z
"""

from __future__ import annotations

from typing import Any

from derivtex.expr import Expr
from derivtex.op import Op, Same, declare, strict
from derivtex.op_syntax import ATOM, HADAMARD, POSTFIX, Call, Infix, Special
from derivtex.ops.algebra import mul, split
from derivtex.ops.leaves import is_zero, value_of, zeros
from derivtex.ops.matrices import transpose
from derivtex.shapes import ONE, Shape, column, dim

_THREE = dim(3)


def _of_three(same: Same, *shapes: Shape) -> Shape:
    for shape in shapes:
        same(shape.rows, _THREE)
        same(shape.columns, ONE)
    return column(_THREE)


def _cross_simplify(args: tuple[Expr, ...]) -> Expr | None:
    """Zero of two that have one direction; scalars stand in front."""
    a, b = args
    _of_three(strict, a.shape, b.shape)
    if a is b or is_zero(a) or is_zero(b):
        return zeros(a.shape)
    parts = [split(arg) for arg in args]
    outside = [factor for number_part, scalars, _ in parts for factor in (number_part, *scalars)]
    if all(value_of(factor) == 1 for factor in outside):
        return None
    return mul(*outside, cross(*[mul(*chain) for _, _, chain in parts]))


cross: Op = declare(
    Op(
        "cross",
        "cross product",
        Infix(r"\times", "×", HADAMARD, POSTFIX),
        _of_three,
        value=lambda np, a, b: np.cross(a, b, axis=-2),
        stacks=True,
        adjoint=lambda G, args, i: cross(args[1], G) if i == 0 else cross(G, args[0]),
        vec=lambda args, i: -cross_matrix(args[1]) if i == 0 else cross_matrix(args[0]),
        simplify=_cross_simplify,
        variadic=True,
        sample=("3 1", "3 1"),
        names=("cross",),
        source="Lagrange's triple product a·(b × c) = c·(a × b)",
    )
)


def _matrix_shape(same: Same, a: Shape) -> Shape:
    _of_three(same, a)
    return Shape(_THREE, _THREE)


def _matrix_value(np: Any, a: Any) -> Any:
    x, y, z = np.moveaxis(a[..., 0], -1, 0)
    zero = 0 * x
    rows = [[zero, -z, y], [z, zero, -x], [-y, x, zero]]
    return np.moveaxis(np.array(rows), (0, 1), (-2, -1))


cross_matrix: Op = declare(
    Op(
        "cross_matrix",
        "matrix of the cross product",
        Special(ATOM),
        _matrix_shape,
        value=_matrix_value,
        stacks=True,
        adjoint=lambda G, a: axial(G),
        keeps_symmetry=False,
        sample=("3 1",),
        names=("crossmatrix",),
    )
)


def _axial_shape(same: Same, A: Shape) -> Shape:
    same(A.rows, _THREE)
    same(A.columns, _THREE)
    return column(_THREE)


def _axial_value(np: Any, A: Any) -> Any:
    entries = [A[..., i, j] - A[..., j, i] for i, j in ((2, 1), (0, 2), (1, 0))]
    return np.stack(entries, axis=-1)[..., None]


def _axial_simplify(args: tuple[Expr, ...]) -> Expr | None:
    """`axial([a]_×) = 2a`, and `axial(abᵀ) = b × a`."""
    (A,) = args
    if A.op == "cross_matrix":
        return 2 * A.args[0]
    chain = split(A)[2]
    for i, factor in enumerate(chain[:-1]):
        if factor.shape.columns == ONE:
            left, right = mul(*chain[: i + 1]), transpose(mul(*chain[i + 1 :]))
            return mul(*split(A)[:1], *split(A)[1], cross(right, left))
    return None


#: The vector with the entries of `A - Aᵀ`, of which `[a]_×` makes twice a.
axial: Op = declare(
    Op(
        "axial",
        "axial vector",
        Call(r"\operatorname{axial}", "axial"),
        _axial_shape,
        value=_axial_value,
        stacks=True,
        adjoint=lambda g, A: cross_matrix(g),
        meaning=lambda args: (cross_matrix(axial(*args)), args[0] - args[0].T),
        simplify=_axial_simplify,
        sample=("3 3",),
        names=("axial",),
    )
)
