"""Every row of the tables, in each notation: value, checked steps, and the form of the result."""

from __future__ import annotations

import numpy as np
import pytest

import derivtex
from derivtex.derivation import Derivation
from derivtex.errors import DerivtexError
from derivtex.expr import Expr
from derivtex.printers.detail import rows
from tests.conformance.numeric import derivative, evaluated
from tests.conformance.row import Row
from tests.conformance.sample import sample
from tests.conformance.sources import ROWS
from tests.forms import canonical, written_size

#: Index notation has a test of its own.
NOTATIONS = ("frobenius", "trace", "inner", "vec")
#: A Jacobian is found through vec, whatever the notation.
#: A differential alone stays in the signs of its notation, so by vec it has another form.
_IN = {"gradient": NOTATIONS, "differential": NOTATIONS[:3]}
CASES = [(row, notation) for row in ROWS for notation in _IN.get(row.kind, NOTATIONS[:1])]
#: Gradients that are right by vec, in a form that is not that of the source.
_BY_VEC = {
    "G-r-exponential": "the series of the exponential under a trace is not closed",
}


def result(derivation: Derivation, row: Row) -> Expr:
    """The one answer."""
    if row.kind == "gradient":
        (gradient,) = derivation.gradients.values()
        return gradient
    found: Expr = getattr(derivation, row.kind)
    return found


def _marks(row: Row, notation: str) -> tuple[pytest.MarkDecorator, ...]:
    if notation == "vec" and row.id in _BY_VEC:
        return (pytest.mark.xfail(reason=_BY_VEC[row.id], raises=AssertionError),)
    if not row.missing or (row.missing_in and notation not in row.missing_in):
        return ()
    return (pytest.mark.xfail(reason=row.missing, raises=(DerivtexError, AssertionError)),)


@pytest.mark.parametrize(
    ("row", "notation"),
    [
        pytest.param(row, notation, marks=_marks(row, notation), id=f"{row.id}-{notation}")
        for row, notation in CASES
    ],
)
def test_row(row: Row, notation: str) -> None:
    derivation = derivtex.derive(row.text, notation=notation, **row.options)
    found = result(derivation, row)
    for seed in (0, 1):
        data = sample(row.shapes, seed)
        wanted = derivative(row, data)
        scale = max(1.0, float(np.abs(wanted).max()))
        np.testing.assert_allclose(evaluated(row, found, data), wanted, rtol=0, atol=1e-6 * scale)
    verification = derivation.verify()
    assert verification.ok, f"{derivation.text()}\n{verification}"
    assert rows(derivation, "full")[-1].right is derivation.lines[-1].right
    assert_form(row.read(row.expected), found)


def assert_form(expected: Expr, found: Expr) -> None:
    """The source's form, or the same multiplied out and not longer (by more than a sign)."""
    if expected.latex() == found.latex():
        return
    assert canonical(expected) is canonical(found), f"{found.latex()} is not {expected.latex()}"
    assert written_size(found) <= written_size(expected) + 1, (
        f"{found.latex()} is longer than {expected.latex()}"
    )


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.numerator and not row.missing], ids=lambda row: row.id
)
def test_numerator_layout(row: Row) -> None:
    derivation = derivtex.derive(row.text, layout="numerator", **row.options)
    found = result(derivation, row)
    assert_form(row.read(row.numerator), found)
    assert derivation.verify().ok
    for seed in (0, 1):
        data = sample(row.shapes, seed)
        wanted = np.atleast_2d(derivative(row, data))
        wanted = wanted if found.shape.is_row else wanted.T
        np.testing.assert_allclose(evaluated(row, found, data), wanted, rtol=1e-6, atol=1e-6)
