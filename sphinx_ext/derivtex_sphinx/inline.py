"""What a role prints: one result of an expression, without the way to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import derivtex

from .settings import Settings
from .writing import Failure, failed_check, failure, mistake


@dataclass(frozen=True, slots=True)
class Result:
    """A result in both scripts; `worst` is the error that the check found, where it failed."""

    tex: str
    text: str
    worst: float | None = None


def write_inline(
    kind: Literal["gradient", "differential"],
    expression: str,
    wrt: str | None,
    settings: Settings,
) -> Result | Failure:
    """The gradient or the differential of an expression, derived and checked."""
    try:
        asked = expression
        if kind == "differential" and wrt is None:
            name = expression.partition("=")[0].strip() if "=" in expression else ""
            asked = f"{expression}\nd{name}" if name else f"L = {expression}\ndL"
        derivation = derivtex.derive(
            asked,
            wrt=wrt,
            notation=settings.notation,
            detail=settings.detail,
            symmetric=settings.symmetric,
        )
        result = derivation.gradient if kind == "gradient" else _differential(derivation)
        worst = failed_check(derivation, settings.check)
        typography = settings.typography.of(settings.notation)
        return Result(result.latex(notation=typography), result.text(), worst)
    except derivtex.DerivtexError as error:
        return failure(error)
    except Exception as error:
        return mistake(error)


def _differential(derivation: derivtex.Derivation) -> derivtex.Expr:
    """The differential in all variables, or the last form it takes on the way to a gradient."""
    if derivation.differentials:
        return derivation.differential
    found: derivtex.Expr | None = None
    left: derivtex.Expr | None = None
    for line in derivation.lines:
        left = line.left or left
        if left is not None and left.op == "differential":
            found = line.right
    return derivation.differential if found is None else found
