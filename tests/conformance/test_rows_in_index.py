"""Every row of the tables that index notation can derive: its value, and each step.

Those that it refuses are named here, with what is missing; each of them has to be refused.
"""

from __future__ import annotations

import numpy as np
import pytest

import derivtex
from derivtex.errors import LimitError, UnsupportedError
from tests.conformance import learning_data
from tests.conformance.numeric import derivative, evaluated
from tests.conformance.row import Row
from tests.conformance.sample import sample
from tests.conformance.sources import ROWS
from tests.conformance.test_rows import result

#: Why a row is refused, by its id.
REFUSED = {
    "det-power-symbolic": "exponents 2 to 24",
    "bilinear-power-symbolic": "exponents 2 to 24",
    "norm-power-symbolic": "exponents 2 to 24",
    "trace-power-symbolic": "exponents 2 to 24",
    "trace-A-power-symbolic": "exponents 2 to 24",
    "MN-trace-power": "exponents 2 to 24",
    "MN-F-power": "exponents 2 to 24",
    "trace-of-sine": "matrix sine",
    "F-trace-of-exp": "matrix exponential",
    "M-exp": "matrix exponential",
    "s-trace-exp": "matrix exponential",
    "MN-d-exp": "matrix exponential",
    "G-r-exponential": "matrix exponential",
    "eigenvalue": "eigenvalue",
    "G-r-eigenvalue": "eigenvalue",
    "eigenvector": "eigenvector",
    "G-r-cholesky": "Cholesky factor",
    "M-kron": "Kronecker product",
    "MN-F-kron-left": "Kronecker product",
    **{row.id: "sums over a family" for row in learning_data.ROWS if r"\sum_" in row.given},
}
DERIVED = [row for row in ROWS if row.kind != "differential" and not row.missing]


@pytest.mark.parametrize("row", DERIVED, ids=[row.id for row in DERIVED])
def test_row(row: Row) -> None:
    if row.id in REFUSED:
        with pytest.raises((UnsupportedError, LimitError), match=REFUSED[row.id]):
            derivtex.derive(row.text, notation="index", **row.options)
        return
    derivation = derivtex.derive(row.text, notation="index", **row.options)
    found = result(derivation, row)
    for seed in (0, 1):
        data = sample(row.shapes, seed)
        wanted = derivative(row, data)
        scale = max(1.0, float(np.abs(wanted).max()))
        np.testing.assert_allclose(evaluated(row, found, data), wanted, rtol=0, atol=1e-6 * scale)
    verification = derivation.verify()
    assert verification.ok, f"{derivation.text()}\n{verification}"


def test_each_row_that_is_refused_is_a_row() -> None:
    assert REFUSED.keys() <= {row.id for row in DERIVED}
