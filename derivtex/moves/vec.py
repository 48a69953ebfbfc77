"""The vec: a row before `vec(dX)`."""

from __future__ import annotations

from derivtex.moves import SPELL, Moves
from derivtex.ops import transpose, unvec, vec, zeros
from derivtex.rules import collect
from derivtex.rules import vec_scalar as rules
from derivtex.rules.vec_close import CLOSE_VEC
from derivtex.structure import transposed_terms

MOVES = Moves(
    name="vec",
    spell=(rules.norm,),
    respell=(rules.inner, *SPELL),
    next_move=rules.next_move,
    form=collect.VEC,
    merge=collect.merge_vec,
    collect=collect.collect_rows,
    gradient=lambda M, X: unvec(transposed_terms(M), zeros(X.shape)),
    from_gradient=lambda G: transpose(vec(G)),
    unstack=CLOSE_VEC,
)
