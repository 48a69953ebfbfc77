"""The vec: a row before `vec(dX)`."""

from __future__ import annotations

from derivtex.moves import Moves
from derivtex.ops import transpose, unvec, vec, zeros
from derivtex.rules import collect, indexed
from derivtex.rules import vec_scalar as rules
from derivtex.rules.matrix_functions import CLOSE
from derivtex.rules.vec_close import CLOSE_VEC
from derivtex.structure import transposed_terms

MOVES = Moves(
    name="vec",
    spell=(rules.norm,),
    restate=(),
    isolate=(),
    respell=(*CLOSE, rules.inner, indexed.without_empty),
    next_move=rules.next_move,
    form=collect.VEC,
    merge=collect.merge_vec,
    collect=collect.collect_rows,
    gradient=lambda M, X: unvec(transposed_terms(M), zeros(X.shape)),
    from_gradient=lambda G: transpose(vec(G)),
    names_gradients=False,
    shows_linear=False,
    unstack=CLOSE_VEC,
)
