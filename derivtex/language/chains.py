"""Products with dots: `W^{N-1} \\cdots W^1` is an ordered product of the members of a family."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from derivtex.language.tree import Node, mapped

#: `indices(script, span)` of a name that is to be read as a member.
AsMember = Callable[[Node], Node | None]


class Ends(NamedTuple):
    """Two factors that differ in one index: the factor with a hole there, and its two values."""

    body: Node
    first: Node
    last: Node


def ends(first: Node, last: Node, hole: Node, as_member: AsMember) -> Ends | None:
    """What two factors have in common; None where they differ in more than one index."""
    first, last = (as_member(node) or node for node in (first, last))
    if first.kind != last.kind or len(first.args) != len(last.args):
        return None
    if first.kind == "member":
        if first.data.key != last.data.key:
            return None
        places = [i for i, (a, b) in enumerate(zip(first.args, last.args, strict=True))
                  if not same(a, b)]  # fmt: skip
        if len(places) != 1:
            return None
        (place,) = places
        args = (*first.args[:place], hole, *first.args[place + 1 :])
        return Ends(first._replace(args=args), first.args[place], last.args[place])
    if first.kind not in {"transpose", "power"} or first.data != last.data:
        return None
    if not all(map(same, first.args[1:], last.args[1:])):
        return None
    inner = ends(first.args[0], last.args[0], hole, as_member)
    if inner is None:
        return None
    return inner._replace(body=first._replace(args=(inner.body, *first.args[1:])))


def same(a: Node, b: Node) -> bool:
    """Whether two indices are written alike."""
    return (
        a.kind == b.kind
        and a.data == b.data
        and len(a.args) == len(b.args)
        and all(map(same, a.args, b.args))
    )


def descends(first: Node, last: Node, limits: set[str]) -> bool:
    """Whether a chain runs down: to a number, or from one of the `limits` of other sums.

    Of two numbers the larger one is first.
    """
    if last.kind == "number":
        return first.kind != "number" or bool(first.data > last.data)
    if first.kind == "number":
        return False
    return bool(letters(first) & limits) and not letters(last) & limits


def letters(node: Node) -> set[str]:
    found: set[str] = set()
    pending = [node]
    while pending:
        node = pending.pop()
        pending.extend(node.args)
        if node.kind in {"name", "index"}:
            found.add(node.data)
    return found


def extended(chain: Node, factor: Node, as_member: AsMember) -> Node | None:
    """`A_1 \\cdots A_{m-1}` and `A_m` in one; None where the factor is not the next."""
    body, lower, upper = chain.args
    _, name, order = chain.data
    end = lower if order.descending else upper
    hole = Node("index", chain.span, data=name)

    def at_the_end(node: Node) -> Node | None:
        return end if node.kind == "index" and node.data == name else None

    found = ends(mapped(body, at_the_end), factor, hole, as_member)
    if found is None or not same(found.body, body):
        return None
    if _difference(found.last, end) != (-1 if order.descending else 1):
        return None
    limits = (found.last, upper) if order.descending else (lower, found.last)
    return chain._replace(span=chain.span.to(factor.span), args=(body, *limits))


def is_chain(node: Node) -> bool:
    return node.kind == "series" and bool(node.data[2].dots)


def _difference(a: Node, b: Node) -> int | None:
    """`a - b` where it is a number."""
    total: dict[object, int] = {}
    pending = [(a, 1), (b, -1)]
    while pending:
        node, times = pending.pop()
        if node.kind in {"sum", "negate"}:
            sign = -1 if node.kind == "negate" else 1
            pending.extend((arg, times * sign) for arg in node.args)
        elif node.kind == "number":
            total[1] = total.get(1, 0) + times * node.data
        else:
            total[node.data] = total.get(node.data, 0) + times
    constant = total.pop(1, 0)
    return None if any(total.values()) else constant
