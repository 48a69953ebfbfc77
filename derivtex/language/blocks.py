"""What a matrix of blocks is: blocks side by side, and these rows one above the other."""

from __future__ import annotations

from derivtex.errors import ParseError, ShapeError
from derivtex.language.terms import Term, Typing
from derivtex.language.tree import Node
from derivtex.shapes import ONE, Dim, Shape


class Blocks(Typing):
    """Readings of `\\begin{pmatrix} A & B \\\\ C & D \\end{pmatrix}`."""

    def blocks(self, node: Node, args: tuple[Term, ...]) -> Term:
        """A number 0 among the blocks is a zero block of the size that the others leave it."""
        width = len(args) // node.data
        rows = [args[i : i + width] for i in range(0, len(args), width)]
        if any(not block.shape.is_scalar for block in args):
            heights = [self._alike([b.shape.rows for b in _told(row)], row) for row in rows]
            columns = zip(*rows, strict=True)
            widths = [self._alike([b.shape.columns for b in _told(c)], c) for c in columns]
        else:
            heights, widths = [ONE] * len(rows), [ONE] * width
        heights, widths = ([self.unifier.resolve(size) for size in s] for s in (heights, widths))
        self._known(node, (heights if len(rows) > 1 else []) + (widths if width > 1 else []))
        lines = []
        for row, height in zip(rows, heights, strict=True):
            line = [
                self._sized(block, Shape(height, size))
                for block, size in zip(row, widths, strict=True)
            ]
            lines.append(self.operate("hstack", node.span, *line) if width > 1 else line[0])
        return self.operate("vstack", node.span, *lines) if len(lines) > 1 else lines[0]

    def _sized(self, block: Term, shape: Shape) -> Term:
        if _is_nothing(block):
            return Term("zeros", (), shape, block.span)
        return block._replace(shape=shape)

    def _alike(self, sizes: list[Dim], blocks: tuple[Term, ...]) -> Dim:
        """The size that blocks beside each other have in common."""
        if not sizes:
            raise ParseError(
                "how large this block of zeros is, nothing tells",
                span=blocks[0].span,
                hint=r"write its size: 0_n, 0_{m \times n}, 0_1 for the number",
            )
        first, *others = sizes
        for size, block in zip(others, _told(blocks)[1:], strict=True):
            if not self.unifier.unify(first, size):
                self.clash("these blocks do not fit", blocks[0], block, block.span)
        return first

    def _known(self, node: Node, sizes: list[Dim]) -> None:
        if any(symbol.startswith("?") for size in sizes for symbol in size.symbols):
            raise ShapeError(
                "the sizes of the blocks are not known",
                span=node.span,
                hint=r"declare what stands in them: A \in \R^{m \times n}",
            )


def _is_nothing(block: Term) -> bool:
    return block.is_number and block.data == 0


def _told(blocks: tuple[Term, ...]) -> list[Term]:
    """The blocks that tell a size."""
    return [block for block in blocks if not _is_nothing(block)]
