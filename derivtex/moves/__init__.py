"""The notations a scalar is differentiated in: each has its own moves to the same gradient.

A notation is one module here, loaded when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib import import_module
from typing import NamedTuple

from derivtex.derivation import Reason, Step
from derivtex.expr import Expr
from derivtex.rule import NextMove, Rule
from derivtex.rules import collect
from derivtex.rules.indexed import without_empty
from derivtex.rules.matrix_functions import CLOSE

#: How a fresh differential is written in any notation.
SPELL = (*CLOSE, without_empty)


class Moves(NamedTuple):
    """One notation.

    spell             rules that say a definition in this notation
    respell           rules that say a fresh differential in it
    next_move         what brings a term nearer to its last form
    form              what a term in its last form is made of, and made from
    merge, collect    rules that bring the terms with one differential together
    restate, isolate  rules that rewrite the scalar before it is differentiated
    gradient(M, X)    the gradient when M stands before dX
    from_gradient(G)  what stands before dX when G is the gradient
    unstack           rules for a gradient that is read off as its vec
    names_gradients   an unknown function's gradient gets a letter
    shows_linear      of a linear function, the differential is shown before it is taken
    adjoint           why a linear map, however composed, crosses in one line, where it does
    """

    name: str
    spell: tuple[Rule, ...]
    next_move: NextMove
    form: collect.Form
    merge: Rule
    collect: Rule
    respell: tuple[Rule, ...] = SPELL
    restate: tuple[Rule, ...] = ()
    isolate: tuple[Rule, ...] = ()
    gradient: Callable[[Expr, Expr], Expr] = lambda M, X: M
    from_gradient: Callable[[Expr], Expr] = lambda G: G
    names_gradients: bool = False
    shows_linear: bool = False
    adjoint: Callable[[Sequence[str], Iterable[Step]], Reason] | None = None
    unstack: tuple[Rule, ...] = ()


@cache
def moves_of(notation: str) -> Moves:
    """The moves of a notation, by one of the names in `derivtex.notation.NOTATIONS`."""
    moves: Moves = import_module(f"derivtex.moves.{notation}").MOVES
    return moves
