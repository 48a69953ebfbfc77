"""Linear maps of a matrix as matrices: `vec L(X) = M vec X`, by the moves of the vec notation."""

from __future__ import annotations

from derivtex.errors import DerivtexError
from derivtex.expr import Expr, at, replace
from derivtex.moves import SPELL
from derivtex.ops import differential, vec, zeros
from derivtex.phases import Trail, exhaust, expand_differentials
from derivtex.rules.tidy_factors import common_factor
from derivtex.rules.tidy_sums import like_terms
from derivtex.rules.vec import coefficient, collect_vec, next_move, vec_of_sum
from derivtex.tidying import STRUCTURE
from derivtex.varying import Varying


def move_under_vec(trail: Trail, varying: Varying) -> tuple[str, ...]:
    """Bring each term to the form `M vec(dX)`; the names of the rules that did it."""
    exhaust(trail, (vec_of_sum,), varying)
    moved: dict[str, None] = {}
    for path, _ in trail.terms():
        while (move := next_move(at(trail.current, path), varying)) is not None:
            rule, inner = move
            new = rule(at(trail.current, (*path, *inner)), varying)
            assert new is not None, rule.name
            trail.apply(rule.name, (*path, *inner), new)
            moved[rule.name] = None
    exhaust(trail, STRUCTURE, varying)
    return tuple(moved)


def affine(F: Expr, X: Expr) -> tuple[Expr, Expr] | None:
    """M and C with `vec F = M vec X - vec C`; None where F is no such function of X.

    Magnus & Neudecker, section 2.4.
    """
    varying = Varying([X])
    trail = Trail(differential(F))
    try:
        expand_differentials(trail, varying, SPELL)
        trail.current = vec(trail.current)
        move_under_vec(trail, varying)
        constant = replace(F, {X: zeros(X.shape)})
        if exhaust(trail, (collect_vec,), varying):
            exhaust(trail, (like_terms, common_factor), varying)
        M = coefficient(trail.current)
    except DerivtexError:
        return None  # an operation that has no matrix, or no value at zero; or nothing varies
    return None if varying.depends(M) or varying.holds(M) else (M, -constant)
