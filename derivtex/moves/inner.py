"""Inner products: `⟨G, dX⟩`, each linear map going over to its adjoint."""

from __future__ import annotations

from derivtex.moves import Moves
from derivtex.rules import collect, indexed
from derivtex.rules import inner as rules
from derivtex.rules.matrix_functions import CLOSE

MOVES = Moves(
    name="inner",
    spell=(rules.norm,),
    restate=(rules.trace, rules.scalar),
    isolate=(),
    respell=(*CLOSE, indexed.without_empty),
    next_move=rules.next_move,
    form=collect.FROBENIUS,
    merge=collect.merge_inner,
    collect=collect.collect_inner,
    gradient=lambda M, X: M,
    from_gradient=lambda G: G,
    names_gradients=False,
    shows_linear=False,
    adjoint=rules.adjoint_reason,
)
