"""What a derivation arrives at, as lines of its own."""

from __future__ import annotations

from derivtex import Derivation, Expr
from derivtex.derivation import Line, Reason
from derivtex.symbols import GradientName

_NO_REASON = Reason("", ())


def result_lines(derivation: Derivation) -> tuple[Line, ...]:
    """The last line of each left side that was asked for; if none is told apart, the very last."""
    last: dict[Expr, Line] = {}
    order: list[Line] = []
    left: Expr | None = None
    for line in derivation.lines:
        left = line.left or left
        if left is not None:
            full = line._replace(left=left, reason=_NO_REASON, steps=())
            last[left] = full
            order.append(full)
    solutions = [line for line in order if line.kind == "solution"]
    if solutions:
        return tuple(solutions)
    asked = [left for left in last if _is_asked(left, derivation)]
    return tuple(last[left] for left in asked) or tuple(order[-1:])


def _is_asked(left: Expr, derivation: Derivation) -> bool:
    """Whether the left side is the gradient, Jacobian or Hessian that a task asks for."""
    match left.op, left.args:
        case "derivative" | "derivative_by_entries", (F, X):
            kinds = {"gradient", "stationary"}
        case "jacobian", (F, X):
            kinds = {"jacobian", "hessian"}
        case _:
            return False
    # A Hessian is the Jacobian of what stands for a gradient.
    name = F.data.f if isinstance(F.data, GradientName) else None
    return any(
        task.kind in kinds
        and X in task.variables
        and (task.objective is F or (name is not None and task.objective.data == name))
        for task in derivation.problem.tasks
    )
