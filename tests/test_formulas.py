"""Functions of a number given by a formula: read, derived, checked, printed and kept."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import derivtex
from derivtex.derivation import Derivation
from derivtex.errors import DerivtexError
from tests.operations.case import NOTATIONS

#: Statements that define functions and f, the variable, and the formulas of the derivatives.
PROBLEMS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        r"s : \R \to \R, s(t) = 1/(1 + e^{-t}); f = \|s(Xw) - y\|^2",
        "w",
        ("s'(t) = s(t)(1 − s(t))",),
    ),
    (
        r"s(t) = \frac{1}{1 + e^{-t}}; f = \mathbf 1^Ts(Xw)",
        "w",
        ("s'(t) = s(t)(1 − s(t))",),
    ),
    (
        r"\beta \in \R; s(t) = 1/(1 + e^{-\beta t}); f = \mathbf 1^Ts(Xw)",
        "w",
        ("s'(t) = βs(t)(1 − s(t))",),
    ),
    (
        r"s : \R \to \R, s(t) = \frac{1 - e^{-2t}}{1 + e^{-2t}}; f = A:s(X)",
        "X",
        ("s'(t) = 1 − s(t)²",),
    ),
    (r"p(t) = 2e^{3t}; f = A:p(X)", "X", ("p'(t) = 3p(t)",)),
    (r"h(t) = \sqrt{1 + t^2}; f = \mathbf 1^Th(Xw - y)", "w", ("h'(t) = t/√(1 + t²)",)),
    (r"q(t) = t^3 - 2t; f = q(a^Tx)", "x", ("q'(t) = 3t² − 2",)),
    (r"x > 0; q(\tau) = \log \tau; f = \mathbf 1^Tq(x)", "x", ("q'(τ) = 1/τ",)),
    (
        r"g(t) = t^2; h(t) = g(t)^2 + g(t); f = h(a^Tx)",
        "x",
        ("g'(t) = 2t", "h'(t) = g'(t)(2g(t) + 1)"),
    ),
    (r"g : \R \to \R; k(t) = g(t^2); f = \mathbf 1^Tk(Xw)", "w", ("k'(t) = 2tg'(t²)",)),
    (r"\beta \in \R; s(t) = e^{-\beta t}; f = \mathbf 1^Ts(x)", "\\beta", ()),
    (r"s(t) = 2t + t^2; f = a^Ts(Xt)", "t", ("s'(t) = 2 + 2t",)),
    (r"a(t) = |t| t; f = \mathbf 1^Ta(Xw)", "w", ("a'(t) = |t| + t sign(t)",)),
)

every_problem = pytest.mark.parametrize(("given", "wrt", "slopes"), PROBLEMS)


def derived(given: str, wrt: str, notation: str = "frobenius") -> Derivation:
    return derivtex.derive(f"{given}; \\nabla_{wrt} f", notation=notation)


@every_problem
@pytest.mark.parametrize("notation", NOTATIONS)
def test_every_step_and_every_formula_holds(
    given: str, wrt: str, slopes: tuple[str, ...], notation: str
) -> None:
    verification = derived(given, wrt, notation).verify()
    assert verification.ok, str(verification)


@every_problem
def test_formula_of_the_derivative_is_short(given: str, wrt: str, slopes: tuple[str, ...]) -> None:
    found = [
        f"{line.left.text()} = {line.right.text()}"
        for line in derived(given, wrt).lines
        if line.left is not None and line.left.op == "map" and line.left.data[1]
    ]
    assert tuple(found) == slopes


@every_problem
def test_kept_as_json_and_as_a_pickle(given: str, wrt: str, slopes: tuple[str, ...]) -> None:
    derivation = derived(given, wrt)
    for again in (
        Derivation.from_json(derivation.to_json()),
        pickle.loads(pickle.dumps(derivation)),
    ):
        assert again.latex() == derivation.latex()
        assert again.verify().ok


def test_a_wrong_formula_of_the_derivative_fails_the_check(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from derivtex import formulas
    from derivtex.ops import number

    right = formulas.formula_of

    def wrong(function: object, order: int) -> object:
        formula = right(function, order)
        return formula + number(1) if order else formula

    monkeypatch.setattr(formulas, "formula_of", wrong)
    verification = derived(r"q(t) = t^3; f = q(a^Tx)", "x").verify()
    assert not verification.ok


def test_evaluate_needs_no_callable() -> None:
    gradient = derived(r"s(t) = 1/(1 + e^{-t}); f = \mathbf 1^Ts(Xw)", "w").gradient
    rng = np.random.default_rng(0)
    X, w = rng.normal(size=(4, 3)), rng.normal(size=3)
    s = 1 / (1 + np.exp(-X @ w))
    np.testing.assert_allclose(gradient.evaluate({"X": X, "w": w}), X.T @ (s * (1 - s)))


def test_what_cancels_with_the_slope_of_a_formula_does() -> None:
    """The logistic loss by a sigmoid of one's own."""
    given = (
        r"s(t) = 1/(1 + e^{-t}); p = s(Xw); f = -y^T\log p - (\mathbf 1 - y)^T\log(\mathbf 1 - p)"
    )
    derivation = derived(given, "w")
    assert derivation.gradient.text() == "Xᵀ(p − y)"
    assert derivation.verify().ok


def test_hessian_by_the_second_derivative() -> None:
    derivation = derivtex.derive(r"s(t) = 1/(1 + e^{-t}); f = \mathbf 1^Ts(Xw); \nabla_w^2 f")
    assert derivation.hessian.text() == "Xᵀ Diag(s''(Xw))X"
    assert derivation.verify().ok


def test_a_definition_that_is_not_applied_is_one() -> None:
    derivation = derivtex.derive(r"f : \R \to \R, f(t) = t^3; \frac{\partial f}{\partial t}")
    assert derivation.gradient.text() == "3t²"
    assert derivation.problem.functions == ()


MISTAKES = (
    (r"f(x) = x^TAx; L = f(Wz)^2; \nabla_z L", "other arguments than (x)", r"f : \R \to \R"),
    (r"F(X) = X^2; L = A:F(BC); \nabla_B L", "other arguments than (X)", "write the expression"),
    (r"s : \R \to \R, s(t) = ta; L = A:s(X); \nabla_X L", "has to be a number", ""),
    (r"s : \R \to \R, s(t) = t\operatorname{tr}(B); L = A:s(X); \nabla_X L", "no function", "name"),
    (r"t \in \R^n; s(t) = 2t; L = A:s(X); \nabla_X L", "other arguments than (t)", ""),
    (r"s(t) = s(2t); L = a^Ts(Xw); \nabla_w L", "defined by itself", ""),
)


@pytest.mark.parametrize(("text", "message", "hint"), MISTAKES)
def test_mistakes(text: str, message: str, hint: str) -> None:
    with pytest.raises(DerivtexError) as caught:
        derivtex.derive(text)
    assert message in caught.value.message
    assert hint in (caught.value.hint or "")
    assert caught.value.line == 1
