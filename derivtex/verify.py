"""Checking a derivation: every step, every line and every result, at random data.

`d` is never computed by a rule here: `dX` is a random direction within X's structure, and `d` of
anything else a central difference of fourth order along these directions. So no rule checks itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from derivtex.comparison import TOLERANCE, Comparison, Pending, Sides, errors_of
from derivtex.component_values import is_by_entry
from derivtex.derivation import Derivation, Line, Step
from derivtex.evaluate import Valuation
from derivtex.expr import Expr
from derivtex.ops import transpose, unvec, zeros
from derivtex.points import STENCIL, STEP, MovingPoints, Point, Points
from derivtex.rules.identify import READ_OFF
from derivtex.sample import PLANS, nodes_of, sizes_of, without_formula
from derivtex.surface import bits

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison: which line (from 1) and step (from 1, 0 for the line), and the error."""

    line: int
    step: int
    what: str
    error: float


@dataclass(frozen=True, slots=True)
class Verification:
    """What was compared. `worst` is the largest relative error, `ok` that none is above 1e-6."""

    checks: tuple[Check, ...]
    note: str = ""

    @property
    def worst(self) -> float:
        return max((check.error for check in self.checks), default=float("inf"))

    @property
    def ok(self) -> bool:
        return bool(self.checks) and all(check.error <= TOLERANCE for check in self.checks)

    @property
    def failures(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if not check.error <= TOLERANCE)

    def __str__(self) -> str:
        verdict = "ok" if self.ok else "FAILED"
        lines = [f"{len(self.checks)} checks, worst relative error {self.worst:.1e}: {verdict}"]
        lines += [
            f"  line {c.line}{f', step {c.step}' if c.step else ''} ({c.what}): {c.error:.1e}"
            for c in self.failures
        ]
        return "\n".join(lines + ([self.note] if self.note else []))


#: Two random points, by what is added to the seed for each.
_SEEDS = (0, 1000)


def verify(derivation: Derivation, seed: int = 0) -> Verification:
    """Check `derivation` at two random points; raises nothing for a derivation that is wrong."""
    nodes = nodes_of([root for line in derivation.lines for root in _roots(line)])
    seeds = [seed + more for more in _SEEDS]
    checks = _verify_at(derivation, nodes, seeds)
    if checks is None:
        # No manner of drawing suits both points; each may have one of its own.
        checks = []
        for alone in seeds:
            found = _verify_at(derivation, nodes, [alone])
            if found is None:
                return Verification((), "no random data was found in the domain of the problem")
            checks += found
    worst: dict[tuple[int, int, str], Check] = {}
    for check in checks:
        key = (check.line, check.step, check.what)
        if key not in worst or not check.error <= worst[key].error:
            worst[key] = check
    return Verification(tuple(sorted(worst.values(), key=lambda check: check.line)))


def _verify_at(
    derivation: Derivation, nodes: list[Expr], seeds: Sequence[int]
) -> list[Check] | None:
    """The checks, each at its worst of the first random points that lie in the domain."""
    import numpy as np

    drawn = without_formula(nodes)
    for plan in PLANS:
        sizes = sizes_of(nodes, plan)
        rng = np.random.default_rng(seeds)
        points = Points([Point(drawn, rng, np, plan, sizes) for _ in seeds])
        checks = []
        with np.errstate(all="ignore"):
            try:
                if not points.are_regular(nodes):
                    continue
                for check in _checks(derivation, points):
                    if not isfinite(check.error):
                        break
                    checks.append(check)
                else:
                    return checks
            except np.linalg.LinAlgError:
                continue
    return None


def _roots(line: Line) -> Iterator[Expr]:
    if line.left is not None:
        yield line.left
    yield line.right
    for step in line.steps:
        yield step.before
        yield step.after


def _checks(derivation: Derivation, points: Points) -> Iterator[Check]:
    pending = [*_comparisons(derivation, points)]
    errors = Comparison(points).errors(pending)
    for (line, step, what, *_), error in zip(pending, errors, strict=True):
        yield Check(line, step, what, error)
    yield from _equations(derivation, points)


def _equations(derivation: Derivation, points: Points) -> Iterator[Check]:
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


