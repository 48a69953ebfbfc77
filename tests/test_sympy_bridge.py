"""Expressions over to SymPy and back: the same value at random data, and the same expression."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np
import pytest
import sympy
from sympy.matrices.expressions.diagonal import DiagonalMatrix

import derivtex
from derivtex.errors import LimitError, ParseError, UnsupportedError
from derivtex.expr import Expr
from derivtex.op import OPS
from derivtex.ops import differential, named, number, ones, symbol
from derivtex.parse import parse_expression
from derivtex.shapes import ONE, SCALAR, Shape, dim
from derivtex.sympy_bridge import MAX_DEPTH, from_sympy, to_sympy

SIZES = {"m": 4, "n": 3, "p": 2}


def _names() -> dict[str, Expr]:
    shapes = {
        "A": ("n", "n"), "B": ("n", "n"), "X": ("m", "n"), "Y": ("m", "n"), "K": ("p", "m"),
        "w": ("n", 1), "x": ("n", 1), "y": ("m", 1), "c": (1, 1), "\\alpha": (1, 1),
    }  # fmt: skip
    return {name: symbol(name, Shape(dim(m), dim(n))) for name, (m, n) in shapes.items()}


NAMES = _names()

#: TeX; those of the second list come back in other words (‖x‖² as a trace) or in another order.
SAME = [
    "c", r"\frac{2}{3} c^2", r"\log(c^2)", r"\exp(-c)",
    "A", "-A + 2B", "-A^T", "A^{-1}", "(A + B)^{-1} B", "A^3", "XA", "X^T X w", "2 X^T (-Xw + y)",
    "c w", r"X \odot Y", r"A \otimes K", r"\operatorname{tr}(A)", r"\det(A)", r"\log\det(A)",
    r"\operatorname{tr}(A^T B A^{-1})", r"\operatorname{Diag}(w)",
    r"\exp(X)", r"\sigma(Xw)", r"\tanh(X)", r"\sin(A) \odot \cos(A)", r"\operatorname{relu}(X)",
    r"\operatorname{softplus}(Xw)", r"\operatorname{sign}(X)", r"\operatorname{erf}(c)",
    r"w^T A x", r"(w^T x)^2 A", r"w^T x y y^T X", r"\max(1, c)",
]  # fmt: skip
EQUAL = [
    r"\|X\|_F^2", r"\|w\|", r"\|w\|_1", "X : Y", r"w : x", r"\operatorname{sum}(X)",
    r"X \oslash \exp(Y)", r"\sqrt{\exp(X)}", r"A^T B^T", r"\|c w\|^2", r"\alpha c + 2",
    r"\max(c, \alpha, 1)", r"\min(c, \alpha)", r"\sqrt{c^2 + 1}", "A + 2B",
    "(A + I)^{-1} B", "2 X^T (Xw - y)",
]  # fmt: skip


def _data(seed: int = 0) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    data: dict[str, Any] = {}
    for name, e in NAMES.items():
        rows, columns = (SIZES[d.symbols[0]] if d.symbols else 1 for d in e.shape)
        data[name.lstrip("\\")] = rng.uniform(0.2, 1.0, (rows, columns)) + 2 * np.eye(rows, columns)
    return data


def _sympy_value(expression: Any) -> np.ndarray:
    """SymPy's own value, at the sizes and the data of these tests."""
    sizes = {sympy.Symbol(n, integer=True, positive=True): size for n, size in SIZES.items()}
    expression = expression.subs(sizes)
    values: dict[Any, Any] = {}
    for name, array in _data().items():
        if array.shape == (1, 1):
            values[sympy.Symbol(name)] = sympy.Float(array[0, 0])
        else:
            values[sympy.MatrixSymbol(name, *array.shape)] = sympy.ImmutableMatrix(array)
    result = expression.subs(values).doit()
    result = result.as_explicit() if hasattr(result, "as_explicit") else result
    return np.atleast_2d(np.array(sympy.N(result).tolist() if result.is_Matrix else float(result)))


def _value(e: Expr) -> np.ndarray:
    arrays = {
        name: array.item() if array.size == 1 else array[:, 0] if array.shape[1] == 1 else array
        for name, array in _data().items()
    }
    value = np.asarray(e.evaluate(arrays), dtype=float)
    return value.reshape(-1, 1) if value.ndim == 1 else np.atleast_2d(value)


