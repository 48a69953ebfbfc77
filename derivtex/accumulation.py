"""Names for the sums that gradients of shared variables grow by.

A weight that many layers share has a term in its gradient from each of them. What is summed so far
gets a name, `G₂ = G₁ + δ₂h₁ᵀ`: no line repeats it, and a derivation is linear in the layers.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import count

from derivtex.book import Book
from derivtex.derivation import Reason
from derivtex.expr import Expr, outside_names, replace, walk
from derivtex.language.names import braced
from derivtex.ops import named
from derivtex.phases import Trail
from derivtex.rules.identify import PUT_BACK
from derivtex.varying import Varying

#: What is carried on through at least so many further definitions gets a name.
_FURTHER = 2
#: What is no longer than this, as 2y or ∂L/∂z, is carried on as it is.
_SHORT = 4
#: A gradient that is larger than this, in nodes, is left as the last sum and what is added to it.
_READABLE = 200


class Accumulation:
    """The gradients so far of variables that definitions share, each sum with its name."""

    def __init__(self, book: Book, varying: Varying) -> None:
        self.book = book
        self.varying = varying
        self._letters: dict[Expr, str] = {}
        self._sums: set[Expr] = set()
        #: Each sum that can be read with all its terms, by its name.
        self._whole: dict[Expr, Expr] = {}

    def called(self, X: Expr, term: Expr, users: Collection[Expr]) -> Expr:
        """The term with X, its gradient so far called by a name where `users` will add to it."""
        moves = self.book.moves
        M = moves.form.coefficient(term, self.varying)
        if M.size <= _SHORT or (len(users) < _FURTHER and X not in self._letters):
            return term
        so_far = moves.gradient(M, X)
        name = named(self._name(X), so_far)
        self.book.line("name", name, so_far, Reason("gradient wrt {} so far", (X,)))
        if not self._in(so_far) - self._whole.keys():
            whole = replace(so_far, self._whole)
            if whole.size <= _READABLE:
                self._whole[name] = whole
        self._sums.add(name)
        return moves.form.pair(moves.from_gradient(name), X)

    def put_back(self, trail: Trail) -> Expr | None:
        """Put all terms back for a sum in the gradient, if they can be read; the sum's name."""
        name = next(iter(self._in(trail.current)), None)
        if name not in self._whole:
            return None
        whole = replace(trail.current, self._whole)
        if whole.size > _READABLE:
            return None
        trail.apply(PUT_BACK.name, (), whole)
        return name

    def _in(self, e: Expr) -> set[Expr]:
        """The sums that are written in `e`."""
        return self._sums.intersection(walk(e, into=outside_names)) if self._sums else set()

    def _name(self, X: Expr) -> str:
        """`G₁`, `G₂`, … for one variable, `H₁`, … for the next."""
        if X not in self._letters:
            self._letters[X] = self.book.letter()
        letter = self._letters[X]
        names = (f"{letter}_{braced(str(i))}" for i in count(1))
        return next(name for name in names if self.book.take(name))
