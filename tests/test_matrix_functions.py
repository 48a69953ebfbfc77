"""Matrix functions: values against eigenvalues, higher derivatives, how they are written."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import derivtex
from derivtex.errors import DerivtexError
from derivtex.expr import Expr
from derivtex.op import OPS
from derivtex.ops import number, numerics, symbol, zeros
from derivtex.ops.matrix_functions import FRECHET
from derivtex.parse import parse_expression
from derivtex.shapes import SCALAR, Shape, dim
from tests.conformance.matrix_functions import frechet, fun

#: Name, the function of a number, its derivative, whether it is a principal one.
FUNCTIONS = (
    ("expm", np.exp, np.exp, False),
    ("sinm", np.sin, np.cos, False),
    ("cosm", np.cos, lambda x: -np.sin(x), False),
    ("sinhm", np.sinh, np.cosh, False),
    ("coshm", np.cosh, np.sinh, False),
    ("logm", np.log, lambda x: 1 / x, True),
    ("sqrtm", np.sqrt, lambda x: 1 / (2 * np.sqrt(x)), True),
)
every_function = pytest.mark.parametrize(
    ("name", "f", "df", "principal"), FUNCTIONS, ids=[row[0] for row in FUNCTIONS]
)
#: Those without a parameter, as real powers have one.
PLAIN = [name for name, row in FRECHET.items() if not row.parameters]
N = dim("n")
A, B = (symbol(name, Shape(N, N)) for name in "AB")


def draw(principal: bool, size: int, scale: float, seed: int) -> Any:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(size, size)) / np.sqrt(size)
    return scale * (X + 2.5 * np.eye(size)) if principal else scale * X


@every_function
@pytest.mark.parametrize("size", [1, 2, 5, 9])
@pytest.mark.parametrize("scale", [1e-3, 1.0, 6.0])
def test_value(name: str, f: Any, df: Any, principal: bool, size: int, scale: float) -> None:
    X = draw(principal, size, scale, size)
    value = getattr(numerics, name)(np, X)
    np.testing.assert_allclose(value, fun(f, X), rtol=1e-9, atol=1e-12)


@every_function
def test_frechet_derivative(name: str, f: Any, df: Any, principal: bool) -> None:
    X, E = draw(principal, 4, 1.0, 1), draw(False, 4, 3.0, 2)
    value = numerics.frechet(getattr(numerics, name))(np, X, E)
    np.testing.assert_allclose(value, frechet(f, df, X, E), rtol=1e-8)


@every_function
def test_derivative_of_second_order_is_symmetric(
    name: str, f: Any, df: Any, principal: bool
) -> None:
    X, E, F = draw(principal, 3, 1.0, 1), draw(False, 3, 1.0, 2), draw(False, 3, 1.0, 3)
    L = numerics.frechet(getattr(numerics, name))
    np.testing.assert_allclose(L(np, X, E, F), L(np, X, F, E), rtol=1e-9)
    slope = (L(np, X + 1e-4 * F, E) - L(np, X - 1e-4 * F, E)) / 2e-4
    np.testing.assert_allclose(L(np, X, E, F), slope, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", ["logm", "sqrtm"])
@pytest.mark.parametrize("X", [-np.eye(2), np.diag([1.0, -2.0, 3.0]), np.zeros((2, 2))])
def test_no_principal_value(name: str, X: Any) -> None:
    with pytest.raises(np.linalg.LinAlgError):
        getattr(numerics, name)(np, X)


def test_rotations_have_a_principal_root() -> None:
    """Eigenvalues on the imaginary axis, and near the negative one."""
    for angle in (1.5, 3.0):
        c, s = np.cos(angle), np.sin(angle)
        half = np.array(
            [[np.cos(angle / 2), -np.sin(angle / 2)], [np.sin(angle / 2), np.cos(angle / 2)]]
        )
        np.testing.assert_allclose(numerics.sqrtm(np, np.array([[c, -s], [s, c]])), half, atol=1e-9)
        np.testing.assert_allclose(
            numerics.logm(np, np.array([[c, -s], [s, c]])), [[0, -angle], [angle, 0]], atol=1e-9
        )


def test_defective_matrices() -> None:
    """A Jordan block, which eigenvalues cannot do."""
    J = np.array([[2.0, 1.0, 0.0], [0.0, 2.0, 1.0], [0.0, 0.0, 2.0]])
    e = np.exp(2.0)
    np.testing.assert_allclose(
        numerics.expm(np, J), e * np.array([[1, 1, 0.5], [0, 1, 1], [0, 0, 1]]), rtol=1e-12
    )
    np.testing.assert_allclose(numerics.logm(np, numerics.expm(np, J)), J, rtol=1e-12, atol=1e-12)


# --- expressions ---------------------------------------------------------------------------------


def o(name: str, *args: Expr) -> Expr:
    return OPS[name](*args)


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        ("e^A", o("expm", A)),
        (r"\operatorname{expm}(A)", o("expm", A)),
        ("e^{-A}", o("inverse", o("expm", A))),
        ("(e^A)^T", o("expm", A.T)),
        ("(e^A)^3", o("expm", 3 * A)),
        ("A^{1/2}", o("sqrtm", A)),
        (r"A^{\frac12}", o("sqrtm", A)),
        ("(A^{1/2})^2", A),
        ("A^{-1/2}", o("inverse", o("sqrtm", A))),
        ("(A^{-1/2})^{-1}", o("sqrtm", A)),
        ("(A^T)^{1/2}", o("sqrtm", A).T),
        (r"\int_1^1 sA\,ds", zeros(A.shape)),
        (r"\int_0^1 0sA\,ds", zeros(A.shape)),
        (r"L_{\exp}(A, B)", o("frechet_expm", A, B)),
        (r"L_{\exp}(A, -2B)", -2 * o("frechet_expm", A, B)),
        (r"L_{\mathrm{sqrt}}(A, B)^T", o("frechet_sqrtm", A.T, B.T)),
        (r"\operatorname{logm}(I_n) + A", A),
    ],
)
def test_means(tex: str, expected: Expr) -> None:
    assert parse_expression(tex, {"A": A, "B": B}) is expected


@pytest.mark.parametrize(
    ("e", "latex", "text"),
    [
        (o("expm", -A), "e^{-A}", "e^(−A)"),
        (o("expm", A.T), "e^{A^T}", "e^(Aᵀ)"),
        (o("sqrtm", A), "A^{1/2}", "A^(1/2)"),
        (o("inverse", o("sqrtm", A @ B)), r"\left(AB\right)^{-1/2}", "(AB)^(−1/2)"),
        (A @ o("matrix_power", o("sqrtm", A), number(3)), "AA^{3/2}", "AA^(3/2)"),
        (o("frechet_logm", A, B), r"L_{\log}(A, B)", "L_log(A, B)"),
    ],
)
def test_prints(e: Expr, latex: str, text: str) -> None:
    assert (e.latex(), e.text()) == (latex, text)


GIVEN = r"A, B, X \in \R^{n \times n}; s, t \in \R"


@pytest.mark.parametrize(
    ("F", "expected"),
    [
        ("e^{tA}", "Ae^{tA}"),
        ("e^{-tA^2}", "-A^2e^{-tA^2}"),
        ("e^{tA}Be^{-tA}", "Ae^{tA}Be^{-tA} - e^{tA}BAe^{-tA}"),
        # Exponentials of multiples of one matrix, and what commutes with them.
        ("e^{2tA}e^{-tA}", "Ae^{tA}"),
        ("e^{tA}A^2e^{sA}", "A^3e^{(t + s)A}"),
        (r"\operatorname{logm}(tA)", "A(tA)^{-1}"),
        ("(tA)^{1/2}", r"\frac12 A(tA)^{-1/2}"),
        (r"e^{A + tB}", r"L_{\exp}(A + tB, B)"),
    ],
)
def test_by_a_scalar(F: str, expected: str) -> None:
    derivation = derivtex.derive(
        "\n".join([*GIVEN.split("; "), f"F = {F}", r"\frac{\partial F}{\partial t}"])
    )
    names = {**derivation.problem.symbols, "A": A, "B": B}
    forms = [line.right for line in derivation.lines if line.kind in {"gradient", "tidy"}]
    assert parse_expression(expected, names) in forms
    assert derivation.verify().ok


@pytest.mark.parametrize("notation", ["frobenius", "trace"])
@pytest.mark.parametrize("name", PLAIN)
def test_closes_under_a_trace(name: str, notation: str) -> None:
    """`∂ tr f(X)/∂X = f'(Xᵀ)`."""
    f, derivative = FRECHET[name].f, FRECHET[name].derivative
    derivation = derivtex.derive(
        rf"f = \operatorname{{tr}}(\operatorname{{{f.name}}}(A))", wrt="A", notation=notation
    )
    X = derivation.problem.symbols["A"]
    assert derivation.gradient is derivative(X.T)
    assert derivation.verify().ok


@pytest.mark.parametrize(
    ("text", "conditions"),
    [
        (r"f = \operatorname{tr}(X^{1/2})", "X has no eigenvalue on the closed negative real axis"),
        (r"X \in \mathbb{S}_{++}^n; f = \operatorname{tr}(AX^{-1/2})", ""),
        (r"X \in \mathbb{S}^n; f = \operatorname{tr}(\operatorname{logm}(e^X))", ""),
        (r"f = \log\det(e^X)", ""),
        (r"X \in \R^{n \times n} \text{ invertible}; f = a^TX^{-1}b", ""),
    ],
)
def test_conditions(text: str, conditions: str) -> None:
    derivation = derivtex.derive("\n".join(text.split("; ")), wrt="X")
    said = derivation.text().partition("assuming ")[2].strip()
    assert said == conditions


def test_evaluation_says_what_is_missing() -> None:
    gradient = derivtex.derive(r"f = \operatorname{tr}(\operatorname{logm}(X)A)", wrt="X").gradient
    value = gradient.evaluate({"X": 2 * np.eye(2), "A": np.eye(2)})
    np.testing.assert_allclose(value, np.eye(2) / 2)
    with pytest.raises(DerivtexError, match="eigenvalue on the closed negative real axis"):
        gradient.evaluate({"X": -np.eye(2), "A": np.eye(2)})


#: What is asked, and what the last lines say of L_f.
MEANINGS = (
    (
        r"f = a^Te^Xb; \nabla_X f",
        r"L_{\exp}(X, E) = \int_0^1 e^{sX}Ee^{\left(1 - s\right)X}\,ds",
    ),
    (
        r"F = \operatorname{cosm}(X); dF",
        (
            r"L_{\cos}(X, E) = -\int_0^1 \left("
            r"\operatorname{sinm}(sX)E\operatorname{cosm}\left(\left(1 - s\right)X\right)"
            r" + \operatorname{cosm}(sX)E"
            r"\operatorname{sinm}\left(\left(1 - s\right)X\right)\right)\,ds"
        ),
    ),
    (
        r"f = \operatorname{tr}(EX^{1/2}); \nabla_X f",  # E is taken
        r"X^{1/2}L_{\mathrm{sqrt}}(X, F) + L_{\mathrm{sqrt}}(X, F)X^{1/2} = F",
    ),
    (
        r"F = \operatorname{logm}(X); dF",
        (
            r"L_{\log}(X, E) = \int_0^1 \left(sX + \left(1 - s\right)I\right)^{-1}"
            r"E\left(sX + \left(1 - s\right)I\right)^{-1}\,ds"
        ),
    ),
    (
        r"f = a^TX^{1/3}a; \nabla_X f",
        (
            r"L_{\mathrm{pow}}\left(X, \frac{1}{3}, E\right) = "
            r"\frac{1}{3}L_{\exp}\left(\frac{1}{3}\operatorname{logm}(X), L_{\log}(X, E)\right); "
            r"L_{\log}(X, E) = \int_0^1 \left(sX + \left(1 - s\right)I\right)^{-1}"
            r"E\left(sX + \left(1 - s\right)I\right)^{-1}\,ds; "
            r"L_{\exp}(Y, E) = \int_0^1 e^{sY}Ee^{\left(1 - s\right)Y}\,ds"
        ),
    ),
    (r"f = \operatorname{tr}(e^X); \nabla_X f", ""),
    (r"t \in \R; F = e^{tA}; \frac{\partial F}{\partial t}", ""),
    (  # once, and though it is in a gradient on the way only
        r"S = XY + Z; f = a^Te^Sb; \nabla_X f, \nabla_Z f",
        r"L_{\exp}(S, E) = \int_0^1 e^{sS}Ee^{\left(1 - s\right)S}\,ds",
    ),
    (  # s is taken
        r"s \in \R; f = a^Te^{sX + X^T}a; \nabla_X f",
        r"L_{\exp}(Y, E) = \int_0^1 e^{sY}Ee^{\left(1 - s\right)Y}\,ds",
    ),
)


@pytest.mark.parametrize(("text", "meaning"), MEANINGS, ids=[text for text, _ in MEANINGS])
def test_what_is_left_in_a_result_is_said(text: str, meaning: str) -> None:
    derivation = derivtex.derive("\n".join(text.split("; ")))
    said = [line for line in derivation.lines if line.kind == "name"]
    shown = [f"{line.left.latex()} = {line.right.latex()}" for line in said if line.left]
    assert "; ".join(shown) == meaning
    assert derivation.verify().ok
    assert derivtex.Derivation.from_json(derivation.to_json()) == derivation


@pytest.mark.parametrize("name", PLAIN)
def test_jacobian(name: str) -> None:
    """Under vec, the Fréchet derivative has a matrix, in closed form or as a series."""
    function = FRECHET[name].f.name
    derivation = derivtex.derive(
        f"F = A\\operatorname{{{function}}}(X)\n\\frac{{\\partial F}}{{\\partial X}}"
    )
    assert derivation.verify().ok
    rng = np.random.default_rng(0)
    X, A = 1.5 * np.eye(3) + 0.3 * rng.normal(size=(3, 3)), rng.normal(size=(2, 3))
    J = derivation.jacobian.evaluate({"X": X, "A": A})
    E = rng.normal(size=(3, 3))
    value = A @ numerics.frechet(getattr(numerics, function))(np, X, E)
    np.testing.assert_allclose(J @ E.reshape(-1, order="F"), value.reshape(-1, order="F"))


def test_the_second_derivative_has_no_matrix_yet() -> None:
    with pytest.raises(DerivtexError, match="second derivative of the matrix exponential"):
        derivtex.derive("f = \\operatorname{tr}(Ae^X)\n\\nabla_X^2 f")


# --- real powers ---------------------------------------------------------------------------------

C = symbol("c", SCALAR)


@pytest.mark.parametrize("p", [1 / 3, -0.75, 2.0, 0.5])
def test_value_of_a_real_power(p: float) -> None:
    X = draw(True, 4, 1.0, 1)
    value = OPS["real_power"].value
    assert value is not None
    np.testing.assert_allclose(value(np, X, np.full((1, 1), p)), fun(lambda x: x**p, X), rtol=1e-9)


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        ("A^c", o("real_power", A, C)),
        ("A^{1/3}", o("real_power", A, number(Fraction(1, 3)))),
        ("(A^c)^{-1}", o("real_power", A, -C)),
        ("(A^c)^T", o("real_power", A.T, C)),
        ("A^{c/2}", o("real_power", A, number(Fraction(1, 2)) @ C)),
        ("(A^{1/3})^{3/2}", o("sqrtm", A)),
        ("(A^2)^c", o("real_power", o("matrix_power", A, number(2)), C)),  # not A^{2c}
        ("A^{-3/2}", o("matrix_power", o("inverse", o("sqrtm", A)), number(3))),
        (r"L_{\mathrm{pow}}(A, c, B)", o("frechet_real_power", A, C, B)),
    ],
)
def test_real_powers_mean(tex: str, expected: Expr) -> None:
    assert parse_expression(tex, {"A": A, "B": B, "c": C}) is expected


@pytest.mark.parametrize("notation", ["frobenius", "trace", "inner"])
@pytest.mark.parametrize(
    ("text", "gradient"),
    [
        (r"f = \operatorname{tr}(A^c); \nabla_A f", r"c(A^T)^{c - 1}"),
        (r"f = \operatorname{tr}((A^TA)^{c/2}); \nabla_A f", r"cA(A^TA)^{\frac12 c - 1}"),
        (r"f = \operatorname{tr}(A^{1/3}); \nabla_A f", r"\frac13 (A^T)^{-2/3}"),
        (
            r"f = \operatorname{tr}(BA^c); \nabla_c f",
            r"\operatorname{tr}(BA^c\operatorname{logm}(A))",
        ),
        (r"f = \operatorname{tr}(BA^c); \nabla_A f", r"L_{\mathrm{pow}}(A^T, c, B^T)"),
        (r"f = \operatorname{tr}(A^cA^{1 - c}A^{2c}B); \nabla_B f", r"(A^T)^{2c + 1}"),
        (r"f = \operatorname{tr}(A^cA^{-1/2}B); \nabla_B f", r"(A^T)^{c - \frac12}"),
    ],
)
def test_gradients_of_real_powers(text: str, gradient: str, notation: str) -> None:
    given = r"A, B \in \R^{n \times n}; c \in \R; " + text
    derivation = derivtex.derive("\n".join(given.split("; ")), notation=notation)
    names = {"A": A, "B": B, "c": C}
    assert derivation.gradient.latex() == parse_expression(gradient, names).latex()
    assert derivation.verify().ok