@pytest.mark.parametrize("tex", SAME + EQUAL)
def test_value(tex: str) -> None:
    e = parse_expression(tex, NAMES)
    np.testing.assert_allclose(_sympy_value(to_sympy(e)).astype(float), _value(e), rtol=1e-9)


# SymPy makes no explicit array of a diagonal.
@pytest.mark.parametrize("tex", [*SAME, r"\operatorname{diag}(A)"])
def test_round_trip(tex: str) -> None:
    e = parse_expression(tex, NAMES)
    assert from_sympy(to_sympy(e)) is e


@pytest.mark.parametrize("tex", EQUAL)
def test_back_in_other_words(tex: str) -> None:
    e = parse_expression(tex, NAMES)
    np.testing.assert_allclose(_value(from_sympy(to_sympy(e))), _value(e), rtol=1e-9)


n, m = sympy.symbols("n m", integer=True, positive=True)
A, B = sympy.MatrixSymbol("A", n, n), sympy.MatrixSymbol("B", n, n)
X, Y = sympy.MatrixSymbol("X", m, n), sympy.MatrixSymbol("Y", m, n)
w, x = sympy.MatrixSymbol("w", n, 1), sympy.MatrixSymbol("x", n, 1)
c, t = sympy.symbols("c t")

FROM = [
    (A.I * B, r"A^{-1}B"),
    ((X * w).T * (X * w), "(Xw)^T X w"),
    (2 * A - B, "2A - B"),
    (w * w.T * A, "w w^T A"),
    (sympy.Trace(A * B) ** 2, r"\operatorname{tr}(AB)^2"),
    (c**-2, "c^{-2}"),
    (sympy.HadamardPower(X, 3), r"X^{\circ 3}"),
    (X.applyfunc(sympy.Lambda(t, t**2 + 1)), r"X^{\circ 2} + J"),
    (X.applyfunc(sympy.Lambda(t, 2 * sympy.sin(t) * t)), r"2 (\sin(X) \odot X)"),
    (DiagonalMatrix(A), r"\operatorname{Diag}(\operatorname{diag}(A))"),
    (sympy.KroneckerProduct(A, B), r"A \otimes B"),
]


@pytest.mark.parametrize(("expression", "tex"), FROM, ids=[tex for _, tex in FROM])
def test_from_sympy(expression: Any, tex: str) -> None:
    e = from_sympy(expression)
    names = NAMES | {"J": ones(NAMES["X"].shape)}
    expected = parse_expression(tex, names, shape=e.shape)
    assert e.shape == expected.shape
    np.testing.assert_allclose(_value(e), _value(expected), rtol=1e-12)


NOT_UNDERSTOOD = [
    sympy.Integral(c, c),
    X[0, 0],
    sympy.ImmutableMatrix([[1, 2], [3, 4]]),
    sympy.Float(0.1) * c,
    sympy.I * c,
    sympy.Sum(c, (t, 1, n)),
    sympy.Symbol("a", commutative=False),
    sympy.MatrixSymbol("A", n + 1, n),
    sympy.Symbol("a}\\input{b"),
    A ** sympy.Rational(1, 2),
]


@pytest.mark.parametrize("expression", NOT_UNDERSTOOD, ids=lambda e: type(e).__name__)
def test_what_is_not_understood_is_named(expression: Any) -> None:
    with pytest.raises(UnsupportedError):
        from_sympy(expression)


def test_what_sympy_lacks_is_named() -> None:
    with pytest.raises(UnsupportedError, match="SymPy has nothing for the differential"):
        to_sympy(differential(NAMES["X"]))


def test_every_operation_goes_over_or_says_that_it_cannot() -> None:
    from derivtex.specimen import specimen

    for op in OPS.values():
        if op.sample and op.sample_data is None:
            with suppress(UnsupportedError):
                assert to_sympy(op(*specimen(op))) is not None


def test_sizes() -> None:
    e = symbol("X", Shape(dim("m").times(dim(2)), dim(3)))
    assert to_sympy(e).shape == (2 * m, 3)
    assert from_sympy(to_sympy(e)) is e
    assert from_sympy(sympy.OneMatrix(1, 1)) is number(1)
    assert from_sympy(sympy.OneMatrix(n, 1)) is ones(Shape(dim("n"), ONE))


