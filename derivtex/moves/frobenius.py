"""The Frobenius product: `G : dX`."""

from __future__ import annotations

from derivtex.moves import Moves
from derivtex.rules import collect, restate
from derivtex.rules import frobenius as rules

MOVES = Moves(
    name="frobenius",
    spell=(restate.norm_frobenius,),
    restate=(restate.trace_frobenius, restate.scalar_frobenius, restate.inner_frobenius),
    isolate=(restate.isolate,),
    next_move=rules.next_move,
    form=collect.FROBENIUS,
    merge=collect.merge_frobenius,
    collect=collect.collect_frobenius,
    names_gradients=True,
)
