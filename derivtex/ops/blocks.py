"""Matrices made of blocks: `(A B)` side by side, one above the other, and what picks a block out.

d(A B) = dA (I 0) + dB (0 I)        (A B)(I 0)ᵀ = A
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from derivtex.expr import Expr
from derivtex.op import Op, Same, declare, strict
from derivtex.op_syntax import ATOM, Special
from derivtex.ops.leaves import is_zero, zeros
from derivtex.ops.matrices import transpose
from derivtex.shapes import Dim, Shape, total

# --- what picks a block out -----------------------------------------------------------------------


def _selector_shape(data: Any) -> Shape:
    sizes, index = data
    return Shape(sizes[index], total(sizes))


def _no_arguments(same: Same) -> Shape:
    raise TypeError("the shape of a selector follows from the sizes of the blocks")


#: `(0 I 0)`, of which the product with blocks above each other is one of them.
selector_op: Op = declare(
    Op(
        "selector",
        "selector of a block",
        Special(ATOM),
        _no_arguments,
        shape_by_data=_selector_shape,
    )
)


def selector(sizes: Sequence[Dim], index: int) -> Expr:
    """`(0 I 0)` with the identity in the place `index`, the blocks being of these sizes."""
    return selector_op(data=(tuple(sizes), index))


# --- blocks ---------------------------------------------------------------------------------------


def _beside(same: Same, *shapes: Shape) -> Shape:
    rows = shapes[0].rows
    for shape in shapes[1:]:
        rows = same(rows, shape.rows)
    return Shape(rows, total([shape.columns for shape in shapes]))


def _above(same: Same, *shapes: Shape) -> Shape:
    return _beside(same, *[shape.transposed for shape in shapes]).transposed


def _simplify(op: str, args: tuple[Expr, ...]) -> Expr | None:
    """Flat; one block is no block."""
    if len(args) == 1:
        return args[0]
    if any(arg.op == op for arg in args):
        flat = [part for arg in args for part in (arg.args if arg.op == op else (arg,))]
        return (hstack if op == "hstack" else vstack)(*flat)
    if op == "hstack" and args[0].op == "vstack" and len({_heights(arg) for arg in args}) == 1:
        # Rows of blocks above each other, not columns of them side by side.
        return vstack(*[hstack(*row) for row in zip(*[arg.args for arg in args], strict=True)])
    if all(map(is_zero, args)):
        shape = (_beside if op == "hstack" else _above)(strict, *[arg.shape for arg in args])
        return zeros(shape)
    return None


def _heights(e: Expr) -> tuple[Dim, ...]:
    return tuple(arg.shape.rows for arg in e.args) if e.op == "vstack" else ()


def blocks_of(e: Expr) -> tuple[tuple[Expr, ...], ...]:
    """The rows of blocks of what is made of rows of as many; of anything else none."""
    rows = tuple(row.args for row in e.args if row.op == "hstack")
    complete = len(rows) == len(e.args) and len({len(row) for row in rows}) == 1
    return rows if e.op == "vstack" and complete else ()


def _beside_differential(Y: Expr, args: tuple[Expr, ...], i: int, dZ: Expr) -> Expr:
    return dZ @ selector([arg.shape.columns for arg in args], i)


def _above_differential(Y: Expr, args: tuple[Expr, ...], i: int, dZ: Expr) -> Expr:
    return transpose(selector([arg.shape.rows for arg in args], i)) @ dZ


hstack: Op = declare(
    Op(
        "hstack",
        "blocks side by side",
        Special(ATOM),
        _beside,
        value=lambda np, *blocks: np.concatenate(blocks, axis=-1),
        differential=_beside_differential,
        simplify=lambda args: _simplify("hstack", args),
        variadic=True,
        takes_more=True,
        keeps_symmetry=False,
        sample=("m n", "m p"),
        further=(("m n", "m p", "m 1"),),
        names=("hstack",),
        source="Magnus & Neudecker, section 1.10",
    )
)

vstack: Op = declare(
    Op(
        "vstack",
        "blocks above each other",
        Special(ATOM),
        _above,
        value=lambda np, *blocks: np.concatenate(blocks, axis=-2),
        differential=_above_differential,
        simplify=lambda args: _simplify("vstack", args),
        variadic=True,
        takes_more=True,
        keeps_symmetry=False,
        sample=("m n", "p n"),
        further=(("m 1", "n 1"),),
        names=("vstack",),
        source="Magnus & Neudecker, section 1.10",
    )
)
