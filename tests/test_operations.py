"""Operations beyond the textbook's first chapters: each with NumPy's value and the closed form."""

from __future__ import annotations

import numpy as np
import pytest

import derivtex
from derivtex.errors import UnsupportedError
from derivtex.parse import parse_expression
from tests.conformance.sample import numeric_gradient, sample
from tests.forms import canonical
from tests.operations import (
    blocks,
    cross,
    generalised,
    kronecker,
    maxima,
    rows_of_matrices,
    spectral,
    structured,
)
from tests.operations.case import NOTATIONS, Case

CASES = (
    *kronecker.CASES,
    *generalised.CASES,
    *spectral.CASES,
    *structured.CASES,
    *rows_of_matrices.CASES,
    *maxima.CASES,
    *cross.CASES,
    *blocks.CASES,
)

every_case = pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])


@every_case
@pytest.mark.parametrize("seed", [0, 1])
def test_value_is_the_difference_quotient(case: Case, seed: int) -> None:
    gradient = derivtex.derive(case.text).gradients[case.wrt]
    data = sample(case.shapes, seed)
    kind = case.shapes[case.wrt].partition(" ")[2]
    slope = numeric_gradient(case.truth, data, case.wrt, kind)
    np.testing.assert_allclose(gradient.evaluate(data), slope, rtol=1e-6, atol=1e-7)


@every_case
@pytest.mark.parametrize("notation", [*NOTATIONS, "vec"])
def test_every_step_holds(case: Case, notation: str) -> None:
    verification = derivtex.derive(case.text, notation=notation).verify()
    assert verification.ok, str(verification)


#: What has no components: index notation names it.
NOT_IN_COMPONENTS = {
    "no derivative by an entry is known for the Kronecker product": {
        *("kron-second", "kron-first", "kron-both", "kron-logdet", "kron-vectors"),
        "trace-of-a-kronecker-product",
    },
    "no derivative by an entry is known for the Khatri-Rao product": {"khatri-rao"},
    "no derivative by an entry is known for the vec": {"kron-vec", "vec-quadratic-form"},
    "no derivative by an entry is known for the unvec": {"unvec"},
    "no derivative by an entry is known for the eigenvalue": {
        *("largest-eigenvalue", "smallest-eigenvalue", "second-eigenvalue", "eigenvalue-number-k"),
        *("eigenvalue-of-a-gram-matrix", "pencil", "condition-number"),
    },
    "no derivative by an entry is known for the eigenvector": {"eigenvector"},
    "no derivative by an entry is known for the lower triangular part": {"lower-triangular-part"},
    "no derivative by an entry is known for the cross product": {
        *("triple-product", "area-of-a-parallelogram", "torque-of-a-rotated-arm", "twice"),
        "scalars-in-front",
    },
    "no derivative by an entry is known for the matrix of the cross product": {
        *("its-matrix", "its-matrix-and-a-vector"),
    },
    "sums over a family are not written in components": {
        *("sum-of-the-largest-eigenvalues", "squared-hinge-loss"),
    },
    "what is left over in components is no product of matrices": {
        *("larger-than-a-number", "clipped"),
    },
}
MISSING = {name: message for message, names in NOT_IN_COMPONENTS.items() for name in names}


@every_case
def test_in_components(case: Case) -> None:
    if case.id in MISSING:
        with pytest.raises(UnsupportedError, match=f": {MISSING[case.id]}\n"):
            derivtex.derive(case.text, notation="index")
        return
    verification = derivtex.derive(case.text, notation="index").verify()
    assert verification.ok, str(verification)


@pytest.mark.parametrize("case", [case for case in CASES if case.form], ids=lambda case: case.id)
def test_form(case: Case) -> None:
    assert case.form is not None
    derivation = derivtex.derive(case.text)
    names = {
        (e.data.name if e.op == "symbol" else e.data): e
        for line in derivation.lines
        for e in derivtex.expr.walk(line.right)
        if e.op == "symbol" or (e.op == "named" and isinstance(e.data, str))
    }
    gradient = derivation.gradients[case.wrt]
    expected = parse_expression(case.form, names, shape=gradient.shape)
    assert canonical(gradient) is canonical(expected), gradient.latex()


@every_case
def test_conditions_are_said(case: Case) -> None:
    said = [str(reason.words) for reason in derivtex.derive(case.text).conditions]
    assert said == list(case.conditions)


@every_case
def test_kept_as_json(case: Case) -> None:
    derivation = derivtex.derive(case.text)
    again = derivtex.Derivation.from_json(derivation.to_json())
    assert again.lines == derivation.lines
