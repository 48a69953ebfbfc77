"""The Frobenius product: `G : dX`."""

from __future__ import annotations

from derivtex.moves import Moves
from derivtex.rules import collect, indexed, restate
from derivtex.rules import frobenius as rules
from derivtex.rules.matrix_functions import CLOSE

MOVES = Moves(
    name="frobenius",
    spell=(restate.norm_frobenius,),
    restate=(restate.trace_frobenius, restate.scalar_frobenius),
    isolate=(restate.isolate,),
    respell=(*CLOSE, indexed.without_empty),
    next_move=rules.next_move,
    form=collect.FROBENIUS,
    merge=collect.merge_frobenius,
    collect=collect.collect_frobenius,
    gradient=lambda M, X: M,
    from_gradient=lambda G: G,
    names_gradients=True,
    shows_linear=False,
)
