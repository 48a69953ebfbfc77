"""What the rows are compared with: derivatives by finite differences, values of expressions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from derivtex.expr import Expr, replace, walk
from derivtex.ops import symbol
from derivtex.parse import parse
from derivtex.results import of_known_size
from tests.conformance.row import Row
from tests.conformance.sample import Array, Unknown, directions, numeric_gradient, symmetriser

#: Where the four values of the difference quotient are taken, and what they weigh.
STENCIL = ((-2, 1 / 12), (-1, -8 / 12), (1, 8 / 12), (2, -1 / 12))
Truth = Callable[..., Any]


def derivative(row: Row, data: Mapping[str, Any]) -> Array:
    """The value of the derivative that the row gives, or else its finite differences."""
    if row.value is None:
        return numeric(row, data)
    known = {**data, **_marked(directions(row.shapes))} if row.kind == "differential" else data
    return np.asarray(row.value(**known), dtype=np.float64)


def numeric(row: Row, data: Mapping[str, Any]) -> Array:
    """Central differences of fourth order of the row's `truth`."""
    if row.kind == "differential":
        return _slope(row.truth, data, directions(row.shapes))
    kind = row.shapes[row.wrt].partition(" ")[2]
    if row.kind == "gradient":
        return numeric_gradient(row.truth, data, row.wrt, kind)
    if row.kind == "jacobian":
        return _jacobian(row.truth, data, row.wrt)
    return _jacobian(
        lambda **moved: numeric_gradient(row.truth, moved, row.wrt, kind, h=1e-2),
        data,
        row.wrt,
        h=1e-2,
    )


def _slope(truth: Truth, data: Mapping[str, Any], steps: Mapping[str, Any], h: float = 1e-3) -> Any:
    """The derivative along the directions of several variables at once."""
    total: Any = 0.0
    for place, weight in STENCIL:
        moved = {name: data[name] + place * h * step for name, step in steps.items()}
        total = total + weight * np.asarray(truth(**{**data, **moved}), dtype=np.float64)
    return total / h


def _jacobian(truth: Truth, data: Mapping[str, Any], wrt: str, h: float = 1e-3) -> Array:
    """One column for each entry of the variable, columns stacked; by a scalar the derivative."""
    point = np.asarray(data[wrt], dtype=np.float64)
    if point.ndim == 0:
        return np.asarray(_slope(truth, data, {wrt: 1.0}, h))
    columns = []
    for index in range(point.size):
        unit = np.zeros(point.size)
        unit[index] = 1.0
        slope = _slope(truth, data, {wrt: unit.reshape(point.shape, order="F")}, h)
        columns.append(slope.reshape(-1, order="F"))
    return np.stack(columns, axis=1)


def _marked(steps: Mapping[str, Any]) -> dict[str, Any]:
    return {f"d{name}": step for name, step in steps.items()}


def evaluated(row: Row, e: Expr, data: Mapping[str, Any]) -> Array:
    """The value of `e`; in a differential, that of each `dX` is a random direction."""
    given = dict(data)
    for name, value in data.items():
        if isinstance(value, Unknown):
            given |= {name + "'" * k: value.derivative(k) for k in range(4)}
    if row.kind == "differential":
        steps = directions(row.shapes)
        marks = [node for node in walk(e) if node.op == "differential"]
        names = {node: f"Z_{i}" for i, node in enumerate(marks)}
        e = replace(e, {node: symbol(name, node.shape) for node, name in names.items()})
        given |= {name: steps[_plain(node)] for node, name in names.items()}
    value = np.asarray(e.evaluate(given), dtype=np.float64)
    symmetric = row.kind == "jacobian" and row.shapes[row.wrt].endswith((" sym", " spd"))
    return value @ symmetriser(len(data[row.wrt])) if symmetric else value


def _plain(dX: Expr) -> str:
    return str(dX.args[0].data.name).lstrip("\\")


def sized(row: Row, e: Expr) -> Expr:
    """`e` with the variable as a witness of sizes that no symbol in it tells."""
    variables = parse(row.text).tasks[0].variables
    return of_known_size(e, variables[0]) if variables else e
