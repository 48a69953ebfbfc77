"""From `∂L/∂w = 0` to the stationary point, where the equation is linear in w."""

from __future__ import annotations

from derivtex.derivation import Line, Reason
from derivtex.expr import Expr
from derivtex.ops import derivative, symbol, zeros
from derivtex.rules import solve


def stationary_lines(
    L: Expr, unknown: Expr, gradient: Expr
) -> tuple[tuple[Line, ...], Expr | None, tuple[Reason, ...]]:
    """The lines that follow from setting the gradient to zero, the solution, its conditions."""
    nothing = zeros(unknown.shape)
    lines = [
        Line(
            "equation",
            derivative(L, unknown),
            nothing,
            Reason("{} is stationary", (L,)),
        )
    ]
    system = solve.linear_system(gradient, unknown)
    if system is None:
        lines.append(
            Line("equation", gradient, nothing, Reason("no closed form in {}", (unknown,)))
        )
        return tuple(lines), None, ()
    left, known = system
    lines.append(Line("equation", left, known, Reason("linear in {}", (unknown,))))
    found = solve.solution(system, unknown)
    if found is None:
        return tuple(lines), None, ()
    value, M = found
    condition = _condition(M)
    hat = symbol(f"\\hat {unknown.data.name}" if unknown.op == "symbol" else "", unknown.shape)
    if left is not unknown:
        lines.append(Line("solution", hat, value, condition or Reason("divided by {}", (M,))))
    else:
        lines.append(Line("solution", hat, value, Reason("solved for {}", (unknown,))))
    return tuple(lines), value, () if condition is None else (condition,)


def _condition(M: Expr) -> Reason | None:
    if M.op in {"number", "identity"}:
        return None
    return Reason("{} is not zero" if M.shape.is_scalar else "{} is invertible", (M,))
