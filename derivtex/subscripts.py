"""Letters for subscripts: which are free, and a bound one renamed where it would clash."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, count

from derivtex.errors import LimitError
from derivtex.expr import Expr, replace, walk
from derivtex.ops.components import free, has_components, subscript
from derivtex.shapes import ONE, Dim, Shape
from derivtex.varying import Varying

#: Sums take the first letter that is free; entries that one differentiates by have their own.
BOUND = "ijthpqrsuvlm"
BY_ENTRY = "dckbaeg"
BY_VECTOR_ENTRY = "kdcbaeg"

#: A line with more of them is none that anybody reads.
MOST_LETTERS = 24

_LETTER = re.compile(r"\\?[A-Za-z]+")


def letters_of(names: Iterable[str]) -> frozenset[str]:
    """The letters that names are made of, `w`, `i` and `j` for `w_{ij}`."""
    found: set[str] = set()
    for name in names:
        for word in _LETTER.findall(name):
            found.update([word] if word.startswith("\\") else word)
    return frozenset(found)


class Scope(Varying):
    """What varies, and which letters a place in an expression leaves free.

    `reserved` are the letters that no sum may take, those of names; `target` are the subscripts
    that one differentiates by; `known` is what is written in the problem.
    """

    def __init__(
        self, variables: Iterable[Expr], reserved: Iterable[str], known: Iterable[Expr] = ()
    ) -> None:
        super().__init__(variables)
        self.reserved = frozenset(reserved)
        self.target: tuple[Expr, ...] = ()
        self.known = frozenset(known)
        self._here: list[Expr] = []
        self._taken: set[str] = set()

    def at(self, e: Expr, around: Iterable[Expr] = ()) -> Scope:
        """This scope at the place of `e`, below the sums over the subscripts `around`."""
        self._here = [e, *around, *self.target]
        self._taken = set()
        return self

    def beside(self, e: Expr) -> Scope:
        """The same place, with `e` there too."""
        self._here.append(e)
        return self

    def letter(self, size: Dim) -> Expr:
        """A subscript by a free letter, which then is taken."""
        while self._here:
            self._taken |= names_in(self._here.pop())
        if len(self._taken) > MOST_LETTERS:
            raise LimitError(
                f"there would be more than {MOST_LETTERS} subscripts at once",
                hint="give parts of the problem names, or take another notation",
            )
        name = next(x for x in _letters() if x not in self.reserved and x not in self._taken)
        self._taken.add(name)
        return subscript(name, size)


def _letters() -> Iterator[str]:
    return chain(BOUND, (f"i_{k}" for k in count(1)))


def names_in(e: Expr) -> set[str]:
    """The letters of all subscripts in `e`, free or bound."""
    return {node.data.name for node in walk(e, into=has_components) if node.op == "subscript"}


def by_entry(shape: Shape, reserved: frozenset[str]) -> tuple[Expr, ...]:
    """The subscripts of the entry that one differentiates by."""
    sizes = [size for size in shape if size != ONE]
    pool = BY_ENTRY if len(sizes) == 2 else BY_VECTOR_ENTRY
    names = (x for x in chain(pool, (f"k_{n}" for n in count(1))) if x not in reserved)
    return tuple(subscript(next(names), size) for size in sizes)


def renamed(e: Expr, old: Expr, new: Expr) -> Expr:
    """`e` with a free subscript replaced; a sum that binds the same letter keeps it."""
    if old not in free(e):
        return e
    if old not in bound_in(e):
        return replace(e, {old: new})
    pending: list[Expr] = [e]
    mapping: dict[Expr, Expr] = {}
    while pending:
        node = pending.pop()
        if node.op == "sum_over" and node.args[0] is old:
            mapping[node] = node
        elif has_components(node):
            pending.extend(node.args)
    return replace(e, {old: new, **mapping})


def bound_in(e: Expr) -> set[Expr]:
    """The subscripts that sums in `e` bind."""
    return {node.args[0] for node in walk(e, into=has_components) if node.op == "sum_over"}
