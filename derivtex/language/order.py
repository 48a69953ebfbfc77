"""Definitions in the order of their use: each stands after those it is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, NoReturn

from derivtex.errors import ParseError, Span
from derivtex.language.member_names import Script
from derivtex.language.script import Defined
from derivtex.language.tree import Node

#: What to do where each member of a family is made of the one before it.
_RECURSION = "a recursion is not unrolled: write its steps out, as in h_1 = ..., h_2 = ..."


class Parsed(NamedTuple):
    """A definition with the tree of its body; of every member of a family, with the family."""

    defined: Defined
    body: Node
    family: Script | None = None

    @property
    def key(self) -> str | None:
        """What its uses are known by."""
        return self.defined.name if self.family is None else self.family.key


def ordered(parsed: Sequence[Parsed], hint: Callable[[str], str | None]) -> list[Parsed]:
    """Each definition behind those that its body names, else in the order of the text.

    Definitions that lead back to themselves are an error at the use that closes the circle, with
    the `hint` on its name.
    """
    if len(parsed) == 1 and parsed[0].key is None:
        return [*parsed]
    places = {p.key: i for i, p in enumerate(parsed) if p.key is not None}
    result: list[Parsed] = []
    done: set[int] = set()
    for first in range(len(parsed)):
        # What is being worked off: definitions, each with the names in it that are left.
        path: dict[int, Iterator[tuple[str, Span]]] = {}
        if first not in done:
            path[first] = names_in(parsed[first].body)
        while path:
            current, names = next(reversed(path.items()))
            for name, span in names:
                place = places.get(name)
                if place is None or place in done:
                    continue
                if place in path:
                    circle = list(path)[list(path).index(place) + 1 :]
                    others = [str(parsed[i].defined.name) for i in circle]
                    why = _RECURSION if parsed[place].family else hint(name)
                    _circle(str(parsed[place].defined.name), others, span, why)
                path[place] = names_in(parsed[place].body)
                break
            else:
                del path[current]
                done.add(current)
                result.append(parsed[current])
    return result


def names_in(root: Node) -> Iterator[tuple[str, Span]]:
    """The names in a tree, from the left, each with its place."""
    stack = [root]
    while stack:
        node = stack.pop()
        if node.kind == "name":
            yield node.data, node.span
        elif node.kind == "member":
            yield node.data.key, node.span
        elif node.kind == "apply":
            yield node.data[0], node.span
        stack.extend(reversed(node.args))


def _circle(name: str, others: list[str], span: Span, hint: str | None) -> NoReturn:
    way = f", by way of {', '.join(others)}" if others else ""
    raise ParseError(f"{name} is defined by itself{way}", span=span, hint=hint)
