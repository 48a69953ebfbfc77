"""That checking can fail: a derivation made wrong in any one place is found out, at that place."""

from __future__ import annotations

from dataclasses import replace
from time import process_time

import numpy as np
import pytest

import derivtex
from derivtex.comparison import errors_at_once, errors_of
from derivtex.derivation import Derivation, Line
from derivtex.expr import Expr
from derivtex.notation import NOTATIONS
from derivtex.ops import number
from derivtex.rules.identify import READ_OFF

PROBLEMS = (
    r"Y = X^TW; L = \|Y\|_F^2; \nabla_W L",
    r"l = \|Xw - y\|^2; \nabla_w l = 0",
    r"f = a^T\exp(Xb); \nabla_X f",
    r"M \in \mathbb{S}^m; Y = \sigma(WX); f = \operatorname{tr}(Y^TMY); \nabla_X f",
    r"D = WX; \phi : \R^{m \times n} \to \R; \frac{\partial \phi(D)}{\partial W}",
    r"S \in \mathbb{S}^n; f = \operatorname{tr}(AS); \nabla_S f",
    r"F = AXB; \frac{\partial F}{\partial X}",
    r"f = \log(1 + x^TAx); \nabla_x^2 f",
)
CASES = [(text, notation) for text in PROBLEMS for notation in NOTATIONS]

every_problem = pytest.mark.parametrize(("text", "notation"), CASES)


def derived(text: str, notation: str) -> Derivation:
    return derivtex.derive(text.replace("; ", "\n"), notation=notation)


def wrong(e: Expr) -> Expr:
    """Something of the same shape that is not equal, unless it is zero."""
    return number(2) @ e


def with_line(derivation: Derivation, index: int, line: Line) -> Derivation:
    lines = derivation.lines
    return replace(derivation, lines=(*lines[:index], line, *lines[index + 1 :]))


@every_problem
def test_a_wrong_line_is_found(text: str, notation: str) -> None:
    derivation = derived(text, notation)
    assert derivation.verify().ok
    for index, line in enumerate(derivation.lines):
        if line.right.op in {"zeros", "derivative", "partial", "named"}:
            continue  # a zero doubled is a zero; a name doubled is another line's business
        broken = with_line(derivation, index, line._replace(right=wrong(line.right)))
        verification = broken.verify()
        assert not verification.ok, line.right.latex()
        assert index + 1 in {check.line for check in verification.failures}


@every_problem
def test_a_wrong_step_is_found(text: str, notation: str) -> None:
    derivation = derived(text, notation)
    tried = 0
    for index, line in enumerate(derivation.lines):
        for place, step in enumerate(line.steps):
            bad = step._replace(after=wrong(step.after))
            steps = (*line.steps[:place], bad, *line.steps[place + 1 :])
            verification = with_line(derivation, index, line._replace(steps=steps)).verify()
            assert not verification.ok, (step.rule, step.after.latex())
            failures = {(c.line, c.step, c.what) for c in verification.failures}
            # The two sides of a step that reads off are not equal: it breaks the chain alone.
            what = "chain" if step.rule in READ_OFF else step.rule
            assert (index + 1, place + 1, what) in failures
            tried += 1
    assert tried


@pytest.mark.parametrize(
    "text",
    [
        r"f = \log(-x^Tx - 1); \nabla_x f",
        # The singular values of a skew-symmetric matrix come in pairs.
        r"X \in \R^{n \times n} \text{ skew}; f = \|X\|_2 + Q:X; \nabla_X f",
        r"f = \|xy^T\|_* + a^Tx; x, y \in \R^3; \nabla_x f",
        r"x \in \R^5; f = \operatorname{eig}(xx^T, 3); \nabla_x f",
        r"x \in \R^5; f = a^T\operatorname{eigvec}(xx^T, 3); \nabla_x f",
    ],
)
def test_no_data_is_no_proof(text: str) -> None:
    """What could not be checked is not said to be right."""
    verification = derivtex.derive(text).verify()
    assert not verification.ok
    assert "no random data" in verification.note


def test_that_there_is_no_data_is_soon_said() -> None:
    """Where i = j the distance has no derivative; the gradients tell, no differences are taken."""
    text = r"""
        x_i \in \R^n
        d_{ij} \in \R
        L = \sum_{i=1}^N \sum_{j=1}^N (d_{ij} - \|x_i - x_j\|)^2
        \nabla_{x_k} L"""
    derivation = derivtex.derive(text)
    started = process_time()
    verification = derivation.verify()
    assert process_time() - started < 4
    assert not verification.ok
    assert "where k lies between 1 and N and xᵢ − xⱼ is not zero" in verification.note


def test_a_comparison_of_all_at_once_is_that_of_each() -> None:
    """Stacks of every shape; one that is the same at all points; two that do not match."""
    rng = np.random.default_rng(0)
    shapes = [(2, 3, 4), (2, 1, 1), (1, 2, 2), (2, 5, 1)]
    pairs = [(rng.normal(size=shape), rng.normal(size=shape)) for shape in shapes]
    pairs += [(rng.normal(size=(2, 2, 3)), rng.normal(size=(1, 2, 3)))]
    pairs += [(rng.normal(size=(2, 2, 3)), rng.normal(size=(2, 3, 2)))]
    pairs += [(np.array([[[np.nan]], [[1.0]]]), np.ones((2, 1, 1)))]
    each = [float(np.max(errors_of(np, a, b))) for a, b in pairs]
    np.testing.assert_allclose(errors_at_once(np, pairs), each, rtol=1e-14)
    assert each[5] == float("inf")
    assert np.isnan(each[6])


#: What a derivation hands out, besides its lines.
RESULTS = ("gradients", "solutions", "differentials", "jacobians", "hessians")


@every_problem
def test_a_wrong_result_is_found(text: str, notation: str) -> None:
    derivation = derived(text, notation)
    tried = 0
    for kind in RESULTS:
        results = getattr(derivation, kind)
        if not results:
            continue
        tried += 1
        wrong_results: object = (
            tuple(wrong(e) for e in results)
            if isinstance(results, tuple)
            else {name: wrong(e) for name, e in results.items()}
        )
        verification = replace(derivation, **{kind: wrong_results}).verify()
        assert not verification.ok, kind
    assert tried


def test_a_gradient_of_another_variable_is_found() -> None:
    derivation = derived(r"f = x^TAy; \nabla_x f, \nabla_y f", "frobenius")
    x, y = derivation.gradients["x"], derivation.gradients["y"]
    assert derivation.verify().ok
    assert not replace(derivation, gradients={"x": y, "y": x}).verify().ok
