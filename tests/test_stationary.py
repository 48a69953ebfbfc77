"""Stationary points: the equation, the solution where there is a closed one, and its condition."""

from __future__ import annotations

import pytest

import derivtex
from derivtex.parse import parse_expression
from tests.forms import canonical
from tests.operations.case import NOTATIONS

SPD = r"A \in \mathbb{S}_{++}^m; B \in \mathbb{S}_{++}^n; "

#: Statements that define f, the unknown, the solution, and what has to be invertible.
SQUARE = r"X, A, C \in \R^{n \times n}; "
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
    # The unknown is transposed in each term: so is the equation.
    (SQUARE + r"f = \operatorname{tr}(XX) - \operatorname{tr}(CX)", "X", r"\frac12 C"),
    (SQUARE + r"f = \log\det X - \operatorname{tr}(AX)", "X", "A^{-1}"),
    (SQUARE + r"f = \log\det X - \operatorname{tr}(AX^T)", "X", "A^{-T}"),
    (SQUARE + r"f = \operatorname{tr}(X^{-1}A) + \log\det X", "X", "A"),
    (
        SQUARE + r"f = \operatorname{tr}(XAX) - \operatorname{tr}(CX)",
        "X",
        (
            r"\operatorname{unvec}_{n \times n}"
            r"((I \otimes A + A^T \otimes I)^{-1}\operatorname{vec}(C))"
        ),
    ),
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
    symmetric = r"A \in \mathbb{S}^m; B \in \mathbb{S}^n; "
    for given, conditions in ((symmetric, ["I ⊗ A + B ⊗ I"]), (SPD, [])):
        text = SOLVED[0][0].replace(SPD, given)
        derivation = derivtex.derive(text + r"; \nabla_X f = 0")
        assert [line.right.text() for line in derivation.lines if line.kind == "equation"] == [
            "0",
            "C",
            "vec(C)",
        ]
        assert [reason.args[0].text() for reason in derivation.conditions] == conditions


@pytest.mark.parametrize(
    ("given", "conditions"),
    [
        (r"f = \|AX - C\|_F^2", ["AᵀA"]),
        (r"f = \operatorname{tr}(X^{-1}A) + \log\det X", ["X", "A"]),
    ],
)
def test_a_solution_is_invertible_where_its_inverse_was_there(
    given: str, conditions: list[str]
) -> None:
    derivation = derivtex.derive(f"{SQUARE}{given}; \\nabla_X f = 0")
    assert [reason.args[0].text() for reason in derivation.conditions] == conditions


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


#: A problem with a multiplier, and the stationary points by their plain names (Boyd &
#: Vandenberghe, sections 5.1.5 and 10.1.1; Golub & Van Loan, section 6.2).
CONSTRAINED = (
    (
        (
            r"\Sigma \in \mathbb{S}_{++}^n; L = w^T\Sigma w - \lambda(\mathbf 1^Tw - 1); "
            r"\nabla_w L = 0, \nabla_\lambda L = 0"
        ),
        {
            "w": r"\frac{1}{\mathbf 1^T\Sigma^{-1}\mathbf 1}\Sigma^{-1}\mathbf 1",
            "lambda": r"\frac{2}{\mathbf 1^T\Sigma^{-1}\mathbf 1}",
        },
    ),
    (
        r"\nu \in \R^p; L = \frac12x^Tx + \nu^T(Ax - b); \nabla_\nu L = 0, \nabla_x L = 0",
        {"x": "A^T(AA^T)^{-1}b", "nu": "-(AA^T)^{-1}b"},
    ),
    (
        r"L = \frac12\|x - z\|^2 + \lambda(a^Tx - \beta); \nabla_x L = 0, \nabla_\lambda L = 0",
        {"x": r"z - \frac{a^Tz - \beta}{a^Ta}a", "lambda": r"\frac{a^Tz - \beta}{a^Ta}"},
    ),
    (
        (
            r"P \in \mathbb{S}_{++}^n; \nu \in \R^p; L = \frac12x^TPx + q^Tx + \nu^T(Ax - b); "
            r"\nabla_x L = 0, \nabla_\nu L = 0"
        ),
        {"nu": r"-(AP^{-1}A^T)^{-1}(AP^{-1}q + b)"},
    ),
    (
        (
            r"L = \frac12\|X - Y\|_F^2 + \operatorname{tr}(\Lambda^T(AX - B)); "
            r"\nabla_X L = 0, \nabla_\Lambda L = 0"
        ),
        {"X": "Y - A^T(AA^T)^{-1}(AY - B)"},
    ),
)