def test_names_are_put_in() -> None:
    Z = named("Z", NAMES["A"] @ NAMES["B"])
    assert to_sympy(Z.T) == B.T * A.T


def test_positive_integer_symbol() -> None:
    k = symbol("k", SCALAR, frozenset({"integer", "positive"}))
    assert to_sympy(k).is_integer
    assert from_sympy(to_sympy(k)) is k


def test_depth_is_bounded() -> None:
    e = NAMES["w"]
    for _ in range(MAX_DEPTH):
        e = OPS["tanh"](NAMES["A"] @ e)
    with pytest.raises(LimitError):
        to_sympy(e)


def test_a_deep_sympy_expression_is_read() -> None:
    e = w
    for _ in range(100):
        e = sympy.MatMul(A, e.applyfunc(sympy.tanh))
    assert from_sympy(e).op == "mul"


@pytest.mark.parametrize("wrt", ["X", X])
def test_derive(wrt: Any) -> None:
    d = derivtex.derive(sympy.Trace(X.T * X * A), wrt)
    data = _data()
    expected = data["X"] @ (data["A"] + data["A"].T)
    np.testing.assert_allclose(_value(d.gradient), expected, rtol=1e-12)
    assert "X" in d.latex()


def test_gradient_goes_to_sympy() -> None:
    d = derivtex.derive(w.T * A * w, "w")
    assert to_sympy(d.gradient) == (A + A.T) * w


ONE_COLUMN, ONE_ROW = sympy.OneMatrix(m, 1), sympy.OneMatrix(1, n)
#: Gradients in which no symbol tells the size.
BARE = [
    (r"\operatorname{tr}(A)", "A", r"A \in \R^{n \times n}", sympy.Identity(n)),
    (r"\mathbf{1}^T w", "w", r"w \in \R^n", sympy.OneMatrix(n, 1)),
    (r"\operatorname{sum}(X)", "X", r"X \in \R^{m \times n}", ONE_COLUMN * ONE_ROW),
]


@pytest.mark.parametrize(("tex", "name", "declared", "expected"), BARE)
def test_gradient_of_known_size(tex: str, name: str, declared: str, expected: Any) -> None:
    d = derivtex.derive(f"{declared}\nf = {tex}", name)
    assert d.gradient.op == "sized"
    assert to_sympy(d.gradient) == expected


ALIKE: list[tuple[Any, str]] = [
    (c * sympy.MatrixSymbol("c", n, n), "c: number, n×n array"),
    (sympy.Symbol("a") + sympy.Symbol("a", positive=True), "a: "),
    (sympy.Function("c")(t) + c, "c: "),
    (sympy.Trace(sympy.MatrixSymbol("A", m, m)) + sympy.Trace(A), "A: "),
]


@pytest.mark.parametrize(("expression", "what"), ALIKE)
def test_two_quantities_of_one_name(expression: Any, what: str) -> None:
    with pytest.raises(UnsupportedError, match=f"two quantities are called {what}"):
        from_sympy(expression)


def test_two_quantities_of_one_name_to_sympy() -> None:
    x = symbol("x", SCALAR) @ symbol("x", Shape(dim("n"), dim("n")))
    with pytest.raises(UnsupportedError, match="two quantities are called x"):
        to_sympy(x)


def test_derive_needs_a_variable_that_is_there() -> None:
    with pytest.raises(ParseError, match="nothing is asked"):
        derivtex.derive(sympy.Trace(A))
    with pytest.raises(ParseError, match="Q does not occur"):
        derivtex.derive(sympy.Trace(A), wrt="Q")
    assert derivtex.derive(A * B, wrt="A").jacobian.latex() == r"B^T \otimes I"


@pytest.mark.parametrize("other", [sympy.Dummy("t"), sympy.Symbol("t", complex=True)])
def test_two_symbols_of_one_name_are_not_one(other: Any) -> None:
    t = sympy.Symbol("t")
    with pytest.raises(UnsupportedError, match="two symbols are called t"):
        derivtex.derive(other * t, wrt="t")
    assert derivtex.derive(other**2, wrt="t").gradient.latex() == "2t"
