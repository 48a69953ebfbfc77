"""The gradients of the conformance suite by SymPy's `diff`: how many are right, and how fast.

Each problem is given to SymPy as its own matrix expression, made by `to_sympy` and counted only if
its value is that of the row's NumPy function, so that no answer is wrong because the question was.
An answer is right if it evaluates to the finite differences, in either layout, and for a structured
variable after the projection as well. Zero for what is not zero is wrong; an answer that still has
a derivative in it, or that neither way of evaluating gets a number from, is none.
"""

from __future__ import annotations

import signal
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from traceback import walk_tb
from typing import Any

import numpy as np
import sympy

import derivtex
from benchmarks.clock import warm
from derivtex.derive import derive_problem
from derivtex.errors import DerivtexError
from derivtex.expr import Expr, fold, rebuild
from derivtex.sympy_bridge import to_sympy
from tests.conformance.numeric import derivative, evaluated
from tests.conformance.row import Row
from tests.conformance.sample import project, sample
from tests.conformance.sources import SOURCES

#: The longest that SymPy may take for one problem, and for its value.
SECONDS = 20
#: What SymPy 1.14 raises on the rows where it gives up; its own errors are a `ValueError`.
FAILS = (AssertionError, AttributeError, NotImplementedError, RecursionError, TypeError, ValueError)
SYMPY = Path(sympy.__file__).parent
VERDICTS = ("right", "wrong", "no value", "too slow", "not expressible")


class TooSlow(Exception):
    pass


def run() -> None:
    """Print the counts for each source, and the median of the times of what both get right."""
    print(f"\nConformance, gradients: derivtex, and SymPy {sympy.__version__}'s diff")
    print(f"  {'':44} {'rows':>4} {'here':>5} " + " ".join(f"{v:>15}" for v in VERDICTS))
    ratios: list[float] = []
    total: Counter[str] = Counter()
    for source, rows in SOURCES.items():
        counts: Counter[str] = Counter()
        for row in rows:
            if row.kind != "gradient":
                continue
            counts["rows"] += 1
            counts["here"] += right_here(row)
            verdict, ratio = verdict_on_sympy(row)
            counts[verdict] += 1
            ratios += [] if ratio is None else [ratio]
        total += counts
        _line(source, counts)
    _line("together", total)
    print(f"  both right: {len(ratios)}; there SymPy takes {median(ratios):.1f} times as long")
    print("  (the medians of one run each, deriving what is read already, SymPy's cache warm)")


def _line(name: str, counts: Mapping[str, int]) -> None:
    columns = " ".join(f"{counts.get(verdict, 0):>15}" for verdict in VERDICTS)
    print(f"  {name:44} {counts['rows']:>4} {counts['here']:>5} {columns}")


def right_here(row: Row) -> bool:
    """Whether derivtex derives it, every step verified, with the right value."""
    try:
        derivation = derivtex.derive(row.text, **row.options)
        (found,) = derivation.gradients.values()
        data = sample(row.shapes, 0)
        value = evaluated(row, found, data)
    except DerivtexError:
        return False
    return derivation.verify().ok and _same(value, derivative(row, data))


def verdict_on_sympy(row: Row) -> tuple[str, float | None]:
    """The verdict on SymPy's answer, and how many times as long it took where it is right."""
    try:
        problem = derivtex.parse(row.text)
        task = problem.tasks[0]
        f, x = to_sympy(_written_out(task.objective)), to_sympy(task.variables[0])
    except DerivtexError:
        return "not expressible", None
    data = sample(row.shapes, 0)
    known = Known(data, (f, x))
    try:
        with _at_most(SECONDS):
            truth = _by_sympy(known.value, f)
    except TooSlow:
        truth = None
    if truth is None or not _same(truth, np.asarray(row.truth(**data))):
        return "not expressible", None
    wanted = derivative(row, data)
    try:
        with _at_most(SECONDS):
            found = _by_either_way(f, x, known)
    except TooSlow:
        return "too slow", None
    if found is None:
        return "no value", None
    kind = row.shapes[row.wrt].partition(" ")[2]
    candidates = [found, found.T]
    if found.shape[0] == found.shape[1]:
        candidates += [project(found, kind)]
    if not any(_same(candidate, wanted) for candidate in candidates):
        return "wrong", None
    there = warm(lambda: f.diff(x), 1, warmups=1)
    here = warm(lambda: derive_problem(problem), 1, warmups=1)
    return "right", there / here


