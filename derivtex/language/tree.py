"""The tree of an expression as written, and how the parser builds it without recursion."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import Any, NamedTuple

from derivtex.errors import LimitError, Span

#: Far above what a person nests; brackets have a bound of their own.
MAX_DEPTH = 500

#: What a function that is put in its own argument can grow to.
MAX_NODES = 20_000


class Node(NamedTuple):
    """A piece of syntax: what kind, its parts, what it says besides them, and its place."""

    kind: str
    span: Span
    args: tuple[Node, ...] = ()
    data: Any = None


Steps = Generator["Steps", Node, Node]


def run(steps: Steps) -> Node:
    """Drive a generator of the parser with a stack of its own in place of Python's.

    The generator yields another one where a recursive parser would call itself, and is sent the
    node that comes of it: the depth of the text never becomes depth of the Python stack.
    """
    stack = [steps]
    value: Node | None = None
    while True:
        try:
            stack.append(next(stack[-1]) if value is None else stack[-1].send(value))
            value = None
        except StopIteration as stop:
            value = stop.value
            stack.pop()
            if not stack:
                assert value is not None
                return value
        if len(stack) > MAX_DEPTH:
            raise LimitError(f"the expression is nested deeper than {MAX_DEPTH}")


def is_small(root: Node) -> bool:
    """Whether the tree has at most `MAX_NODES` nodes, those that it shares counted each time."""
    found = 0
    stack = [root]
    while stack and found <= MAX_NODES:
        found += 1
        stack += stack.pop().args
    return found <= MAX_NODES


def substituted(root: Node, names: Mapping[str, Node]) -> Node:
    """The tree with other trees in the place of some names."""
    return mapped(root, lambda node: names.get(node.data) if node.kind == "name" else None)


def mapped(root: Node, change: Callable[[Node], Node | None]) -> Node:
    """The tree with what `change` gives, if anything, in the place of each node."""
    built: list[Node] = []
    stack: list[tuple[Node, bool]] = [(root, False)]
    while stack:
        node, done = stack.pop()
        if not done:
            stack.append((node, True))
            stack.extend((arg, False) for arg in reversed(node.args))
            continue
        count = len(node.args)
        args = tuple(built[len(built) - count :])
        del built[len(built) - count :]
        new = change(node)
        built.append(node._replace(args=args) if new is None else new)
    return built[0]
