"""Entries of arrays in sums over all of them: `\\sum_{i=1}^n x_i \\log x_i` of an `x \\in \\R^n`.

Such a sum means what it means for any numbers `x_i`; but the gradient is asked for in the whole x,
so here `x_i` is an entry of it, and so are those of the other arrays that the sum runs over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NoReturn

from derivtex.errors import ParseError, ShapeError, Span, UnsupportedError
from derivtex.language.indexed import Indexed
from derivtex.language.member_names import Script
from derivtex.language.terms import Term
from derivtex.language.tree import Node, mapped
from derivtex.shapes import ONE, SCALAR, Dim, dim

# --- in the tree ----------------------------------------------------------------------------------


def nodes_of(root: Node) -> Iterator[Node]:
    """The nodes of a tree."""
    pending = [root]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(node.args)


def members_in(root: Node) -> Iterator[Node]:
    """The members of families that stand in a tree."""
    return (node for node in nodes_of(root) if node.kind == "member")


def names_of(root: Node) -> Iterator[str]:
    """The names that stand in a tree."""
    return (node.data for node in nodes_of(root) if node.kind == "name")


def run_together(bodies: Iterable[Node]) -> Iterator[set[str]]:
    """For each sum, the families that it runs through."""
    for body in bodies:
        for node in nodes_of(body):
            if node.kind == "series":
                letter = node.data[1]
                yield {
                    member.data.key
                    for member in members_in(node.args[0])
                    if any(arg.kind == "index" and arg.data == letter for arg in member.args)
                }


def with_entries(body: Node, keys: frozenset[str]) -> Node:
    """The tree with entries in the place of the members of these families."""

    def entry(node: Node) -> Node | None:
        if node.kind != "member" or node.data.key not in keys:
            return None
        script: Script = node.data
        whole = Node("name", node.span, data=script.base)
        return Node("entry", node.span, (whole, *node.args), script)

    return mapped(body, entry)


# --- in the typed tree ----------------------------------------------------------------------------


class Entries(Indexed):
    """Readings of entries, and of the sums over them."""

    def entry(self, node: Node, args: tuple[Term, ...]) -> Term:
        array, *places = args
        sizes = _sizes(array)
        name = node.data.base
        if not sizes:
            raise UnsupportedError(
                f"{name} is a number, and has no entries",
                span=node.span,
                hint="call the number, or the family, by another name",
            )
        if len(sizes) != len(places):
            raise ParseError(
                f"{name} has entries with {len(sizes)} {'index' if len(sizes) == 1 else 'indices'}",
                span=node.span,
            )
        if any(place.op != "index" for place in places):
            raise UnsupportedError(
                f"{self.source(node.span)}, an entry at a place that no sum runs over, is not read",
                span=node.span,
                hint=f"an entry is written with a unit vector, e_1^T {name}",
            )
        runs = [Term("place", (), SCALAR, place.span, place.data) for place in places]
        return Term("entry", (array, *runs), SCALAR, node.span)

    def series(self, node: Node, args: tuple[Term, ...]) -> Term:
        """A sum over the entries of arrays, where it is one; else one over a family."""
        op, letter, _ = node.data
        body, lower, upper = args
        found = list(_runs_over(body, letter))
        arrays = [(array, size) for array, size in found if array is not None]
        if not arrays or op == "integral":
            return super().series(node, args)
        if op != "indexed_sum":
            raise UnsupportedError(
                "a product over entries is not derived",
                span=node.span,
                hint=r"it is the exponential of a sum, \exp(\sum_{i=1}^n \log x_i)",
            )
        if len(arrays) < len(found):
            raise UnsupportedError(
                f"{letter} runs over entries, and stands for a number here as well",
                span=node.span,
                hint=f"give the numbers 1, 2, … a vector of their own, a_{letter}",
            )
        if not body.shape.is_scalar:
            raise UnsupportedError(
                "a sum over entries is one of numbers",
                span=body.span,
                hint=r"sums of arrays are products of arrays: X^T w for \sum_i w_i x_i",
            )
        (first, size), *others = arrays
        for array, other in others:
            if not self.unifier.unify(size, other):
                self.clash(f"{letter} runs over the entries of both", first, array, node.span)
        self._over_all(node, letter, size, lower, upper)
        return Term("sum_over", (body,), SCALAR, node.span, (letter, size))

    def _over_all(self, node: Node, letter: str, size: Dim, lower: Term, upper: Term) -> None:
        """A sum over entries is over all of them."""
        if not (lower.is_number and lower.data == 1):
            self._over_some(node, letter)
        if upper.op == "extent":
            return
        if upper.is_number:
            last = dim(int(upper.data))
        elif upper.op == "symbol":
            last = dim(upper.data)
        else:
            self._over_some(node, letter)
        if not self.unifier.unify(size, last):
            raise ShapeError(
                f"{letter} runs to {last}, and there are {self.unifier.resolve(size)} entries",
                span=node.span,
            )

    def _over_some(self, node: Node, letter: str) -> NoReturn:
        raise UnsupportedError(
            "a sum over some of the entries is not read",
            span=node.span,
            hint=rf"run over all, \sum_{letter}, with a factor that is 0 for those left out",
        )


def _sizes(array: Term) -> list[Dim]:
    return [size for size in array.shape if size != ONE]


def _runs_over(body: Term, letter: str) -> Iterator[tuple[Term | None, Dim]]:
    """The arrays that have this index, with its size; None where it stands for itself."""
    pending = [body]
    while pending:
        term = pending.pop()
        if term.op == "index" and term.data == letter:
            yield None, ONE
        if term.op != "entry":
            pending.extend(term.args)
            continue
        array, *places = term.args
        for place, size in zip(places, _sizes(array), strict=True):
            if place.data == letter:
                yield array, size


def closure(groups: Sequence[set[str]], seeds: set[str]) -> set[str]:
    """The families that run together with these, by way of others too."""
    found = set(seeds)
    while more := {key for group in groups if group & found for key in group} - found:
        found |= more
    return found


#: Where a family was met.
Places = dict[str, tuple[Script, int, Span]]


def places_of(bodies: Iterable[Node]) -> Places:
    """The families in these trees: a member of each, how many indices it has, and where it is."""
    return {
        member.data.key: (member.data, len(member.args), member.span)
        for body in bodies
        for member in members_in(body)
    }
