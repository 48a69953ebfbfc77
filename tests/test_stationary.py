"""Stationary points: the equation, the solution where there is a closed one, and its condition."""

from __future__ import annotations

import pytest

import derivtex
from derivtex.parse import parse_expression
from tests.forms import canonical
from tests.operations.case import NOTATIONS

SPD = r"A \in \mathbb{S}_{++}^m; B \in \mathbb{S}_{++}^n; "

#: Statements that define f, the unknown, the solution, and what has to be invertible.
SOLVED = (
    (
        SPD + r"f = \frac12\operatorname{tr}(X^TAX) + \frac12\operatorname{tr}(XBX^T) - C:X",
        "X",
        (
            r"\operatorname{unvec}_{m \times n}"
            r"((I_n \otimes A + B \otimes I_m)^{-1}\operatorname{vec}(C))"
        ),
    ),
    (
        (
            r"X \in \R^{m \times p}; A \in \R^{q \times m}; B \in \R^{p \times n}; "
            r"f = \|AXB - C\|_F^2 + \lambda\|X\|_F^2"
        ),
        "X",
        (
            r"\operatorname{unvec}_{m \times p}"
            r"(((BB^T) \otimes (A^TA) + \lambda I)^{-1}\operatorname{vec}(A^TCB^T))"
        ),
    ),
    (
        r"X \in \mathbb{S}^n; A, B \in \R^{m \times n}; f = \|AX - B\|_F^2",
        "X",
        (
            r"\operatorname{unvec}_{n \times n}"
            r"((I \otimes (A^TA) + (A^TA) \otimes I)^{-1}\operatorname{vec}(A^TB + B^TA))"
        ),
    ),
    (
        r"f = \|a \odot x - b\|^2 + \lambda x^Tx",
        "x",
        r"(\operatorname{Diag}(a \odot a) + \lambda I)^{-1}(a \odot b)",
    ),
    (r"x \in \R^n; f = \operatorname{mean}((x - a) \odot (x - a))", "x", "a"),
    (r"f = \|Xw - y\|^2", "w", "(X^TX)^{-1}X^Ty"),
    (
        r"f = (y - Xw)^T\operatorname{Diag}(p)(y - Xw)",
        "w",
        r"(X^T\operatorname{Diag}(p)X)^{-1}X^T\operatorname{Diag}(p)y",
    ),
    (r"f = \|Xw - y\|^2 + \lambda\|Dw\|^2", "w", r"(X^TX + \lambda D^TD)^{-1}X^Ty"),
    (r"f = \|XW - Y\|_F^2", "W", "(X^TX)^{-1}X^TY"),
    (r"f = \sum_{i=1}^N \|x_i - m\|^2", "m", r"\frac{1}{N}\sum_{i=1}^N x_i"),
)


@pytest.mark.parametrize(("given", "unknown", "solution"), SOLVED)
@pytest.mark.parametrize("notation", NOTATIONS)
def test_solved(given: str, unknown: str, solution: str, notation: str) -> None:
    derivation = derivtex.derive(f"{given}; \\nabla_{unknown} f = 0", notation=notation)
    verification = derivation.verify()
    assert verification.ok, str(verification)
    if notation == "frobenius":
        names = {
            (e.data if e.op == "named" else e.data.name): e
            for e in derivation.problem.symbols.values()
        }
        found = derivation.solutions[unknown]
        expected = parse_expression(solution, names, shape=found.shape)
        assert canonical(found) is canonical(expected), found.latex()


def test_a_sylvester_equation_names_its_condition() -> None:
    derivation = derivtex.derive(SOLVED[0][0] + r"; \nabla_X f = 0")
    assert [line.right.text() for line in derivation.lines if line.kind == "equation"] == [
        "0",
        "C",
        "vec(C)",
    ]
    assert [reason.args[0].text() for reason in derivation.conditions] == ["I ⊗ A + B ⊗ I"]


#: Where no closed form follows: the equation itself is the answer.
OPEN = (
    (r"f = \|x - a\|^2 + \log(1 + x^Tx)", "x", "not linear in {}"),
    (r"f = \|X^TX - A\|_F^2", "X", "not linear in {}"),
    (r"A \in \mathbb{S}^m; f = \operatorname{tr}(X^TAX)", "X", "linear in {}"),
    (
        r"X \in \R^{n \times n} \text{ lower triangular}; f = \|AX - B\|_F^2",
        "X",
        "not linear in {}",
    ),
)


@pytest.mark.parametrize(("given", "unknown", "words"), OPEN)
def test_no_closed_form(given: str, unknown: str, words: str) -> None:
    derivation = derivtex.derive(f"{given}; \\nabla_{unknown} f = 0")
    assert not derivation.solutions
    last = derivation.lines[-1]
    assert last.kind == "equation"
    assert last.reason.words == words
    assert derivation.verify().ok
