"""The tables are truth only if they are right: check them, without the engine."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

from tests.conformance.numeric import derivative, evaluated, numeric, sized
from tests.conformance.row import Row
from tests.conformance.sample import sample
from tests.conformance.sources import ROWS

every_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)


def test_ids_are_unique() -> None:
    ids = [row.id for row in ROWS]
    assert sorted(set(ids)) == sorted(ids)


@every_row
def test_row_is_complete(row: Row) -> None:
    assert row.wrt in row.shapes or row.kind == "differential"
    assert row.expected.count("(") == row.expected.count(")")
    assert row.expected.count("{") == row.expected.count("}")
    assert row.expected
    kinds = {spec.partition(" ")[2] for spec in row.shapes.values()}
    assert bool(kinds & {"sym", "spd", "both"}) == (r"\mathbb{S}" in row.given)
    for kind, word in {"diag": "diagonal", "skew": "skew", "orth": "orthogonal"}.items():
        assert (kind in kinds) == (rf"\text{{ {word}}}" in row.given)
    for function in (row.truth, row.value):
        if function is not None:
            names = set(inspect.signature(function).parameters)
            assert names - {f"d{name}" for name in row.shapes} in ({"v"}, set(row.shapes))
    assert row.value is not None or not row.missing, "only its value shows that it is right"


@pytest.mark.parametrize("seed", [1, 2])
@every_row
def test_derivative_is_the_derivative(row: Row, seed: int) -> None:
    """The value that the row gives, and the value of its closed form."""
    data = sample(row.shapes, seed)
    expected = numeric(row, data)
    actual = derivative(row, data)
    assert actual.shape == expected.shape
    scale = max(1.0, float(np.abs(expected).max()))
    assert float(np.abs(actual - expected).max()) <= 1e-6 * scale
    if not row.missing:
        value = evaluated(row, sized(row, row.read(row.expected)), data)
        assert float(np.abs(value - expected).max()) <= 1e-6 * scale