def _by_either_way(f: Any, x: Any, known: Known) -> Any:
    """The value of `f.diff(x)` with data put in, or else with entries for the matrices.

    What SymPy leaves as a `Derivative` has none: data put in would make it 0.
    """
    for way in (known.value_of_slope, known.value_of_entries):
        value = _by_sympy(way, f, x)
        if value is not None:
            return value
    return None


def _by_sympy(way: Callable[..., Any], *args: Any) -> Any:
    """What SymPy gets this way, None where it fails; a mistake made here is no failure of SymPy."""
    try:
        return way(*args)
    except FAILS as error:
        files = [frame.f_code.co_filename for frame, _ in walk_tb(error.__traceback__)]
        if not any(Path(file).is_relative_to(SYMPY) for file in files):
            raise
        return None


class Known:
    """Data for the symbols of SymPy expressions."""

    def __init__(self, data: Mapping[str, Any], of: tuple[Any, ...]) -> None:
        self.data = {
            name: np.atleast_2d(value).T if np.ndim(value) == 1 else np.atleast_2d(value)
            for name, value in data.items()
            if not callable(value)
        }
        self.sizes: dict[Any, int] = {}
        for expression in of:
            for symbol in expression.atoms(sympy.MatrixSymbol):
                sizes = zip(symbol.shape, self._array(symbol).shape, strict=True)
                self.sizes |= {size: n for size, n in sizes if isinstance(size, sympy.Symbol)}

    def _array(self, symbol: Any) -> Any:
        return self.data[symbol.name.lstrip("\\")]

    def value(self, expression: Any) -> Any:
        """The array that the expression is, or None where something is left in it."""
        sized = expression.subs(self.sizes)
        for symbol in sized.atoms(sympy.MatrixSymbol):
            sized = sized.subs(symbol, sympy.ImmutableMatrix(self._array(symbol)))
        scalars = {s: float(self._array(s)[0, 0]) for s in sized.free_symbols if self._has(s)}
        return _explicit(_scalars_of_matrices(sized.subs(scalars)).doit())

    def value_of_slope(self, f: Any, x: Any) -> Any:
        """The derivative with data put in."""
        slope = f.diff(x)
        return None if slope.has(sympy.Derivative) else self.value(slope)

    def value_of_entries(self, f: Any, x: Any) -> Any:
        """The same with sizes put in before, and entries after the derivative."""
        slope = f.subs(self.sizes).diff(x.subs(self.sizes))
        if slope.has(sympy.Derivative):
            return None
        explicit = slope.as_explicit() if hasattr(slope, "as_explicit") else slope.doit()
        entries = {
            symbol[i, j]: float(self._array(symbol)[i, j])
            for symbol in f.subs(self.sizes).atoms(sympy.MatrixSymbol)
            for i, j in np.ndindex(self._array(symbol).shape)
        }
        scalars = {s: float(self._array(s)[0, 0]) for s in f.free_symbols if self._has(s)}
        return _explicit(_scalars_of_matrices(explicit.subs(entries).subs(scalars)).doit())

    def _has(self, symbol: Any) -> bool:
        return isinstance(symbol, sympy.Symbol) and symbol.name.lstrip("\\") in self.data


def _scalars_of_matrices(expression: Any) -> Any:
    """Traces and determinants of entries: `doit` alone leaves them where ones are a factor."""
    return expression.replace(
        lambda e: isinstance(e, sympy.Trace | sympy.Determinant),
        lambda e: e.func(e.arg.doit().as_explicit()).doit(),
    )


def _explicit(expression: Any) -> Any:
    if hasattr(expression, "as_explicit"):
        expression = expression.as_explicit()
    entries = expression.tolist() if hasattr(expression, "tolist") else [[expression]]
    array = np.array(entries, dtype=float).squeeze()
    return np.atleast_2d(array).T if array.ndim == 1 else np.atleast_2d(array)


def _written_out(e: Expr) -> Expr:
    """The expression without names for parts of it."""
    named = {"named", "sized"}
    out: Expr = fold(e, lambda node, parts: parts[0] if node.op in named else rebuild(node, parts))
    return out


def _same(a: Any, b: Any) -> bool:
    a, b = (np.atleast_2d(x).T if np.ndim(x) == 1 else np.atleast_2d(x) for x in (a, b))
    scale = max(1.0, float(np.abs(b).max()))
    return a.shape == b.shape and bool(np.abs(a - b).max() <= 1e-5 * scale)


@contextmanager
def _at_most(seconds: int) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise TooSlow

    before: Callable[..., Any] | int | None = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


warnings.filterwarnings("ignore", module="sympy")
sys.setrecursionlimit(max(sys.getrecursionlimit(), 3000))
