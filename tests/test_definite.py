"""What is known to be positive, definite or invertible is it at random data; what is not known is
not claimed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from derivtex.definite import is_definite, is_invertible, is_positive
from derivtex.errors import DerivtexError
from derivtex.expr import Expr, walk
from derivtex.ops.indices import free_indices
from derivtex.parse import parse
from derivtex.points import MOVING, Point
from derivtex.sample import PLANS
from tests.expressions import expressions

GIVEN = (
    r"P, Q \in \mathbb{S}_{++}^n; R \in \mathbb{S}_{++}^m; S \in \mathbb{S}^n; "
    r"A \in \R^{n \times n} \text{ invertible}; U \in \R^{n \times n} \text{ orthogonal}; "
    r"B \in \R^{n \times n}; C \in \R^{m \times n}; x, y \in \R^n; "
    r"s, t \in \R; s, t > 0; r \in \R; "
)
DEFINITE = (
    "P", "P^{-1}", "P + Q", "2P", "tP", "P + BB^T", "P + B^TB", "R + CPC^T", "P + C^TRC",
    "P + C^TC", r"P + xx^T", r"tI + C^TC", r"tI + s xx^T", "APA^T", "U^TPU", "P^{1/2}", "P^2",
    "P^{-1} + C^TR^{-1}C", r"P \odot Q", r"\operatorname{Diag}(\exp(x))", "e^{S}", "AA^T",
    "P + B^TS^2B", "I + S^2", r"I + \operatorname{Diag}(x \odot x)", "(P + xx^T)^{-1}",
    r"P \otimes Q", r"I_m \otimes P + R \otimes I_n", "PQP", r"P + t\mathbf 1\mathbf 1^T",
    r"P + \sum_{i=1}^N z_iz_i^T",
)  # fmt: skip
INVERTIBLE = (
    "A", "AB^0", "-P", "-2tA", "A^TPU", "A^{-1}", "A^T", "e^{B}", r"A \otimes P", "PQ",
    r"\operatorname{chol}(P)",
)  # fmt: skip
NEITHER = (
    "S", "B", "P + S", "P - Q", "P - BB^T", "rP", "P + rBB^T", "B^TPB", "C^TRC", "C^TC",
    "S^2", "xx^T", "P + Q - S", "P + B", "BPB", "tI + B",
    r"A \odot U", "A + U", r"\operatorname{Diag}(x)", "CPC^T", "P + xy^T",
)  # fmt: skip
POSITIVE = (
    r"\exp(x)", "t", "1 + x^Tx", "t + x^TPx", "1 + x^T(P + Q)x", r"\operatorname{tr}(P)",
    r"1 + \operatorname{tr}(B^TPB)", r"\det P", r"\det(P + xx^T)", "1 + B:PB", "1 + x:Px",
    r"\sqrt{t}", r"I:P", "P:Q", r"t^{-1}", r"\sqrt{1 + \|x\|^2}",
    r"\mathbf 1 + x \odot x",
)  # fmt: skip
NOT_POSITIVE = (
    "r", "x", "x^Tx", "x^TPx", "x^TSx", "1 + x^TSx", "1 + x^Ty", "-t", "t - s", "1 + B:SB",
    r"\operatorname{tr}(S)", r"\det A", "1 + x^TBx", r"\sqrt{x^Tx}", "r^2",
)  # fmt: skip


def read(text: str) -> Expr:
    return parse(GIVEN.replace("; ", "\n") + f"F = {text}\ndF").definitions[-1].expr.args[0]


def at_points(e: Expr) -> list[np.ndarray]:
    nodes = list(walk(e))
    return [Point(nodes, np.random.default_rng(seed), np, PLANS[0])(e) for seed in range(6)]


def assert_definite(value: np.ndarray) -> None:
    np.testing.assert_allclose(value, np.swapaxes(value, -1, -2), atol=1e-8 * np.abs(value).max())
    assert np.linalg.eigvalsh(value).min() > 0


def assert_invertible(value: np.ndarray) -> None:
    assert np.linalg.svd(value, compute_uv=False).min() > 0


@pytest.mark.parametrize("text", DEFINITE)
def test_definite(text: str) -> None:
    e = read(text)
    assert is_definite(e)
    assert is_invertible(e)
    for value in at_points(e):
        assert_definite(value)


@pytest.mark.parametrize("text", INVERTIBLE)
def test_invertible(text: str) -> None:
    e = read(text)
    assert is_invertible(e)
    assert not is_definite(e)
    for value in at_points(e):
        assert_invertible(value)


@pytest.mark.parametrize("text", NEITHER)
def test_nothing_is_known(text: str) -> None:
    e = read(text)
    assert not is_definite(e)
    assert not is_invertible(e)


@pytest.mark.parametrize("text", POSITIVE)
def test_positive(text: str) -> None:
    e = read(text)
    assert is_positive(e)
    for value in at_points(e):
        assert value.min() > 0


@pytest.mark.parametrize("text", NOT_POSITIVE)
def test_not_known_to_be_positive(text: str) -> None:
    assert not is_positive(read(text))


@pytest.mark.fuzz
@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(expressions())
def test_what_is_claimed_holds(drawn: tuple[Expr, Expr]) -> None:
    nodes = [node for node in walk(drawn[0]) if not node.surface & MOVING]
    claimed = [e for e in nodes if not free_indices(e) and (is_positive(e) or is_invertible(e))]
    try:
        with np.errstate(all="ignore"):  # what is too large is passed over
            point = Point(nodes, np.random.default_rng(1), np, PLANS[0])
            values = [(e, point(e)) for e in claimed if e.op not in {"infinity", "index"}]
    except (DerivtexError, np.linalg.LinAlgError):
        return
    for e, value in values:
        if not np.isfinite(value).all() or np.abs(value).max() > 1e6:
            continue
        if is_positive(e):
            assert value.min() >= 0, e.text()
        if is_definite(e):
            assert np.linalg.eigvalsh(value).min() >= -1e-9 * np.abs(value).max(), e.text()
        if is_invertible(e) and np.linalg.cond(value) < 1e12:
            assert_invertible(value)
