"""The trace: `tr(M dX)`."""

from __future__ import annotations

from derivtex.moves import Moves
from derivtex.ops import transpose
from derivtex.rules import collect, indexed, restate
from derivtex.rules import trace as rules
from derivtex.rules.matrix_functions import CLOSE
from derivtex.structure import transposed_terms

MOVES = Moves(
    name="trace",
    spell=(restate.norm_trace, restate.frobenius_trace),
    restate=(),
    isolate=(),
    respell=(*CLOSE, rules.spell, indexed.without_empty),
    next_move=rules.next_move,
    form=collect.TRACE,
    merge=collect.merge_trace,
    collect=collect.collect_trace,
    gradient=lambda M, X: transposed_terms(M),
    from_gradient=transpose,
    names_gradients=False,
    shows_linear=True,
)
