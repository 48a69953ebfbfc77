"""From `∂L/∂w = 0` to the stationary point, where the equation is linear in w or its inverse."""

from __future__ import annotations

from typing import NamedTuple

from derivtex.derivation import Line, Reason
from derivtex.expr import Expr, walk
from derivtex.ops import derivative, symbol, zeros
from derivtex.phases import Trail, exhaust
from derivtex.rules import solve
from derivtex.tidying import STRUCTURE
from derivtex.varying import Varying


class Stationary(NamedTuple):
    """The lines, the solution where there is a closed one, and what it assumes."""

    lines: tuple[Line, ...]
    solution: Expr | None = None
    conditions: tuple[Reason, ...] = ()


def stationary(L: Expr, unknown: Expr, gradient: Expr) -> Stationary:
    """What follows from setting the gradient of L in the unknown to zero."""
    nothing = zeros(unknown.shape)
    zero = Line("equation", derivative(L, unknown), nothing, Reason("{} is stationary", (L,)))
    if unknown not in set(walk(gradient)):
        reason = Reason("{} does not occur", (unknown,))
        return Stationary((zero, Line("equation", gradient, nothing, reason)))
    system = solve.linear_system(gradient, unknown)
    if system is None:
        reason = Reason("not linear in {}", (unknown,))
        return Stationary((zero, Line("equation", gradient, nothing, reason)))
    equation = Line("equation", system.left, system.known, Reason("linear in {}", (unknown,)))
    found = solve.solution(system)
    if found is None or unknown.op != "symbol":
        return Stationary((zero, equation))
    value, to_invert = found
    trail = Trail(value)
    exhaust(trail, STRUCTURE, Varying([]))
    conditions = tuple(
        Reason("{} is not zero" if M.shape.is_scalar else "{} is invertible", (M,))
        for M in to_invert
    )
    reason = conditions[-1] if conditions else Reason("solved for {}", (unknown,))
    hat = symbol(f"\\hat {unknown.data.name}", unknown.shape)
    solved = Line("solution", hat, trail.current, reason)
    lines = (zero, solved) if system.left is unknown else (zero, equation, solved)
    return Stationary(lines, trail.current, conditions)
