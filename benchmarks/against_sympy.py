"""The same eight problems here and by SymPy's `diff` and `latex`, in one process."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any, NamedTuple

import sympy
from sympy.core.cache import clear_cache

import derivtex
from benchmarks.clock import in_turn, ms, verdict

TARGET = 20.0


class Pair(NamedTuple):
    """A problem here, and how it is posed to SymPy: the expression and the variable."""

    name: str
    text: str
    wrt: str
    posed: Callable[[], tuple[Any, Any]]


n = sympy.Symbol("n", integer=True, positive=True)
m = sympy.Symbol("m", integer=True, positive=True)


def _matrices(names: str, rows: Any, columns: Any) -> list[Any]:
    return [sympy.MatrixSymbol(name, rows, columns) for name in names.split()]


def _quadratic_trace() -> tuple[Any, Any]:
    A, X = _matrices("A X", n, n)
    return sympy.Trace(X.T * A * X), X


def _least_squares() -> tuple[Any, Any]:
    (X,), (w,), (y,) = _matrices("X", m, n), _matrices("w", n, 1), _matrices("y", m, 1)
    return (X * w - y).T * (X * w - y), w


def _bilinear() -> tuple[Any, Any]:
    (X,), (a,), (b,) = _matrices("X", m, n), _matrices("a", m, 1), _matrices("b", n, 1)
    return a.T * X * b, X


def _exponential() -> tuple[Any, Any]:
    (X,), (a,), (b,) = _matrices("X", m, n), _matrices("a", m, 1), _matrices("b", n, 1)
    return a.T * (X * b).applyfunc(sympy.exp), X


def _inverse() -> tuple[Any, Any]:
    A, B, X = _matrices("A B X", n, n)
    return sympy.Trace(A * X.I * B), X


def _quadratic_form() -> tuple[Any, Any]:
    (A,), (x,) = _matrices("A", n, n), _matrices("x", n, 1)
    return x.T * A * x, x


def _two_sided() -> tuple[Any, Any]:
    A, B, X = _matrices("A B X", n, n)
    return sympy.Trace(A * X * B * X.T), X


def _chain() -> tuple[Any, Any]:
    W1, W2, W3, W4 = _matrices("W1 W2 W3 W4", n, n)
    w, x = _matrices("w x", n, 1)
    return w.T * W4 * W3 * W2 * W1 * x, W2


PAIRS = [
    Pair("tr(XᵀAX)", r"\operatorname{tr}(X^T A X)", "X", _quadratic_trace),
    Pair("‖Xw − y‖²", r"(Xw - y)^T (Xw - y)", "w", _least_squares),
    Pair("aᵀXb", r"a^T X b", "X", _bilinear),
    Pair("aᵀexp(Xb)", r"a^T \exp(X b)", "X", _exponential),
    Pair("tr(AX⁻¹B)", r"\operatorname{tr}(A X^{-1} B)", "X", _inverse),
    Pair("xᵀAx", r"x^T A x", "x", _quadratic_form),
    Pair("tr(AXBXᵀ)", r"\operatorname{tr}(A X B X^T)", "X", _two_sided),
    Pair("wᵀW₄W₃W₂W₁x", r"w^T W_4 W_3 W_2 W_1 x", "W_2", _chain),
]


def _by_sympy(pair: Pair) -> str:
    expression, variable = pair.posed()
    return str(sympy.latex(expression.diff(variable)))


def _by_sympy_cold(pair: Pair) -> str:
    clear_cache()
    return _by_sympy(pair)


def _here(pair: Pair) -> str:
    return derivtex.derive(pair.text, pair.wrt).latex()


def run(runs: int = 15) -> None:
    """Print a row for each problem, and the medians of the ratios."""
    print(f"\nAgainst SymPy {sympy.__version__}: pose, differentiate, print; medians of {runs}")
    print(f"  {'':14} {'derivtex':>9} {'SymPy':>9} {'ratio':>6} {'cleared':>9} {'ratio':>6}")
    warm, cleared = [], []
    for pair in PAIRS:
        here, there = partial(_here, pair), partial(_by_sympy, pair)
        here(), there()
        time = in_turn({"here": here, "there": there}, runs)
        # The cache is emptied in rounds of their own, so that the warm ones stay warm.
        cold = in_turn({"there": partial(_by_sympy_cold, pair)}, runs)["there"]
        warm.append(time["there"] / time["here"])
        cleared.append(cold / time["here"])
        print(
            f"  {pair.name:14} {ms(time['here']):>9} {ms(time['there']):>9} {warm[-1]:5.0f}×"
            f" {ms(cold):>9} {cleared[-1]:5.0f}×"
        )
    for what, ratios in (("SymPy's cache warm", warm), ("cleared before each run", cleared)):
        ratio = median(ratios)
        print(f"  median, {what}: {ratio:.1f}× (target {TARGET:.0f}×: {verdict(ratio >= TARGET)})")
