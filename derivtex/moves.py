"""The notations a scalar is differentiated in: each has its own moves to the same gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from derivtex.expr import Expr
from derivtex.ops import transpose, unvec, vec, zeros
from derivtex.phases import NextMove
from derivtex.rule import Rule
from derivtex.rules import collect, indexed, restate
from derivtex.rules import frobenius as frobenius_rules
from derivtex.rules import inner as inner_rules
from derivtex.rules import trace as trace_rules
from derivtex.rules import vec_scalar as vec_rules
from derivtex.rules.matrix_functions import CLOSE
from derivtex.structure import transposed_terms


class Moves(NamedTuple):
    """One notation.

    spell             rules that say a definition, or a fresh differential, in this notation
    restate, isolate  rules that rewrite the scalar before it is differentiated
    next_move         what brings a term nearer to its last form
    form              what a term in its last form is made of, and made from
    merge, collect    rules that bring the terms with one differential together
    gradient(M, X)    the gradient when M stands before dX
    by_vec            the gradient of a matrix is read off as its vec
    names_gradients   an unknown function's gradient gets a letter
    shows_linear      of a linear function, the differential is shown before it is taken
    by_adjoint        a linear map, however composed, crosses in one line, as its adjoint
    """

    name: str
    spell: tuple[Rule, ...]
    restate: tuple[Rule, ...]
    isolate: tuple[Rule, ...]
    respell: tuple[Rule, ...]
    next_move: NextMove
    form: collect.Form
    merge: Rule
    collect: Rule
    gradient: Callable[[Expr, Expr], Expr]
    from_gradient: Callable[[Expr], Expr]
    names_gradients: bool
    shows_linear: bool
    by_adjoint: bool = False
    by_vec: bool = False


FROBENIUS = Moves(
    name="frobenius",
    spell=(restate.norm_frobenius,),
    restate=(restate.trace_frobenius, restate.scalar_frobenius),
    isolate=(restate.isolate,),
    respell=(*CLOSE, indexed.without_empty),
    next_move=frobenius_rules.next_move,
    form=collect.FROBENIUS,
    merge=collect.merge_frobenius,
    collect=collect.collect_frobenius,
    gradient=lambda M, X: M,
    from_gradient=lambda G: G,
    names_gradients=True,
    shows_linear=False,
)


def _gradient_of_trace(M: Expr, X: Expr) -> Expr:
    """`tr(M dX) = Mᵀ : dX`."""
    return transposed_terms(M)


TRACE = Moves(
    name="trace",
    spell=(restate.norm_trace, restate.frobenius_trace),
    restate=(),
    isolate=(),
    respell=(*CLOSE, trace_rules.spell, indexed.without_empty),
    next_move=trace_rules.next_move,
    form=collect.TRACE,
    merge=collect.merge_trace,
    collect=collect.collect_trace,
    gradient=_gradient_of_trace,
    from_gradient=transpose,
    names_gradients=False,
    shows_linear=True,
)

INNER = Moves(
    name="inner",
    spell=(inner_rules.norm,),
    restate=(inner_rules.trace, inner_rules.scalar),
    isolate=(),
    respell=(*CLOSE, indexed.without_empty),
    next_move=inner_rules.next_move,
    form=collect.FROBENIUS,
    merge=collect.merge_inner,
    collect=collect.collect_inner,
    gradient=lambda M, X: M,
    from_gradient=lambda G: G,
    names_gradients=False,
    shows_linear=False,
    by_adjoint=True,
)

#: Index notation has no moves: what it returns to is written as with Frobenius products.
INDEX = FROBENIUS._replace(name="index")

VEC = Moves(
    name="vec",
    spell=(vec_rules.norm,),
    restate=(),
    isolate=(),
    respell=(*CLOSE, vec_rules.inner, indexed.without_empty),
    next_move=vec_rules.next_move,
    form=collect.VEC,
    merge=collect.merge_vec,
    collect=collect.collect_rows,
    gradient=lambda M, X: unvec(transposed_terms(M), zeros(X.shape)),
    from_gradient=lambda G: transpose(vec(G)),
    names_gradients=False,
    shows_linear=False,
    by_vec=True,
)

NOTATIONS: dict[str, Moves] = {moves.name: moves for moves in (FROBENIUS, TRACE, INNER, VEC, INDEX)}
