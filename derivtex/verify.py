"""Checking a derivation: every step, every line and every result, at random data.

`d` is never computed by a rule here: `dX` is a random direction within X's structure, and `d` of
anything else a central difference of fourth order along these directions. So no rule checks itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite
from typing import TYPE_CHECKING, Any

from derivtex.at_solution import equations
from derivtex.coherence import MARKS, breaks
from derivtex.comparison import TOLERANCE, Comparison, Pending, Sides
from derivtex.component_values import is_by_entry
from derivtex.derivation import Derivation, Line, Step
from derivtex.expr import Expr
from derivtex.fulfilment import are_fulfilled
from derivtex.ops import transpose, unvec, zeros
from derivtex.points import MOVING, MovingPoints, Point, Points
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
                return Verification((), _nowhere(derivation))
            checks += found
    checks += [Check(*found, float("inf")) for found in breaks(derivation)]
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
        rng = np.random.Generator(np.random.PCG64(_sequence(tuple(seeds))))
        points = Points([Point(drawn, rng, np, plan, sizes) for _ in seeds])
        checks = []
        with np.errstate(all="ignore"):
            try:
                if not (points.are_regular(nodes) and _are_finite(derivation, points)):
                    continue
                if not are_fulfilled(derivation.conditions, points):
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


def _nowhere(derivation: Derivation) -> str:
    """That there is no data to check with, and what it would have to fulfil."""
    conditions = [
        words.format(*[e.text() for e in args]) for words, args, _ in derivation.conditions
    ]
    where = f" where {' and '.join(conditions)}" if conditions else " in the domain of the problem"
    return f"no random data was found{where}"


def _are_finite(derivation: Derivation, points: Points) -> bool:
    """Whether the gradients have values: that is soon seen, while differences take their time."""
    gradients = [line.right for line in derivation.lines if line.kind == "gradient"]
    values = [points(G) for G in gradients if not G.surface & MOVING]
    return all(points.np.isfinite(value).all() for value in values)


@lru_cache(maxsize=16)
def _sequence(seeds: tuple[int, ...]) -> np.random.SeedSequence:
    """What a generator is seeded from. To mix the seeds takes longer than most draws do."""
    import numpy as np

    return np.random.SeedSequence(seeds)


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
    for number, what, error in equations(derivation, points):
        yield Check(number, 0, what, error)


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
    if mark.op in {"derivative", "derivative_by_entries"}:
        if mark.op == "derivative_by_entries":
            # A step in an entry is one in its mirror image too: those below the diagonal say it.
            step = points.np.tril(step)
        paired: Array = (value * step).sum(axis=(1, 2), keepdims=True)
        return paired
    return value * step if X.shape.is_scalar else value @ _vec(step)


def _vec(stack: Array) -> Array:
    """The columns of each matrix below each other."""
    return stack.transpose(0, 2, 1).reshape(len(stack), -1, 1)
