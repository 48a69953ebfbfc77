"""Checking a derivation: every step, every line and every result, at random data.

`d` is never computed by a rule here: `dX` is a random direction within X's structure, and `d` of
anything else a central difference of fourth order along these directions. So no rule checks itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from derivtex.derivation import Derivation, Line, Step
from derivtex.evaluate import Valuation
from derivtex.expr import Expr
from derivtex.members import Members
from derivtex.ops import transpose
from derivtex.rules.identify import READ_OFF
from derivtex.sample import (
    PLANS,
    Plan,
    conditioned,
    direction,
    draw,
    extent,
    integers_of,
    members_of,
    nodes_of,
    sizes_of,
    unknown_functions,
)

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]

TOLERANCE = 1e-6
# A steep function wants a shorter step than a smooth one; each is tried until two sides agree.
_STEPS = (1e-3, 1e-4, 2e-5)
_STENCIL = ((-2, 1 / 12), (-1, -8 / 12), (1, 8 / 12), (2, -1 / 12))
_WORST_CONDITION = 1e4
_LARGEST = 1e5


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


def verify(derivation: Derivation, seed: int = 0) -> Verification:
    """Check `derivation` at two random points; raises nothing for a derivation that is wrong."""
    checks: list[Check] = []
    for point in range(2):
        found = _verify_at(derivation, seed + 1000 * point)
        if found is None:
            return Verification((), "no random data was found in the domain of the problem")
        checks += found
    worst: dict[tuple[int, int, str], Check] = {}
    for check in checks:
        key = (check.line, check.step, check.what)
        if key not in worst or not check.error <= worst[key].error:
            worst[key] = check
    return Verification(tuple(worst.values()))


def _verify_at(derivation: Derivation, seed: int) -> list[Check] | None:
    """The checks at the first random point that lies in the domain."""
    import numpy as np

    roots = [root for line in derivation.lines for root in _roots(line)]
    nodes = nodes_of(roots)
    for plan in PLANS:
        rng = np.random.default_rng(seed)
        point = Point(nodes, rng, np, plan)
        with np.errstate(all="ignore"):
            try:
                if not point.is_regular(nodes):
                    continue
                checks = list(_checks(derivation, point))
            except np.linalg.LinAlgError:
                continue
        if all(np.isfinite(check.error) for check in checks):
            return checks
    return None


def _roots(line: Line) -> Iterator[Expr]:
    if line.left is not None:
        yield line.left
    yield line.right
    for step in line.steps:
        yield step.before
        yield step.after


class Point(Valuation):
    """A random point, with directions; `along` limits which variables move."""

    def __init__(self, nodes: Iterable[Expr], rng: Any, np: Any, plan: Plan) -> None:
        nodes = list(nodes)
        sizes = sizes_of(nodes, plan)
        integers = integers_of(nodes, sizes, rng, np)
        members, directions = members_of(nodes, sizes, rng, plan, np)
        symbols = {
            node: draw(rng, np, extent(node.shape, sizes), plan, node.data.structure)
            for node in nodes
            if node.op == "symbol" and node not in integers
        }
        super().__init__(
            sizes, {**symbols, **integers, **members}, unknown_functions(nodes, rng, np)
        )
        self.rng = rng
        self.directions: dict[Expr, Any] = directions
        for node in nodes:
            if node.op in {"symbol", "named"} and node not in integers:
                structure = node.data.structure if node.op == "symbol" else frozenset()
                self.directions[node] = direction(rng, np, extent(node.shape, sizes), structure)

    def is_regular(self, nodes: Iterable[Expr]) -> bool:
        """Whether what is inverted is far from singular, and nothing is so large that the rest
        is lost in its rounding."""
        np = self.np
        for A, _ in conditioned(nodes):
            if not _has_differential(A) and not np.linalg.cond(self(A)) < _WORST_CONDITION:
                return False
        for node in nodes:
            if node.op == "named":
                self(node)
        arrays = (value for node, value in self.memo.items() if node.op != "family")
        return all(float(np.max(np.abs(value))) < _LARGEST for value in arrays)

    def along(self, variables: Iterable[Expr], step: float = _STEPS[0]) -> Moving:
        """This point, moving along the directions of `variables`."""
        return Moving(self, {v: self.direction(v) for v in variables}, step)

    def direction(self, variable: Expr) -> Any:
        """The direction of a variable; of a member, that of its family at its index."""
        if variable.op != "member":
            return self.directions[variable]
        family, *indices = variable.args
        return self.directions[family].at(tuple(round(float(self(i)[0, 0])) for i in indices))


def _has_differential(e: Expr) -> bool:
    return any(node.op in {"differential", "derivative"} for node in nodes_of([e]))


class Moving(Valuation):
    """A point from which some variables move; the value of `d e` is a difference quotient."""

    def __init__(self, point: Point, directions: Mapping[Expr, Any], step: float) -> None:
        super().__init__(point.sizes, point.symbols, point.functions)
        self.step = step
        self.shifted: list[tuple[float, Valuation]] = [
            (weight, shifted(point, directions, place * step)) for place, weight in _STENCIL
        ]

    def bound(self, index: Expr, value: int, constant: Mapping[Expr, Array]) -> Moving:
        inner = super().bound(index, value, constant)
        assert isinstance(inner, Moving)
        inner.shifted = [(weight, at.bound(index, value, {})) for weight, at in self.shifted]
        return inner

    def differential(self, e: Expr, parts: tuple[Array, ...]) -> Array:
        return self.slope(e.args[0])

    def slope(self, e: Expr) -> Array:
        """The derivative of `e` along the directions."""
        total: Array = sum(weight * at(e) for weight, at in self.shifted) / self.step  # type: ignore[assignment]
        return total


def shifted(point: Point, directions: Mapping[Expr, Any], length: float) -> Valuation:
    """The point moved by `length` along the directions; a defined name may be moved by itself."""
    symbols: dict[Expr, Any] = {**point.symbols}
    overrides: dict[Expr, Array] = {}
    for node, step in directions.items():
        if node.op == "symbol":
            symbols[node] = symbols[node] + length * step
        elif node.op == "family":
            symbols[node] = _members(point, node).moved(step, length)
        elif node.op == "member":
            family, *indices = node.args
            place = tuple(round(float(point(i)[0, 0])) for i in indices)
            symbols[family] = _members(point, family).moved_at(place, length * step)
        else:
            overrides[node] = point(node) + length * step
    return Valuation(point.sizes, symbols, point.functions, overrides)


def _members(point: Point, family: Expr) -> Members:
    members = point.symbols[family]
    assert isinstance(members, Members)
    return members


def _error(np: Any, a: Array, b: Array) -> float:
    if a.shape != b.shape:
        return float("inf")
    scale = max(float(np.max(np.abs(a))), float(np.max(np.abs(b))), 1e-4)
    return float(np.max(np.abs(a - b))) / scale


Sides = Callable[[Moving], tuple["Array", "Array"]]


class Comparison:
    """Compares two sides, at the first step of the difference quotient that is short enough."""

    def __init__(self, point: Point) -> None:
        self.point = point
        self._movings: dict[tuple[tuple[Expr, ...], float], Moving] = {}

    def moving(self, variables: tuple[Expr, ...], step: float) -> Moving:
        key = (variables, step)
        if key not in self._movings:
            self._movings[key] = self.point.along(variables, step)
        return self._movings[key]

    def error(self, variables: tuple[Expr, ...], sides: Sides) -> float:
        """The relative error; not a number where the quotient itself does not settle."""
        np = self.point.np
        best = float("inf")
        unsettled = float("inf")
        before: tuple[Array, Array] | None = None
        for step in _STEPS:
            both = sides(self.moving(variables, step))
            error = _error(np, *both)
            if error <= TOLERANCE or not np.isfinite(error):
                return error
            best = min(best, error)
            if before is not None:
                change = max(_error(np, a, b) for a, b in zip(before, both, strict=True))
                unsettled = min(unsettled, change)
            before = both
        return best if unsettled <= best / 10 else float("nan")


def _checks(derivation: Derivation, point: Point) -> Iterator[Check]:
    np = point.np
    solved = _solved_points(derivation, point)
    comparison = Comparison(point)
    left: Expr | None = None
    unknown: Expr | None = None
    for number, line in enumerate(derivation.lines, 1):
        left = left if line.left is None else line.left
        if line.kind in {"equation", "solution"}:
            if left is not None and left.op == "derivative":
                unknown = left.args[1]
            if unknown in solved:
                yield from _check_equation(np, number, line, solved[unknown])
            continue
        for index, step in enumerate(line.steps, 1):
            if step.rule not in READ_OFF:

                def both(at: Moving, step: Step = step) -> tuple[Array, Array]:
                    return at(step.before), at(step.after)

                yield Check(number, index, step.rule, comparison.error(line.varying, both))
        assert left is not None
        gradient, other = (line.right, left) if line.right.op in MARKS else (left, line.right)
        if gradient.op == "transpose" and gradient.args[0].op in MARKS:
            gradient, other = gradient.args[0], transpose(other)  # numerator layout
        if gradient.op in MARKS:
            yield Check(number, 0, gradient.op, _slope_error(comparison, gradient, other))
        else:

            def whole(
                at: Moving, left: Expr = left, right: Expr = line.right
            ) -> tuple[Array, Array]:
                return at(left), at(right)

            yield Check(number, 0, "line", comparison.error(line.varying, whole))


#: What is no value but a mark: ∂f/∂X, ∂F/∂X.
MARKS = frozenset({"derivative", "jacobian"})


def _slope_error(comparison: Comparison, mark: Expr, claimed: Expr) -> float:
    """The gradient, or the Jacobian, claimed against the difference quotient along a direction."""
    point = comparison.point
    np = point.np
    f, X = mark.args
    step = point.direction(X)
    value = point(claimed)
    if mark.op == "derivative":
        paired = np.sum(value * step).reshape(1, 1)
    elif X.shape.is_scalar:
        paired = value * step
    else:
        paired = value @ step.reshape(-1, 1, order="F")

    def both(at: Moving) -> tuple[Array, Array]:
        slope = at.slope(f)
        return (slope if slope.shape == paired.shape else _vec(slope)), paired

    return comparison.error((X,), both)


def _vec(array: Array) -> Array:
    return array.reshape(-1, 1, order="F")


def _solved_points(derivation: Derivation, point: Point) -> dict[Expr | None, Solved]:
    """For each unknown that was solved for, the point with it at its solution."""
    points: dict[Expr | None, Solved] = {}
    zero: Expr | None = None
    for line in derivation.lines:
        if line.kind == "equation" and line.left is not None and line.left.op == "derivative":
            zero = line.left
        if line.kind == "solution" and zero is not None and line.left is not None:
            points[zero.args[1]] = Solved(point, zero, line)
    return points


class Solved(Valuation):
    """A point with one unknown at the value that a line found for it."""

    def __init__(self, point: Point, zero: Expr, line: Line) -> None:
        self.point = point
        self.zero = zero
        f, unknown = zero.args
        assert line.left is not None
        value = point(line.right)
        symbols = {**point.symbols, unknown: value, line.left: value}
        super().__init__(point.sizes, symbols, point.functions)
        self.f = f
        self.unknown = unknown

    def slope_error(self) -> float:
        """The slope of f at the solution, relative to that at the random point."""
        np = self.np
        step = self.point.directions[self.unknown]
        slopes = []
        for symbols in (self.symbols, self.point.symbols):
            total = 0.0
            for place, weight in _STENCIL:
                moved = {**symbols, self.unknown: symbols[self.unknown] + place * _STEPS[0] * step}
                at = Valuation(self.sizes, moved, self.functions)
                total += weight * float(at(self.f)[0, 0]) / _STEPS[0]
            slopes.append(abs(total))
        return slopes[0] / max(slopes[1], 1e-4) if np.isfinite(slopes).all() else float("nan")


def _check_equation(np: Any, number: int, line: Line, at: Solved) -> Iterator[Check]:
    """An equation holds at the solution; there, by differences, the function is stationary."""
    assert line.left is not None
    if line.kind == "equation" and line.left.op != "derivative":
        yield Check(number, 0, line.kind, _error(np, at(line.left), at(line.right)))
    else:
        yield Check(number, 0, "stationary", at.slope_error())
