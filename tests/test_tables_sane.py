"""The tables are truth only if they are right: check them, without the engine."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

from tests.tables import cookbook, learning
from tests.tables.row import Row
from tests.tables.sample import numeric_gradient, sample

ROWS = cookbook.ROWS + learning.ROWS


def test_ids_are_unique() -> None:
    ids = [row.id for row in ROWS]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_row_is_complete(row: Row) -> None:
    assert row.wrt in row.shapes
    assert row.result in ("f", "L")
    assert row.gradient.count("(") == row.gradient.count(")")
    assert row.gradient.count("{") == row.gradient.count("}")
    kinds = {spec.partition(" ")[2] for spec in row.shapes.values()}
    assert bool(kinds & {"sym", "spd"}) == (r"\mathbb{S}" in row.given)
    assert ("diag" in kinds) == (r"\text{ diagonal}" in row.given)
    for function in (row.truth, row.value):
        names = inspect.signature(function).parameters
        assert set(names) in ({"v"}, set(row.shapes))


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_gradient_is_the_derivative(row: Row, seed: int) -> None:
    data = sample(row.shapes, seed)
    kind = row.shapes[row.wrt].partition(" ")[2]
    expected = numeric_gradient(row.truth, data, row.wrt, kind)
    actual = np.asarray(row.value(**data), dtype=np.float64)
    assert actual.shape == expected.shape
    scale = max(1.0, float(np.abs(expected).max()))
    assert float(np.abs(actual - expected).max()) <= 1e-6 * scale
