"""Two sides of a step or a line compared at random points, all pairs of a derivation at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from derivtex.expr import Expr
from derivtex.points import STEP, MovingPoints, Points

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]

#: The largest relative error of what is equal.
TOLERANCE = 1e-6
# A steep function wants a shorter step than a smooth one; each is tried until two sides agree.
_STEPS = (STEP, STEP / 10, STEP / 50)


def errors_of(np: Any, a: Array, b: Array) -> Array:
    """The largest difference of each two matrices, relative to their largest entries."""
    a, b = _laid_out(np, a, b)
    if a.shape[1:] != b.shape[1:]:
        different: Array = np.full(max(len(a), len(b)), np.inf)
        return different
    scale = np.maximum(_largest(np, a), _largest(np, b))
    errors: Array = _largest(np, a - b) / np.maximum(scale, 1e-4)
    return errors


def errors_at_once(np: Any, pairs: Sequence[tuple[Array, Array]]) -> list[float]:
    """For each pair of stacks the largest of its errors: `errors_of`, called once for all."""
    points = max([len(side) for pair in pairs for side in pair], default=1)
    starts, width, alike = [], 0, []
    for place, (a, b) in enumerate(pairs):
        if a.ndim == b.ndim == 3 and a.shape[1:] == b.shape[1:]:
            alike.append(place)
            starts.append(width)
            width += a.shape[1] * a.shape[2]
    worst: dict[int, float] = {}
    if alike:
        left, right = (
            np.concatenate([_rows(np, pairs[place][side], points) for place in alike], axis=1)
            for side in (0, 1)
        )
        difference, *sizes = (
            np.maximum.reduceat(np.abs(side), starts, axis=1)
            for side in (left - right, left, right)
        )
        errors = difference / np.maximum(np.maximum(*sizes), 1e-4)
        worst = dict(zip(alike, np.maximum.reduce(errors, axis=0).tolist(), strict=True))
    return [
        worst[place] if place in worst else float(np.maximum.reduce(errors_of(np, *pair)))
        for place, pair in enumerate(pairs)
    ]


def _rows(np: Any, stack: Array, points: int) -> Array:
    """The entries of each matrix in a row; what is the same for all points, for each of them."""
    rows: Array = stack.reshape(len(stack), -1)
    return rows if len(rows) == points else np.broadcast_to(rows, (points, rows.shape[1]))


def _laid_out(np: Any, a: Array, b: Array) -> tuple[Array, Array]:
    """Two stacks of one shape, where components have axes that broadcast."""
    dimensions = max(a.ndim, b.ndim)
    if dimensions == 3:
        return a, b
    a, b = (x.reshape(len(x), *[1] * (dimensions - x.ndim), *x.shape[1:]) for x in (a, b))
    laid_out: tuple[Array, Array] = np.broadcast_arrays(a, b)
    return laid_out


def _largest(np: Any, array: Array) -> Array:
    largest: Array = np.maximum.reduce(np.abs(array), axis=tuple(range(1, array.ndim)))
    return largest


Sides = Callable[[MovingPoints], tuple["Array", "Array"]]


class Pending(NamedTuple):
    """Two sides to be compared, as the variables move; and what the comparison is of."""

    line: int
    step: int
    what: str
    variables: tuple[Expr, ...]
    sides: Sides


class Comparison:
    """Compares two sides, at the first step of the difference quotient that is short enough."""

    def __init__(self, points: Points) -> None:
        self.points = points
        self._moving: dict[tuple[tuple[Expr, ...], float], MovingPoints] = {}

    def moving(self, variables: tuple[Expr, ...], step: float) -> MovingPoints:
        key = (variables, step)
        if key not in self._moving:
            self._moving[key] = self.points.along(variables, step)
        return self._moving[key]

    def errors(self, pending: Sequence[Pending]) -> list[float]:
        """The worst relative error of each; not a number where the quotient does not settle."""
        both = [p.sides(self.moving(p.variables, _STEPS[0])) for p in pending]
        errors = errors_at_once(self.points.np, both)
        return [
            self._shortened(p, before) if error > TOLERANCE else error
            for p, before, error in zip(pending, both, errors, strict=True)
        ]

    def _shortened(self, pending: Pending, before: tuple[Array, Array]) -> float:
        """The error where the step was too long at some point, or the sides are not equal."""
        np = self.points.np
        _, _, _, variables, sides = pending
        best = errors_of(np, *before)
        unsettled = np.full(len(best), np.inf)
        for step in _STEPS[1:]:
            both = sides(self.moving(variables, step))
            changes = [errors_of(np, a, b) for a, b in zip(before, both, strict=True)]
            open_ = (best > TOLERANCE) & np.isfinite(best)
            unsettled = np.where(open_, np.minimum(unsettled, np.maximum(*changes)), unsettled)
            best = np.where(open_, np.minimum(best, errors_of(np, *both)), best)
            before = both
        settled = (best <= TOLERANCE) | (unsettled <= best / 10)
        return float(np.where(settled, best, np.nan).max())