@pytest.mark.parametrize(("given", "points"), CONSTRAINED)
@pytest.mark.parametrize("notation", NOTATIONS)
def test_constrained(given: str, points: dict[str, str], notation: str) -> None:
    derivation = derivtex.derive(given.replace("; ", "\n"), notation=notation)
    verification = derivation.verify()
    assert verification.ok, str(verification)
    names = {getattr(e.data, "name", e.data): e for e in derivation.problem.symbols.values()}
    for name, wanted in points.items():
        found = derivation.solutions[name]
        assert canonical(parse_expression(wanted, names)) is canonical(found), found.latex()


@pytest.mark.parametrize(
    ("given", "equation"),
    [
        (r"w^TCw - \lambda(w^Tw - 1)", "wᵀw = 1"),
        (r"\|X - M\|_F^2 + 2\lambda(\operatorname{tr}(X) - 1)", "tr(X) = 1"),
        (r"x^Tx + \lambda(x^Tx - 1) + \mu(a^Tx - \rho)", "x̂ = −μa/(2 + 2λ)"),
        (r"\|Xw - y\|^2 + 2\mu(\rho - a^Tw) + \lambda(a^Tw - \gamma)", "aᵀw = ρ"),
    ],
)
def test_a_condition_without_its_unknown_is_written_as_a_constraint(
    given: str, equation: str
) -> None:
    unknowns = [name for name in (r"\mu", r"\lambda", "w", "x", "X") if name in given]
    asked = ", ".join(
        rf"\nabla_{{{name}}} L = 0" for name in unknowns if name != "X" or "M" in given
    )
    text = derivtex.derive(f"\\mu, \\lambda \\in \\R\nL = {given}\n{asked}").text()
    assert equation in text, text


@pytest.mark.parametrize(
    ("given", "unknown", "solution"),
    [
        (
            r"N \in \R; L = \frac{1}{N}\|Xw - y\|^2 + \lambda w^Tw",
            "w",
            r"(X^TX + N\lambda I)^{-1}X^Ty",
        ),
        (
            r"a \in \R^n; K \in \mathbb{S}_{++}^n; L = \|y - Ka\|^2 + \lambda a^TKa",
            "a",
            r"(K + \lambda I)^{-1}y",
        ),
    ],
)
def test_solved_shortly(given: str, unknown: str, solution: str) -> None:
    """What divides all of the equation, or a part of it, is gone before it is solved."""
    derivation = derivtex.derive(f"{given}; \\nabla_{unknown} L = 0".replace("; ", "\n"))
    names = {getattr(e.data, "name", e.data): e for e in derivation.problem.symbols.values()}
    found = derivation.solution
    assert canonical(parse_expression(solution, names)) is canonical(found), found.latex()
    assert len(found.latex()) < len(solution) + 30, found.latex()
    assert derivation.verify().ok


#: Points that are put into each other (Bishop, (2.121) and (2.122); Seber, Linear Regression).
JOINED = (
    (
        (
            r"x_i, \mu \in \R^n; \Sigma \in \mathbb{S}_{++}^n; "
            r"L = N\log\det\Sigma + \sum_{i=1}^N (x_i - \mu)^T\Sigma^{-1}(x_i - \mu); "
            r"\nabla_\Sigma L = 0, \nabla_\mu L = 0"
        ),
        "Sigma",
        "(1/N)∑[i=1…N](xᵢ − μ̂)(xᵢ − μ̂)ᵀ",
    ),
    (
        (
            r"v, N \in \R; v > 0; L = N\log v + \frac{1}{v}\|y - Xb\|^2; "
            r"\nabla_b L = 0, \nabla_v L = 0"
        ),
        "v",
        "‖y − Xb̂‖²/N",
    ),
)


@pytest.mark.parametrize(("given", "unknown", "wanted"), JOINED)
@pytest.mark.parametrize("notation", ["frobenius", "trace", "inner"])
def test_one_point_is_put_into_the_other(
    given: str, unknown: str, wanted: str, notation: str
) -> None:
    derivation = derivtex.derive(given.replace("; ", "\n"), notation=notation)
    assert derivation.solutions[unknown].text() == wanted
    assert derivation.verify().ok, str(derivation.verify())


def test_points_that_depend_on_each_other_stay_as_they_are() -> None:
    derivation = derivtex.derive("L = \\|X - AS\\|_F^2\n\\nabla_A L = 0, \\nabla_S L = 0")
    assert [e.text() for e in derivation.solutions.values()] == ["XSᵀ(SSᵀ)⁻¹", "(AᵀA)⁻¹AᵀX"]


def test_a_constraint_alone_stays_as_it_is() -> None:
    text = derivtex.derive("L = x^Tx - \\lambda(a^Tx - 1)\n\\nabla_\\lambda L = 0").text()
    assert text.endswith("1 − aᵀx = 0"), text