def _comparisons(derivation: Derivation, points: Points) -> Iterator[Pending]:
    """Every step and every line but equations that are solved: two sides that are to be equal."""
    left: Expr | None = None
    for number, line in enumerate(derivation.lines, 1):
        left = left if line.left is None else line.left
        if line.kind in {"equation", "solution"}:
            continue
        for index, step in enumerate(line.steps, 1):
            if step.rule not in READ_OFF:

                def both(at: MovingPoints, step: Step = step) -> tuple[Array, Array]:
                    return at(step.before), at(step.after)

                yield Pending(number, index, step.rule, line.varying, both)
        assert left is not None
        gradient, other = (line.right, left) if line.right.op in MARKS else (left, line.right)
        if gradient.op == "transpose" and gradient.args[0].op in MARKS:
            gradient, other = gradient.args[0], transpose(other)  # numerator layout
        if gradient.op == "vec" and gradient.args[0].op in MARKS:
            gradient, other = gradient.args[0], unvec(other, zeros(gradient.args[0].shape))
        if gradient.op in MARKS and not is_by_entry(gradient):
            sides = _slope_sides(points, gradient, other)
            yield Pending(number, 0, gradient.op, gradient.args[1:2], sides)
        else:

            def whole(
                at: MovingPoints, left: Expr = left, right: Expr = line.right
            ) -> tuple[Array, Array]:
                return at(left), at(right)

            yield Pending(number, 0, "line", line.varying, whole)


_DIRECT = bits({"direct"})
#: What is no value but a mark: ∂f/∂X, ∂F/∂X.
MARKS = frozenset({"derivative", "derivative_by_entries", "jacobian"})


def _slope_sides(points: Points, mark: Expr, claimed: Expr) -> Sides:
    """The gradient, or the Jacobian, claimed against the difference quotient along a direction."""
    f, X = mark.args
    step = points.direction(X)
    # What has derivatives in it has a value only where something moves.
    exact = None if claimed.surface & _DIRECT else _paired(points, mark, points(claimed), step)

    def both(at: MovingPoints) -> tuple[Array, Array]:
        paired = _paired(points, mark, at(claimed), step) if exact is None else exact
        slope = at.slope(f)
        return (slope if slope.shape[1:] == paired.shape[1:] else _vec(slope)), paired

    return both


def _paired(points: Points, mark: Expr, value: Array, step: Array) -> Array:
    """The slope along the step, by the gradient or the Jacobian claimed."""
    X = mark.args[1]
    if value.ndim > 3:  # a sum over components, a scalar
        value = value.reshape(len(value), 1, 1)
    if mark.op == "derivative_by_entries":
        # A step in an entry is one in its mirror image too: those below the diagonal say it all.
        return points.np.tril(value * step).sum(axis=(1, 2), keepdims=True)  # type: ignore[no-any-return]
    if mark.op == "derivative":
        paired: Array = (value * step).sum(axis=(1, 2), keepdims=True)
        return paired
    return value * step if X.shape.is_scalar else value @ _vec(step)


def _vec(stack: Array) -> Array:
    """The columns of each matrix below each other."""
    return stack.transpose(0, 2, 1).reshape(len(stack), -1, 1)


def _solved_points(derivation: Derivation, point: Point) -> dict[Expr | None, Solved]:
    """For each unknown that was solved for, the point with it, and what else is then put in, at
    the solution."""
    found: dict[Expr, dict[Expr, Expr]] = {}
    zeros_of: dict[Expr, Expr] = {}
    unknown_of: dict[Expr, Expr] = {}
    unknown: Expr | None = None
    for line in derivation.lines:
        if line.kind == "equation" and line.left is not None and line.left.op == "derivative":
            unknown = line.left.args[1]
            zeros_of[unknown] = line.left
        if line.kind == "solution" and unknown is not None and line.left is not None:
            of = unknown_of.setdefault(line.left, unknown)
            found.setdefault(unknown, {})[of] = line.right
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


def _check_equation(number: int, line: Line, unknown: Expr, at: Solved) -> Iterator[Check]:
    """An equation holds at the solution; there, by differences, the function is stationary."""
    assert line.left is not None
    if line.kind == "equation" and line.left.op != "derivative":
        (error,) = errors_of(at.np, at(line.left)[None], at(line.right)[None])
        yield Check(number, 0, line.kind, float(error))
    else:
        yield Check(number, 0, "stationary", at.slope_error(unknown))
