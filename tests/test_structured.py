"""Gradients tangent to the orthogonal matrices, and by the entries of a symmetric matrix."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import derivtex
from derivtex.errors import DerivtexError
from derivtex.ops import symbol
from derivtex.parse import parse_expression
from derivtex.shapes import Shape, dim
from tests.conformance.sample import numeric_gradient, sample
from tests.operations.case import NOTATIONS

#: Statements between semicolons that define f of an orthogonal Q, its value, and the gradient.
ORTHOGONAL = (
    (r"f = \operatorname{tr}(AQ)", lambda A, B, Q: np.trace(A @ Q), "½(Aᵀ − QAQ)"),
    (r"f = \|AQ - B\|_F^2", lambda A, B, Q: np.sum((A @ Q - B) ** 2), "QBᵀAQ − AᵀB"),
    (
        r"f = \operatorname{tr}(Q^TAQB)",
        lambda A, B, Q: np.trace(Q.T @ A @ Q @ B),
        None,
    ),
)
DECLARED = r"A, B \in \R^{n \times n}; Q \in \R^{n \times n} \text{ orthogonal}; "


@pytest.mark.parametrize(("given", "truth", "form"), ORTHOGONAL)
@pytest.mark.parametrize("notation", NOTATIONS)
def test_orthogonal(given: str, truth: Any, form: str | None, notation: str) -> None:
    """Along every tangent QΩ the slope is G : QΩ, and G is tangent itself."""
    derivation = derivtex.derive(f"{DECLARED}{given}; \\nabla_Q f", notation=notation)
    data = sample({"A": "nn", "B": "nn", "Q": "nn"}, 3)
    Q = np.linalg.qr(data["Q"])[0]
    data["Q"] = Q
    G = derivation.gradient.evaluate(data)
    free = numeric_gradient(truth, data, "Q")
    np.testing.assert_allclose(Q.T @ G, -(Q.T @ G).T, atol=1e-9)
    for seed in range(3):
        S = np.random.default_rng(seed).standard_normal(Q.shape)
        tangent = Q @ (S - S.T)
        np.testing.assert_allclose(np.sum(G * tangent), np.sum(free * tangent), rtol=1e-6)
    verification = derivation.verify()
    assert verification.ok, str(verification)
    if form is not None and notation == "frobenius":
        assert derivation.gradient.text() == form


#: Statements that define f of a symmetric X, its value, and the derivatives in the entries of X.
SYMMETRIC = (
    (
        r"X \in \mathbb{S}^n; f = \operatorname{tr}(AX)",
        lambda X, A, **_: np.trace(A @ X),
        "Aᵀ + A − A ⊙ I",
    ),
    (
        r"X \in \mathbb{S}_{++}^n; f = \log\det X",
        lambda X, **_: np.linalg.slogdet(X)[1],
        "2X⁻¹ − X⁻¹ ⊙ I",
    ),
    (r"X \in \mathbb{S}^n; f = a^TXb", lambda X, a, b, **_: a @ X @ b, None),
    (r"X \in \mathbb{S}^n; Y = XA; f = \|Y\|_F^2", lambda X, A, **_: np.sum((X @ A) ** 2), None),
)


@pytest.mark.parametrize(("given", "truth", "form"), SYMMETRIC)
@pytest.mark.parametrize("notation", NOTATIONS)
def test_by_entries(given: str, truth: Any, form: str | None, notation: str) -> None:
    """Each entry is the slope along the unit matrix of the entry and its mirror image."""
    derivation = derivtex.derive(f"{given}; \\nabla_X f", notation=notation, symmetric="entries")
    data = sample({"X": "nn spd", "A": "nn", "a": "n", "b": "n"}, 1)
    claimed = derivation.gradient.evaluate(data)
    n = len(data["X"])
    for i, j in np.ndindex(n, n):
        unit = np.zeros((n, n))
        unit[i, j] = unit[j, i] = 1.0
        values = [truth(**{**data, "X": data["X"] + h * 1e-3 * unit}) for h in (-2, -1, 1, 2)]
        slope = (values[0] - 8 * values[1] + 8 * values[2] - values[3]) / 12e-3
        np.testing.assert_allclose(claimed[i, j], slope, rtol=1e-6, atol=1e-8)
    verification = derivation.verify()
    assert verification.ok, str(verification)
    assert "mirror images" in derivation.text(reasons=True)
    if form is not None and notation == "frobenius":
        assert derivation.gradient.text() == form


def test_the_check_tells_the_conventions_apart() -> None:
    from dataclasses import replace

    text = r"X \in \mathbb{S}^n; f = \operatorname{tr}(AX); \nabla_X f"
    derivation = derivtex.derive(text, symmetric="entries")
    marks = [line.left.op if line.left else "" for line in derivation.lines]
    place = marks.index("derivative_by_entries")
    halved = derivation.lines[place]._replace(right=derivtex.derive(text).gradient, steps=())
    wrong = replace(derivation, lines=(*derivation.lines[:place], halved))
    assert not wrong.verify().ok


def test_only_symmetric_variables_know_the_convention() -> None:
    text = r"X \in \R^{n \times n}; f = \operatorname{tr}(AX); \nabla_X f"
    assert derivtex.derive(text, symmetric="entries").lines == derivtex.derive(text).lines
    with pytest.raises(DerivtexError, match="symmetric 'upper' is not known"):
        derivtex.derive(text, symmetric="upper")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (r"\text{ triangular}", "lower or upper triangular?"),
        (r"\text{ singular}; f = \operatorname{tr}(X^{-1}); \nabla_X f", "has no inverse"),
    ],
)
def test_mistakes(words: str, message: str) -> None:
    with pytest.raises(DerivtexError, match=message.replace("?", r"\?")) as caught:
        derivtex.derive(rf"X \in \R^{{n \times n}} {words}")
    assert caught.value.line == 1


@pytest.mark.parametrize(
    ("part", "inside"),
    [
        ("tril", r"2\operatorname{tril}(X)\operatorname{tril}(A)"),
        ("triu", r"2\operatorname{triu}(X)\operatorname{triu}(A)"),
        ("triu", r"\operatorname{tril}(X)^T"),
        ("tril", r"A \odot \operatorname{tril}(X)"),
        ("triu", r"\operatorname{triu}(X) + I"),
    ],
)
def test_what_is_triangular_is_its_own_triangular_part(part: str, inside: str) -> None:
    names = {name: symbol(name, Shape(dim("n"), dim("n"))) for name in "AX"}
    whole = parse_expression(inside, names)
    assert parse_expression(rf"\operatorname{{{part}}}({inside})", names) is whole


@pytest.mark.parametrize(
    "text",
    [
        r"\operatorname{triu}(\operatorname{tril}(X) + I)",
        r"\operatorname{triu}(A + \operatorname{triu}(X))",
        r"\operatorname{tril}(A\operatorname{tril}(X))",
    ],
)
def test_what_is_not_triangular_keeps_its_part(text: str) -> None:
    names = {name: symbol(name, Shape(dim("n"), dim("n"))) for name in "AX"}
    assert parse_expression(text, names).op in {"tril", "triu"}
