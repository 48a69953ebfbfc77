"""Fréchet derivatives as integrals, `L_f(X, E) = ∫_0^1 Σ ± P E Q ds` with P and Q of X and s."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from derivtex.expr import Expr
from derivtex.ops.algebra import add
from derivtex.ops.indices import fresh_index, index
from derivtex.ops.integrals import integral
from derivtex.ops.kronecker import kron
from derivtex.ops.leaves import number
from derivtex.ops.matrices import turned

#: Letters that a number from 0 to 1 is called by only where `s` is taken.
_AFTER = tuple(index(letter) for letter in "jiklt")
#: A sign, P and Q of a term `± P E Q`.
Term = tuple[int, Expr, Expr]


class Integrand(NamedTuple):
    """`L_f(X, E) = ∫_0^1 Σ ± P E Q ds`: the terms, of X and s."""

    terms: Callable[[Expr, Expr], tuple[Term, ...]]

    def frechet(self, X: Expr, E: Expr) -> Expr:
        """L_f(X, E)."""
        s = fresh_index(X, E, *_AFTER)
        return _over(s, [(sign, P @ E @ Q) for sign, P, Q in self.terms(X, s)])

    def kronecker(self, X: Expr) -> Expr:
        """`∫_0^1 Σ ± Qᵀ ⊗ P ds`, which is what L_f(X, ·) is under vec."""
        s = fresh_index(X, *_AFTER)
        return _over(s, [(sign, kron(turned(Q), P)) for sign, P, Q in self.terms(X, s)])


def _over(s: Expr, terms: list[tuple[int, Expr]]) -> Expr:
    """The integral of the sum; a sign that all terms have stands before it."""
    common = terms[0][0] if len({sign for sign, _ in terms}) == 1 else 1
    body = add(*[number(sign * common) @ term for sign, term in terms])
    return number(common) @ integral(body, s, number(0), number(1))
