"""The trace: `tr(M dX)`."""

from __future__ import annotations

from derivtex.moves import SPELL, Moves
from derivtex.ops import transpose
from derivtex.rules import collect, restate
from derivtex.rules import trace as rules
from derivtex.structure import transposed_terms

MOVES = Moves(
    name="trace",
    spell=(restate.norm_trace, restate.frobenius_trace),
    respell=(rules.spell, *SPELL),
    next_move=rules.next_move,
    form=collect.TRACE,
    merge=collect.merge_trace,
    collect=collect.collect_trace,
    gradient=lambda M, X: transposed_terms(M),
    from_gradient=transpose,
    shows_linear=True,
)
