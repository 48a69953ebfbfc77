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
from derivtex.derive import derive_problem

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


def _exponential() -> tuple[Any, Any]:
    (X,), (a,), (b,) = _matrices("X", m, n), _matrices("a", m, 1), _matrices("b", n, 1)
    return a.T * (X * b).applyfunc(sympy.exp), X


def _inverse() -> tuple[Any, Any]:
    A, B, X = _matrices("A B X", n, n)
    return sympy.Trace(A * X.I * B), X


def _log_det() -> tuple[Any, Any]:
    (X,) = _matrices("X", n, n)
    return sympy.log(sympy.Determinant(X)), X


def _layer() -> tuple[Any, Any]:
    M, W, X = _matrices("M W X", n, n)
    t = sympy.Symbol("t")
    Y = (W * X).applyfunc(sympy.Lambda(t, 1 / (1 + sympy.exp(-t))))
    return sympy.Trace(Y.T * M * Y), X


def _chain() -> tuple[Any, Any]:
    W1, W2, W3, W4 = _matrices("W1 W2 W3 W4", n, n)
    w, x = _matrices("w x", n, 1)
    return w.T * W4 * W3 * W2 * W1 * x, W2


def _long_chain() -> tuple[Any, Any]:
    W = [sympy.MatrixSymbol(f"W{i}", n, n) for i in range(LONG)]
    w, x = _matrices("w x", n, 1)
    return w.T * sympy.MatMul(*W) * x, W[LONG // 2]


LONG = 50
_CHAIN = " ".join(f"W_{{{i}}}" for i in range(LONG))

#: What the comparison of tools is made on: SymPy answers all of these, two of them wrongly.
PAIRS = [
    Pair("tr(XᵀAX)", r"\operatorname{tr}(X^T A X)", "X", _quadratic_trace),
    Pair("‖Xw − y‖²", r"\|Xw - y\|^2", "w", _least_squares),
    Pair("aᵀexp(Xb)", r"a^T \exp(X b)", "X", _exponential),
    Pair("log det X (0!)", r"\log\det X", "X", _log_det),
    Pair("tr(AX⁻¹B)", r"\operatorname{tr}(A X^{-1} B)", "X", _inverse),
    Pair("wᵀW₄W₃W₂W₁x", r"w^T W_4 W_3 W_2 W_1 x", "W_2", _chain),
    Pair("tr(σ(WX)ᵀMσ(WX))", "Y = \\sigma(WX)\nf = \\operatorname{tr}(Y^T M Y)", "X", _layer),
    Pair(f"product of {LONG}", f"w^T {_CHAIN} x", f"W_{{{LONG // 2}}}", _long_chain),
]


def _by_sympy(expression: Any, variable: Any) -> str:
    return str(sympy.latex(expression.diff(variable)))


def _by_sympy_cold(expression: Any, variable: Any) -> str:
    clear_cache()
    return _by_sympy(expression, variable)


def _here(pair: Pair) -> str:
    return derivtex.derive(pair.text, pair.wrt).latex()


def _derived(problem: derivtex.Problem) -> str:
    return derive_problem(problem).latex()


def run(runs: int = 15) -> None:
    """Print a row for each problem, and the medians of the ratios."""
    print(f"\nAgainst SymPy {sympy.__version__}: `diff` and `latex`; medians of {runs}")
    print(
        f"  {'':18} {'SymPy':>9} {'whole':>9} {'ratio':>6} {'read':>9} {'ratio':>6} {'cleared':>8}"
    )
    ratios: dict[str, list[float]] = {
        "parse, derive and print": [],
        "derive and print what is read already, as SymPy's expression is": [],
        "the whole, SymPy's cache cleared before each run": [],
    }
    for pair in PAIRS:
        expression, variable = pair.posed()
        problem = derivtex.parse(pair.text, wrt=pair.wrt)
        actions = {
            "whole": partial(_here, pair),
            "read": partial(_derived, problem),
            "SymPy": partial(_by_sympy, expression, variable),
        }
        for action in actions.values():
            action()
        time = in_turn(actions, runs, in_a_row=5)
        # The cache is emptied in rounds of their own, so that the warm ones stay warm.
        cold = in_turn({"SymPy": partial(_by_sympy_cold, expression, variable)}, runs)["SymPy"]
        row = (
            time["SymPy"] / time["whole"],
            time["SymPy"] / time["read"],
            cold / time["whole"],
        )
        for values, ratio in zip(ratios.values(), row, strict=True):
            values.append(ratio)
        print(
            f"  {pair.name:18} {ms(time['SymPy']):>9} {ms(time['whole']):>9} {row[0]:5.0f}×"
            f" {ms(time['read']):>9} {row[1]:5.0f}× {row[2]:7.0f}×"
        )
    for what, values in ratios.items():
        ratio = median(values)
        print(f"  median, {what}: {ratio:.1f}× (target {TARGET:.0f}×: {verdict(ratio >= TARGET)})")
