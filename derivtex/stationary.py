"""From `∂L/∂w = 0` to the stationary point, where the equation is linear in w or its inverse."""

from __future__ import annotations

from itertools import chain
from typing import NamedTuple

from derivtex.assumed import INVERTIBLE, NOT_ZERO, condition
from derivtex.derivation import Line, Reason
from derivtex.expr import Expr, replace, walk
from derivtex.ops import (
    add,
    derivative,
    inverse,
    mul,
    number,
    power,
    split,
    symbol,
    transpose,
    unvec,
    vec,
    zeros,
)
from derivtex.ops.indices import may_be, name_of
from derivtex.ops.leaves import is_zero
from derivtex.phases import Trail, exhaust
from derivtex.rules import solve
from derivtex.rules.tidy_sums import common_number, positive_first
from derivtex.tidying import STRUCTURE, Names, tidied
from derivtex.varying import Varying


class Stationary(NamedTuple):
    """The lines, the solution where there is a closed one, and what it assumes; `free_of` is the
    unknown where the condition says nothing about it."""

    lines: tuple[Line, ...]
    solution: Expr | None = None
    conditions: tuple[Reason, ...] = ()
    free_of: Expr | None = None


def stationary(L: Expr, unknown: Expr, gradient: Expr) -> Stationary:
    """What follows from setting the gradient of L in the unknown to zero."""
    if unknown.op == "member":
        return _of_member(L, unknown, gradient)
    nothing = zeros(unknown.shape)
    zero = Line("equation", derivative(L, unknown), nothing, Reason("{} is stationary", (L,)))
    if unknown not in set(walk(gradient)):
        reason = Reason("{} does not occur", (unknown,))
        return Stationary((zero, Line("equation", gradient, nothing, reason)), free_of=unknown)
    system = solve.linear_system(gradient, unknown)
    if system is None:
        F = solve.without_names(gradient, Varying([unknown]))
        return _by_vec((zero,), unknown, F) or Stationary(
            (
                zero,
                Line("equation", core(gradient), nothing, Reason("not linear in {}", (unknown,))),
            )
        )
    why = Reason("linear in {}", (unknown,))
    if system.divided is not None:
        why = Reason("{} is invertible", (system.divided,))
    if system.known.op == "add":
        system = system._replace(known=in_short(system.known))
    equation = Line("equation", system.left, system.known, why)
    found = solve.solution(system)
    if found is None or unknown.op != "symbol":
        F = add(system.left, -system.known)
        return _by_vec((zero, equation), unknown, F) or Stationary((zero, equation))
    value, to_invert = found
    lines = (zero,) if system.left is unknown else (zero, equation)
    solved = solved_for(lines, unknown, value, to_invert)
    if unknown.shape.is_square and inverse(unknown) in set(walk(L)):
        return _with_inverse(solved)
    return solved


def core(gradient: Expr) -> Expr:
    """`cG` without the number and the denominators in c: one is zero where the other is."""
    _, scalars, chain = split(gradient)
    kept = [s for s in scalars if not solve.is_reciprocal(s)]
    return mul(*kept, *chain) if kept or chain else gradient


def _with_inverse(found: Stationary) -> Stationary:
    """The same where L has the inverse of the unknown: so the solution has to have one."""
    if found.solution is None:
        return found
    words = NOT_ZERO if found.solution.shape.is_scalar else INVERTIBLE
    needed = condition(words, found.solution)
    if needed is None:
        return found
    return found._replace(conditions=tuple(dict.fromkeys((*found.conditions, needed))))


def _of_member(L: Expr, unknown: Expr, gradient: Expr) -> Stationary:
    """The same for a member of a family, solved where no sum runs over it as well."""
    of = unknown.args[0]
    alone = symbol(name_of(unknown), unknown.shape, of.data.structure)
    put = replace(gradient, {unknown: alone})
    if any(node.op == "member" and may_be(node, unknown) for node in walk(put)):
        nothing = zeros(unknown.shape)
        zero = Line("equation", derivative(L, unknown), nothing, Reason("{} is stationary", (L,)))
        why = Reason("not solved for {}", (unknown,))
        return Stationary((zero, Line("equation", gradient, nothing, why)))
    found = stationary(L, alone, put)
    back = {alone: unknown}
    lines = tuple(
        line._replace(
            left=None if line.left is None else replace(line.left, back),
            right=replace(line.right, back),
            reason=_with(line.reason, back),
        )
        for line in found.lines
    )
    conditions = tuple(_with(reason, back) for reason in found.conditions)
    return Stationary(lines, found.solution, conditions)


def _with(reason: Reason, mapping: dict[Expr, Expr]) -> Reason:
    return reason._replace(args=tuple(replace(arg, mapping) for arg in reason.args))


def solved_for(
    lines: tuple[Line, ...], unknown: Expr, value: Expr, to_invert: tuple[Expr, ...]
) -> Stationary:
    """The line with the solution behind the others."""
    trail = Trail(value)
    exhaust(trail, (*STRUCTURE, common_number, positive_first), Varying([]))
    needed = [
        Reason("{} is not zero" if M.shape.is_scalar else "{} is invertible", (M,))
        for M in to_invert
        if M.op != "identity"
    ]
    found = (condition(why.words, *why.args) for why in needed)
    conditions = tuple(why for why in found if why is not None)
    reason = needed[-1] if needed else Reason("solved for {}", (unknown,))
    solved = Line("solution", hat(unknown), trail.current, reason)
    return Stationary((*lines, solved), trail.current, conditions)


def hat(unknown: Expr) -> Expr:
    """The name of the stationary point."""
    return symbol(f"\\hat {unknown.data.name}", unknown.shape)


def in_short(e: Expr) -> Expr:
    """`e` tidied, twice: what the last rules leave the first may take up."""
    trail = Trail(e)
    for _ in chain(*[tidied(trail, Varying([]), Names([])) for _ in range(2)]):
        pass
    return trail.current


def _divided(M: Expr, C: Expr) -> tuple[Expr, Expr]:
    """Both divided by the number in front of all terms of the first."""
    terms = M.args if M.op == "add" else (M,)
    numbers = {split(term)[0] for term in terms}
    if len(numbers) > 1:
        return M, C
    by = power(numbers.pop(), number(-1))
    return add(*[mul(by, term) for term in terms]), mul(by, C)


#: Within these structures a gradient is a projection, which no other one has an inverse of.
_CONSTRAINED = frozenset(
    {"diagonal", "skew-symmetric", "lower triangular", "upper triangular", "orthogonal", "singular"}
)


def _by_vec(lines: tuple[Line, ...], unknown: Expr, F: Expr) -> Stationary | None:
    """The solution of `F = 0` such as `AX + XB = C`, by `(I ⊗ A + Bᵀ ⊗ I) vec X = vec C`."""
    if unknown.op != "symbol" or unknown.shape.is_scalar:
        return None
    if unknown.data.structure & _CONSTRAINED:
        return None
    from derivtex.linear import affine  # what Kronecker products have to solve is rare

    found = affine(F, unknown)
    if found is None or is_zero(found[1]):
        return None
    M, C = _divided(*map(in_short, found))
    why = Reason("linear in {}", (unknown,))
    if unknown.shape.is_matrix:
        why = Reason("vec of both sides")
    equation = Line("equation", mul(M, vec(unknown)), vec(C), why)
    value = mul(inverse(M), vec(C))
    if unknown.shape.is_matrix:
        value = unvec(value, zeros(unknown.shape))
    elif unknown.shape.is_row:
        value = transpose(value)
    return solved_for((*lines, equation), unknown, value, solve.to_invert(M))
