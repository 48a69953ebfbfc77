"""The value of an expression for what a user gives: arrays, sizes, functions, and mistakes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

import derivtex
from derivtex.errors import DerivtexError, ShapeError
from derivtex.expr import Expr
from derivtex.language.names import tex_name
from derivtex.parse import parse_expression

rng = np.random.default_rng(0)
X, w = rng.normal(size=(4, 3)), rng.normal(size=3)
S = rng.normal(size=(3, 3)) + 4 * np.eye(3)


def gradient(text: str) -> Expr:
    return derivtex.derive(text).gradient


# --- unknown functions ---------------------------------------------------------------------------

ELEMENTWISE = "g : \\R \\to \\R\nL = \\operatorname{sum}(g(Xw))\n\\frac{\\partial L}{\\partial w}"
TWICE = (
    "g : \\R \\to \\R\nG = g(Xw)\nL = G^T G\n\\frac{\\partial L}{\\partial w}"  # has both g and g'
)
SUPERSCRIPT = ELEMENTWISE.replace("g", "g^{[1]}").replace("lon^{[1]}", "long")
SCALAR = "\\phi : \\R^m \\to \\R\n\\frac{\\partial \\phi(Xw)}{\\partial w}"
TWO = "\\psi : \\R^m \\times \\R^n \\to \\R\nf = \\psi(Xw, w)\n\\frac{\\partial f}{\\partial w}"


def half(u: Any, v: Any) -> Any:
    return np.outer(u, v).sum(axis=1)


def other(u: Any, v: Any) -> Any:
    return np.outer(u, v).sum(axis=0)


FUNCTIONS: list[tuple[str, dict[str, Callable[..., Any]], Any]] = [
    (ELEMENTWISE, {"g'": np.cos}, X.T @ np.cos(X @ w)),
    (SUPERSCRIPT, {"g^{[1]}'": np.cos}, X.T @ np.cos(X @ w)),
    (TWICE, {"g": np.sin, "g'": np.cos}, 2 * X.T @ (np.sin(X @ w) * np.cos(X @ w))),
    (SCALAR, {"phi'": lambda u: 2 * u}, 2 * X.T @ X @ w),
    (SCALAR, {"\\phi'": lambda u: 2 * u}, 2 * X.T @ X @ w),
    (TWO, {"psi'1": half, "psi'2": other}, X.T @ half(X @ w, w) + other(X @ w, w)),
]


@pytest.mark.parametrize(("text", "functions", "expected"), FUNCTIONS)
def test_unknown_functions_are_callables(
    text: str, functions: dict[str, Callable[..., Any]], expected: Any
) -> None:
    value = gradient(text).evaluate({"X": X, "w": w, **functions})
    np.testing.assert_allclose(value, expected)


def test_a_second_derivative() -> None:
    from derivtex.ops import map_function, symbol
    from derivtex.shapes import SCALAR as NUMBER
    from derivtex.shapes import column, dim
    from derivtex.symbols import Function

    e = map_function(Function("g", (NUMBER,), NUMBER), symbol("w", column(dim("n"))), 2)
    np.testing.assert_allclose(e.evaluate({"w": w, "g''": np.exp}), np.exp(w))


@pytest.mark.parametrize(
    ("name", "tex"),
    [("g'", "g'"), ("g''", "g''"), ("phi'", "\\phi'"), ("psi'2", "\\psi'2"), ("W_{1}'", "W_1'")],
)
def test_primes_stay_in_names(name: str, tex: str) -> None:
    assert tex_name(name) == tex


# --- sizes ---------------------------------------------------------------------------------------

TRACE = "A \\in \\R^{n \\times n}\nf = \\operatorname{tr}(A)\n\\frac{\\partial f}{\\partial A}"
ONES = "x \\in \\R^n\nf = \\mathbf{1}^T x\n\\frac{\\partial f}{\\partial x}"
SUM = "X \\in \\R^{m \\times n}\nf = \\operatorname{sum}(X)\n\\frac{\\partial f}{\\partial X}"
INSIDE = "Y = AX\nf = \\operatorname{sum}(Y)\n\\frac{\\partial f}{\\partial Y}"


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        (TRACE, {"n": 3}, np.eye(3)),
        (TRACE, {"n": np.int64(3)}, np.eye(3)),
        (TRACE, {"A": S}, np.eye(3)),
        (TRACE, {"A": np.full((3, 3), "any")}, np.eye(3)),
        (ONES, {"n": 3}, np.ones(3)),
        (ONES, {"x": w}, np.ones(3)),
        (ONES, {"x": w[:, None]}, np.ones(3)),
        (ONES, {"x": 1j * w}, np.ones(3)),
        (SUM, {"m": 2, "n": 3}, np.ones((2, 3))),
        (SUM, {"X": X}, np.ones((4, 3))),
        (SUM, {"X": X, "n": 3}, np.ones((4, 3))),
        (INSIDE, {"Y": X}, np.ones((4, 3))),
        (INSIDE, {"A": np.ones((4, 2)), "X": np.ones((2, 3))}, np.ones((4, 3))),
        (TRACE, {"n": 1}, np.ones((1, 1))),
    ],
)  # fmt: skip
def test_sizes(text: str, values: Mapping[str, Any], expected: Any) -> None:
    value = gradient(text).evaluate(values)
    assert isinstance(value, np.ndarray)
    np.testing.assert_array_equal(value, expected)


# --- mistakes ------------------------------------------------------------------------------------

LEAST = "L = \\|Xw - y\\|^2\n\\frac{\\partial L}{\\partial w}"
COUNTED = (
    "m \\in \\Z; X \\in \\R^{m \\times n}; w \\in \\R^n\n"
    "L = \\frac{1}{m} \\|Xw\\|^2\n\\frac{\\partial L}{\\partial w}"
)
INVERSE = "f = \\log\\det X\n\\frac{\\partial f}{\\partial X}"
y = np.ones(4)


@pytest.mark.parametrize(
    ("text", "values", "message"),
    [
        (LEAST, {"X": X, "w": w}, "a value is missing for y"),
        (LEAST, {"X": None, "w": w, "y": y}, "the value of X is no array of numbers"),
        (LEAST, {"X": "3", "w": w, "y": y}, "the value of X is no array of numbers"),
        (LEAST, {"X": [[1, 2], [3]], "w": w, "y": y}, "the value of X is no array of numbers"),
        (LEAST, {"X": X + 1j, "w": w, "y": y}, "the value of X is complex"),
        (COUNTED, {"X": X, "w": w, "m": 5}, "X is m×n, but the value given is 4×3, and m = 5"),
        (INVERSE, {"X": np.zeros((2, 2))}, "the inverse has no value here: X is singular"),
        (TRACE, {}, "the size n is not determined"),
        (ELEMENTWISE, {"X": X, "w": w}, "a callable is missing for the function g'"),
        (ELEMENTWISE, {"X": X, "w": w, "g'": 3}, "a callable is missing for the function g'"),
        (ELEMENTWISE, {"X": X, "w": w, "g'": np.sum}, "g' gave 1×1, where 4×1 is needed"),
        (ELEMENTWISE, {"X": X, "w": w, "g'": lambda u: 1j * u}, "the value of g' is complex"),
        (SCALAR, {"X": X, "w": w}, "a callable is missing for the function phi'"),
        (LEAST, [1], "given by name, not as list"),
    ],
)  # fmt: skip
def test_mistakes(text: str, values: Any, message: str) -> None:
    with pytest.raises(DerivtexError, match=message.replace(".", "\\.")):
        gradient(text).evaluate(values)


def test_what_is_not_used_is_ignored() -> None:
    # `n` is how this problem calls the rows of X; elsewhere the user may call something else so.
    values = {"X": X, "w": w, "y": y, "n": 5, "z": "any"}
    np.testing.assert_allclose(gradient(LEAST).evaluate(values), 2 * X.T @ (X @ w - y))
    np.testing.assert_allclose(
        gradient(COUNTED).evaluate({"X": X, "w": w, "m": 4}), X.T @ X @ w / 2
    )


def test_a_product_of_sizes() -> None:
    from derivtex.ops import symbol
    from derivtex.shapes import column, dim

    v = symbol("v", column(dim("m").times(dim("n"))))
    e = parse_expression(
        "v v^T (A \\otimes B) v", {"v": v, "A": _symbol("A", "m", "m"), "B": _symbol("B", "n", "n")}
    )
    values = {"v": np.ones(6), "A": np.eye(2), "B": np.eye(3)}
    np.testing.assert_allclose(e.evaluate(values), 6 * np.ones(6))
    np.testing.assert_allclose(v.evaluate({"v": np.ones(6), "m": 2, "n": 3}), np.ones(6))


def test_a_wrong_shape_says_where_the_size_is_from() -> None:
    e = parse_expression("X w", {"X": _symbol("X", "m", "n"), "w": _symbol("w", "n", 1)})
    with pytest.raises(ShapeError) as caught:
        e.evaluate({"X": X, "w": np.ones(5)})
    assert caught.value.message == "w is n×1, but the value given is 5×1, and n = 3 from X"


def _symbol(name: str, rows: str | int, columns: str | int) -> Expr:
    from derivtex.ops import symbol
    from derivtex.shapes import Shape, dim

    return symbol(name, Shape(dim(rows), dim(columns)))


@pytest.mark.parametrize(
    ("declared", "value", "word"),
    [
        (r"S \in \mathbb{S}^2", [[1, 2], [3, 4]], "symmetric"),
        (r"S \in \R^{2 \times 2}, diagonal", [[1, 1], [1, 2]], "diagonal"),
        (r"S \in \R^{2 \times 2}, skew", [[0, 1], [1, 0]], "skew-symmetric"),
        (r"S \in \R^{2 \times 2}, lower triangular", [[1, 1], [0, 1]], "lower triangular"),
        (r"S \in \R^{2 \times 2}, orthogonal", [[1, 1], [0, 1]], "orthogonal"),
    ],
)
def test_what_is_given_is_as_declared(declared: str, value: list[list[int]], word: str) -> None:
    gradient = derivtex.derive(declared + "\nf = x^TSx + y^TSx\n\\nabla_x f").gradient
    with pytest.raises(DerivtexError, match=f"S is {word}, and the value given is not"):
        gradient.evaluate({"S": value, "x": [1, 2], "y": [3, 4]})


def test_rounded_structure_is_good_enough() -> None:
    gradient = derivtex.derive(r"f = x^TSx; S \in \mathbb{S}^n".replace("; ", "\n"), "x").gradient
    S = np.array([[1, 0.1], [0.1 + 1e-8, 2]], dtype=np.float32)
    np.testing.assert_allclose(gradient.evaluate({"S": S, "x": [1, 2]}), [2.4, 8.2], rtol=1e-6)


@pytest.mark.parametrize("value", [2.5, float("inf"), float("nan")])
def test_a_whole_number_is_whole(value: float) -> None:
    gradient = derivtex.derive(r"f = \operatorname{tr}(X^k)", "X").gradient
    with pytest.raises(DerivtexError, match="k is a whole number"):
        gradient.evaluate({"X": np.eye(2), "k": value})
    total = derivtex.derive(r"f = \sum_{i=1}^N (x_i^Tw)^2", "w").gradient
    with pytest.raises(DerivtexError, match="N is a whole number"):
        total.evaluate({"x": [[1, 2]], "w": [1, 2], "N": value})
