"""Every row of the tables, in both notations: value, checked steps, and the form of the result."""

from __future__ import annotations

import numpy as np
import pytest

import derivtex
from derivtex.derivation import Derivation
from derivtex.expr import Expr
from derivtex.parse import parse_expression
from tests.forms import canonical, written_size
from tests.tables import cookbook, learning
from tests.tables.row import Row
from tests.tables.sample import sample

ROWS = (*cookbook.ROWS, *learning.ROWS)
NOTATIONS = ("frobenius", "trace", "inner")

every_row = pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
in_each_notation = pytest.mark.parametrize("notation", NOTATIONS)


def result(derivation: Derivation) -> Expr:
    """The one gradient."""
    (gradient,) = derivation.gradients.values()
    return gradient


@in_each_notation
@every_row
def test_value(row: Row, notation: str) -> None:
    gradient = result(derivtex.derive(row.text, notation=notation))
    for seed in (0, 1):
        data = sample(row.shapes, seed)
        np.testing.assert_allclose(gradient.evaluate(data), row.value(**data), rtol=1e-8, atol=1e-9)


@in_each_notation
@every_row
def test_steps(row: Row, notation: str) -> None:
    verification = derivtex.derive(row.text, notation=notation).verify()
    assert verification.ok, str(verification)


@in_each_notation
@every_row
def test_form(row: Row, notation: str) -> None:
    """The textbook's form, or the same multiplied out and not longer (by more than a sign)."""
    derivation = derivtex.derive(row.text, notation=notation)
    gradient = result(derivation)
    names = {
        (e.data.name if e.op == "symbol" else e.data): e
        for e in derivation.problem.symbols.values()
    }
    expected = parse_expression(row.gradient, names)
    if expected.latex() == gradient.latex():
        return
    assert canonical(expected) is canonical(gradient), (
        f"{gradient.latex()} is not {expected.latex()}"
    )
    assert written_size(gradient) <= written_size(expected) + 1, (
        f"{gradient.latex()} is longer than {expected.latex()}"
    )
