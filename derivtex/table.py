"""An expression as a flat table of its nodes, each once: what is pickled."""

from __future__ import annotations

from typing import Any

from derivtex.expr import Expr, walk
from derivtex.shapes import Shape

Table = tuple[tuple[str, tuple[int, ...], Any, Shape], ...]


def to_table(root: Expr) -> Table:
    """The graph as a flat table of rows `(op, argument rows, data, shape)`; the root is last."""
    rows: list[tuple[str, tuple[int, ...], Any, Shape]] = []
    number: dict[Expr, int] = {}
    for node in walk(root):
        number[node] = len(rows)
        rows.append((node.op, tuple(number[arg] for arg in node.args), node.data, node.shape))
    return tuple(rows)


def from_table(rows: Table) -> Expr:
    """The graph that `to_table` wrote down."""
    nodes: list[Expr] = []
    for op, args, data, shape in rows:
        nodes.append(Expr(op, tuple(nodes[i] for i in args), data, shape))
    return nodes[-1]
