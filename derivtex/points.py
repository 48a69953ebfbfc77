"""Random points for a derivation to be checked at, and what moves from them along directions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import product
from operator import add
from typing import TYPE_CHECKING, Any

from derivtex.component_values import by_entry, defined, is_by_entry, variable
from derivtex.expr import Expr, outside_names, walk
from derivtex.members import Members
from derivtex.sample import (
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
from derivtex.surface import bits
from derivtex.together import Together
from derivtex.valuation import Valuation

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]

#: The difference quotient of fourth order: where the function is taken, and its weight.
STENCIL = ((-2, 1 / 12), (-1, -8 / 12), (1, 8 / 12), (2, -1 / 12))
#: How long a step of it is, where nothing else is said.
STEP = 1e-3
_WORST_CONDITION = 1e4
_LARGEST = 1e5

#: What has a value only where something moves.
MOVING = bits({"direct", "derivative", "differential"})


class Point(Valuation):
    """A random point, with directions; `along` limits which variables move.

    Of the `nodes`, those matter that are drawn at random; `sizes` may be given for all of them.
    """

    def __init__(
        self,
        nodes: Iterable[Expr],
        rng: Any,
        np: Any,
        plan: Plan,
        sizes: dict[str, int] | None = None,
    ) -> None:
        nodes = list(nodes)
        sizes = sizes_of(nodes, plan) if sizes is None else sizes
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
                self.directions[node] = direction(
                    rng, np, extent(node.shape, sizes), structure, symbols.get(node)
                )

    def along(self, variables: Iterable[Expr], step: float = STEP) -> Moving:
        """This point, moving along the directions of `variables`."""
        return Moving(self, {v: self.direction(v) for v in variables}, step)

    def direction(self, variable: Expr) -> Any:
        """The direction of a variable; of a member, that of its family at its index."""
        if variable.op != "member":
            return self.directions[variable]
        return self.directions[variable.args[0]].at(self._place(variable))

    def changed(
        self,
        variable: Expr,
        change: Callable[[Any], Any],
        symbols: Mapping[Expr, Any] | None = None,
    ) -> dict[Expr, Any]:
        """A variable, or the family of one member that changes, with its value changed."""
        symbols = symbols or self.symbols
        if variable.op != "member":
            return {variable: change(symbols[variable])}
        family, place = variable.args[0], self._place(variable)
        members: Any = symbols[family]
        now = members.at(place)
        return {family: members.moved_at(place, change(now) - now)}

    def _place(self, member: Expr) -> tuple[int, ...]:
        return tuple(round(float(self(i)[0, 0])) for i in member.args[1:])


class Moving(Valuation):
    """A point from which some variables move; the value of `d e` is a difference quotient."""

    def __init__(self, point: Point, directions: Mapping[Expr, Any], step: float) -> None:
        super().__init__(point.sizes, point.symbols, point.functions, axes=point.axes)
        self.point = point
        self.step = step
        self.shifted: list[tuple[float, Valuation]] = [
            (weight, shifted(point, directions, place * step)) for place, weight in STENCIL
        ]

    def bound(self, index: Expr, value: float, constant: Mapping[Expr, Array]) -> Moving:
        inner = super().bound(index, value, constant)
        assert isinstance(inner, Moving)
        inner.shifted = [
            (weight, at.bound(index, value, at.overrides)) for weight, at in self.shifted
        ]
        return inner

    def differential(self, e: Expr, parts: tuple[Array, ...]) -> Array:
        if is_by_entry(e):
            return by_entry(self._slopes(e), self, e.args[1])
        return self.slope(e.args[0])

    def _slopes(self, e: Expr) -> Iterator[tuple[tuple[int, ...], Array]]:
        """The derivative by each entry of the variable; `direct` holds all other names fixed."""
        point = self.point
        f, x = e.args
        X, subscripts = variable(x)
        if e.op == "direct":
            f = defined(f, X)
        names = {node for node in walk(f, into=outside_names) if node.op == "named"}
        fixed = {name: point(name) for name in names if e.op == "direct" and name is not X}
        shape = point.shape(X.shape)
        lengths = [size for size in shape if size > 1] if subscripts else []
        for position in product(*map(range, lengths)):
            unit = self.np.zeros(shape)
            unit.reshape(lengths)[position] = 1.0
            moved = [
                weight * shifted(point, {X: unit}, place * self.step, fixed)(f)
                for place, weight in STENCIL
            ]
            yield position, self.np.add.reduce(moved) / self.step

    def slope(self, e: Expr) -> Array:
        """The derivative of `e` along the directions."""
        return reduce(add, (weight * at(e) for weight, at in self.shifted)) / self.step


def shifted(
    point: Point,
    directions: Mapping[Expr, Any],
    length: float,
    fixed: Mapping[Expr, Array] | None = None,
) -> Valuation:
    """The point moved by `length` along the directions; a defined name may be moved by itself."""
    symbols: dict[Expr, Any] = {**point.symbols}
    overrides: dict[Expr, Array] = dict(fixed or {})
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
    return Valuation(point.sizes, symbols, point.functions, overrides, point.axes)


def _members(point: Point, family: Expr) -> Members:
    members = point.symbols[family]
    assert isinstance(members, Members)
    return members


class Points(Together):
    """Several random points at once."""

    valuations: tuple[Point, ...]

    def __init__(self, points: Sequence[Point]) -> None:
        super().__init__(points[0], lambda: points)

    def along(self, variables: Iterable[Expr], step: float) -> MovingPoints:
        """These points, each moving along its directions of `variables`."""
        return MovingPoints(self, tuple(variables), step)

    def direction(self, variable: Expr) -> Array:
        """The directions of a variable, one for each point."""
        return self._stacked([point.direction(variable) for point in self.valuations])

    def are_regular(self, nodes: Sequence[Expr]) -> bool:
        """Whether what is inverted is far from singular, and nothing is so large that the rest
        is lost in its rounding."""
        np = self.np
        for A, _ in conditioned(nodes):
            if not _has_differential(A) and not (np.linalg.cond(self(A)) < _WORST_CONDITION).all():
                return False
        for node in nodes:
            if node.op == "named":
                self(node)
        arrays = [value.ravel() for node, value in self.memo.items() if node.op != "family"]
        return not arrays or bool(np.abs(np.concatenate(arrays)).max() < _LARGEST)


def _has_differential(e: Expr) -> bool:
    return any(node.op in {"differential", "derivative"} for node in nodes_of([e]))


class MovingPoints(Together):
    """Several points at once from which some variables move."""

    valuations: tuple[Moving, ...]

    def __init__(self, points: Points, variables: tuple[Expr, ...], step: float) -> None:
        super().__init__(
            points.one, lambda: [point.along(variables, step) for point in points.valuations]
        )
        # What has a value where nothing moves has the same here.
        self.memo.update(points.memo)
        self._points = points
        self._around = _Around(self, points, variables, step)
        self._weights = self.np.array([weight / step for _, weight in STENCIL]).reshape(1, -1, 1, 1)

    def symbol(self, e: Expr) -> Array:
        return self._points(e)

    def slope(self, e: Expr) -> Array:
        """The derivatives of `e` along the directions."""
        values = self._around(e)
        rows, columns = values.shape[1:]
        if len(values) == 1:
            return self._array(self.np.zeros((1, rows, columns)))
        values = values.reshape(-1, len(STENCIL), rows, columns)
        return self._array(self.np.add.reduce(values * self._weights, axis=1))


class _Around(Together):
    """Where the difference quotient of each point takes the function, one point after the other."""

    def __init__(
        self, moving: MovingPoints, points: Points, variables: tuple[Expr, ...], step: float
    ) -> None:
        super().__init__(points.one, lambda: [at for m in moving.valuations for _, at in m.shifted])
        self._points = points
        lengths = self.np.array([place * step for place, _ in STENCIL]).reshape(1, -1, 1, 1)
        for X in variables:
            if X.op in {"symbol", "named"}:
                moved = points(X)[:, None] + lengths * points.direction(X)[:, None]
                self.memo[X] = moved.reshape(-1, *moved.shape[2:])

    def symbol(self, e: Expr) -> Array:
        return self._array(self._points(e).repeat(len(STENCIL), axis=0))
