"""Inner products: `⟨G, dX⟩`, each linear map going over to its adjoint."""

from __future__ import annotations

from derivtex.moves import Moves
from derivtex.rules import collect
from derivtex.rules import inner as rules

MOVES = Moves(
    name="inner",
    spell=(rules.norm,),
    restate=(rules.trace, rules.scalar),
    next_move=rules.next_move,
    form=collect.FROBENIUS,
    merge=collect.merge_inner,
    collect=collect.collect_inner,
    adjoint=rules.adjoint_reason,
)
