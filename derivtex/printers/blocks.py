"""How matrices of blocks are written, and what picks a block out of one.

`0` and `I` among blocks are as large as the blocks beside them are. Where none of these tells a
size, it is written: `(I 0_{n×p})`.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from copy import copy

from derivtex.errors import ShapeError
from derivtex.expr import Expr, fold
from derivtex.op import OPS
from derivtex.op_syntax import ATOM
from derivtex.ops.blocks import blocks_of
from derivtex.ops.leaves import identity, is_zero, ones, zeros
from derivtex.ops.matrices import transpose
from derivtex.printers.signs import Piece, Signs
from derivtex.shapes import ONE, Dim, Shape, Unifier, column, dim
from derivtex.surface import bits

_ONES = ones(column(dim("n")))
_SIZELESS = bits({"identity", "ones", "zeros"})
#: Written with the sizes that are needed, or with its shape.
_SIZED = frozenset({"hstack", "vstack", "selector", "unvec", "contract_first", "contract_second"})


class BlockWriter(Signs):
    """Writes blocks in a grid, with the sizes that no other block tells."""

    #: Whether `I`, `0` and `1` bear their sizes.
    with_sizes = False
    #: The same writer with sizes, once there is something to be written so.
    _sizer: BlockWriter | None = None
    _pieces: dict[Expr, Piece]

    @abstractmethod
    def piece(self, e: Expr) -> Piece: ...

    def write_hstack(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        """`(A B)`."""
        return self._blocks([e.args])

    def write_vstack(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        """Blocks above each other; of rows of as many blocks, all of these."""
        return self._blocks(blocks_of(e) or [[block] for block in e.args])

    def write_selector(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        """`(0_{n×m} I 0_{n×p})`."""
        sizes, index = e.data
        return self._blocks([_selected(sizes, index)])

    def upright_selector(self, e: Expr) -> Piece:
        """`(0_{n×m} I 0_{n×p})ᵀ`: `0_{m×n}`, I and `0_{p×n}` above each other."""
        sizes, index = e.data
        return self._blocks([[transpose(block)] for block in _selected(sizes, index)])

    def _blocks(self, rows: Sequence[Sequence[Expr]]) -> Piece:
        untold = _untold(rows)
        texts = [
            [
                (self.sized(block) if (i, j) in untold else self.piece(block)).text
                for j, block in enumerate(row)
            ]
            for i, row in enumerate(rows)
        ]
        return Piece(self.grid(texts), ATOM)

    # --- sizes ----------------------------------------------------------------------------------

    def sized(self, e: Expr) -> Piece:
        """`e` with the size of each `I`, `0` and `1` in it."""
        if is_zero(e):
            return self._sized_zeros(e.shape)
        if self._sizer is None:
            self._sizer = copy(self)
            self._sizer._pieces = {}
            self._sizer.with_sizes = True
        return self._sizer.piece(e)

    def sized_constant(self, e: Expr) -> Piece:
        """`I_n`, `0_{m×n}`, `1_n`, `1_nᵀ`."""
        match e.op:
            case "identity":
                return Piece(self.letters(_subscript("I", str(e.shape.rows))), ATOM)
            case "zeros":
                return self._sized_zeros(e.shape)
            case "ones":
                size = e.shape.columns if e.shape.is_row else e.shape.rows
                sign = Piece(self.subscripted(self.constant(_ONES).text, str(size)), ATOM)
                return self.raised(sign, self.transpose_sign) if e.shape.is_row else sign
        return self.constant(e)

    def _sized_zeros(self, shape: Shape) -> Piece:
        if shape.columns == ONE:
            return Piece(self.subscripted("0", str(shape.rows)), ATOM)
        return Piece(self.subscripted("0", self.sizes(shape)), ATOM)


def _selected(sizes: Sequence[Dim], index: int) -> list[Expr]:
    height = sizes[index]
    row = [zeros(Shape(height, width)) for width in sizes]
    row[index] = identity(height)
    return row


def _subscript(letter: str, script: str) -> str:
    return f"{letter}_{script}" if len(script) == 1 else f"{letter}_{{{script}}}"


def _untold(rows: Sequence[Sequence[Expr]]) -> frozenset[tuple[int, int]]:
    """The places of the blocks to be written with their sizes, which no other block tells."""
    blocks = [block for row in rows for block in row]
    if not any(is_zero(block) or block.surface & _SIZELESS for block in blocks):
        return frozenset()
    if all(block.shape.is_scalar for block in blocks):
        return frozenset()
    sizes = Unifier()
    shapes = [[None if is_zero(b) else _told(b, sizes) for b in row] for row in rows]
    heights = [_alike(sizes, (s.rows for s in row if s)) for row in shapes]
    widths = [_alike(sizes, (s.columns for s in c if s)) for c in zip(*shapes, strict=True)]
    untold: set[tuple[int, int]] = set()

    def write_sizes(zero: bool, told: Callable[[Dim | None], bool]) -> None:
        for i, row in enumerate(rows):
            for j, block in enumerate(row):
                # The height of a single row of blocks need not be known, nor a column's width.
                height = told(heights[i]) or (len(rows) == 1 and heights[i] is not None)
                width = told(widths[j]) or (len(row) == 1 and widths[j] is not None)
                if is_zero(block) is zero and not (height and width):
                    untold.add((i, j))
                    heights[i] = _alike(sizes, filter(None, (heights[i], block.shape.rows)))
                    widths[j] = _alike(sizes, filter(None, (widths[j], block.shape.columns)))

    def is_known(size: Dim | None) -> bool:
        found = () if size is None else sizes.resolve(size).symbols
        return size is not None and not any(symbol.startswith("?") for symbol in found)

    # Zeros that stand among zeros only, then what is no zero, so that (I_n 0; 0 I_m) comes out.
    write_sizes(True, lambda size: size is not None)
    write_sizes(False, is_known)
    write_sizes(True, is_known)
    return frozenset(untold)


def _alike(sizes: Unifier, found: Iterable[Dim]) -> Dim | None:
    """The size that blocks beside each other have, as far as they tell."""
    first = None
    for size in found:
        if first is None:
            first = size
        else:
            sizes.unify(first, size)
    return first


def tells_its_shape(e: Expr) -> bool:
    """Whether the shape of `e` follows from what is written of it."""
    if not e.surface & _SIZELESS:
        return True
    sizes = Unifier()
    shape = sizes.resolve_shape(_told(e, sizes))
    return not any(symbol.startswith("?") for size in shape for symbol in size.symbols)


def _told(block: Expr, sizes: Unifier) -> Shape:
    """The shape of a block as it is read, with what nothing in it tells still unknown."""

    def same(left: Dim, right: Dim) -> Dim:
        if not sizes.unify(left, right):
            raise ShapeError("blocks that do not fit")
        return sizes.resolve(left)

    def some(size: Dim) -> Dim:
        return size if size == ONE else sizes.fresh()

    def shape(node: Expr, parts: tuple[Shape, ...]) -> Shape:
        if node.op == "identity":
            size = sizes.fresh()
            return Shape(size, size)
        if node.op in {"ones", "zeros"}:
            return Shape(*map(some, node.shape))
        if not parts or OPS[node.op].shape_by_data is not None:
            return node.shape
        return OPS[node.op].shape(same, *parts)

    return fold(
        block,
        shape,
        into=lambda node: node.surface & _SIZELESS != 0 and node.op not in _SIZED,
    )
