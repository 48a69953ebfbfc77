"""What is solved for: its equations hold, and the function is stationary, at the solution."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from derivtex.comparison import errors_of
from derivtex.derivation import Derivation, Line
from derivtex.expr import Expr, walk
from derivtex.ops.indices import name_of
from derivtex.points import STENCIL, STEP, Point, Points
from derivtex.valuation import Valuation

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]

#: The number of a line, what was checked of it, and the error.
Found = tuple[int, str, float]


def equations(derivation: Derivation, points: Points) -> Iterator[Found]:
    """What is solved for: the equations, at the solution."""
    solved = [_solved_points(derivation, point) for point in points.valuations]
    unknown: Expr | None = None
    unknown_of: dict[Expr, Expr] = {}
    left: Expr | None = None
    for number, line in enumerate(derivation.lines, 1):
        left = left if line.left is None else line.left
        if line.kind not in {"equation", "solution"} or left is None:
            continue
        if left.op == "derivative":
            unknown = left.args[1]
        of = unknown
        if line.kind == "solution" and unknown is not None:
            # Once the multiplier of a constraint is known, another unknown is written anew.
            of = unknown_of.setdefault(left, unknown)
        for at_solution in solved:
            if unknown in at_solution and of is not None:
                yield from _check_equation(number, line, of, at_solution[unknown])


def _solved_points(derivation: Derivation, point: Point) -> dict[Expr | None, Solved]:
    """For each unknown that was solved for, the point with it, and what else is then put in, at
    the solution."""
    found: dict[Expr, dict[Expr, Expr]] = {}
    zeros_of: dict[Expr, Expr] = {}
    unknown_of: dict[Expr, Expr] = {}
    known: dict[object, Expr] = {}
    unknown: Expr | None = None
    for line in derivation.lines:
        if line.kind == "equation" and line.left is not None and line.left.op == "derivative":
            unknown = line.left.args[1]
            zeros_of[unknown] = line.left
        if line.kind == "solution" and unknown is not None and line.left is not None:
            of = unknown_of.setdefault(line.left, unknown)
            values = found.setdefault(unknown, {})
            values[of] = line.right
            # Another point that this one is made of is called by its name.
            for node in walk(line.right):
                if node.op == "named" and node.data in known:
                    values[known[node.data]] = node.args[0]
            known[name_of(line.left)] = of
    hats = {X: name for name, X in unknown_of.items()}
    return {X: Solved(point, zeros_of[X].args[0], values, hats) for X, values in found.items()}


class Solved(Valuation):
    """A point with unknowns at the values that lines found for them."""

    def __init__(
        self, point: Point, f: Expr, values: dict[Expr, Expr], hats: dict[Expr, Expr]
    ) -> None:
        self.point = point
        symbols = dict(point.symbols)
        for unknown, e in values.items():
            value = point(e)

            def solved(now: Array, value: Array = value) -> Array:
                return value

            symbols |= {**point.changed(unknown, solved), hats[unknown]: value}
        super().__init__(point.sizes, symbols, point.functions)
        self.f = f

    def slope_error(self, unknown: Expr) -> float:
        """The slope of f at the solution, relative to that at the random point."""
        np = self.np
        step = self.point.direction(unknown)
        # Near a small solution a step is small as well.
        here = np.abs(self(unknown)).max()
        step = step * min(1.0, here) if here > 0 else step
        slopes = []
        for symbols in (self.symbols, self.point.symbols):
            total = 0.0
            for place, weight in STENCIL:
                way = place * STEP * step

                def on(now: Array, way: Array = way) -> Array:
                    return now + way

                moved = self.point.changed(unknown, on, symbols)
                at = Valuation(self.sizes, {**symbols, **moved}, self.functions)
                total += weight * float(at(self.f)[0, 0]) / STEP
            slopes.append(abs(total))
        return slopes[0] / max(slopes[1], 1e-4) if np.isfinite(slopes).all() else float("nan")


def _check_equation(number: int, line: Line, unknown: Expr, at: Solved) -> Iterator[Found]:
    """An equation holds at the solution; there, by differences, the function is stationary."""
    assert line.left is not None
    if line.kind == "equation" and line.left.op != "derivative":
        (error,) = errors_of(at.np, at(line.left)[None], at(line.right)[None])
        yield number, line.kind, float(error)
    else:
        yield number, "stationary", at.slope_error(unknown)
