"""Functions of a number that were given by a formula: `s'(t)`, and the lines that say what it is.

The derivative is taken by the operation table; SymPy, loaded when one is needed, makes it short.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

from derivtex.derivation import Derivation, Line, Reason
from derivtex.errors import DerivtexError
from derivtex.expr import Expr, walk
from derivtex.ops import add, map_function, mul, number, ones
from derivtex.ops.functions import slope
from derivtex.ops.leaves import value_of
from derivtex.phases import Trail, exhaust
from derivtex.rules.tidy_sums import carry_sign
from derivtex.symbols import Function
from derivtex.sympy_bridge import from_sympy, to_sympy
from derivtex.tidying import SUMS
from derivtex.varying import Varying

#: A longer formula is not simplified: SymPy would take minutes.
_SIMPLIFIED = 60


def with_formulas(derivation: Derivation) -> Derivation:
    """The derivation, begun with the formulas of the functions that it applies."""
    orders: dict[Function, int] = {}
    pending = [line.right for line in derivation.lines]
    while pending:
        for node in walk(pending.pop()):
            if node.op != "map" or node.data[0].formula is None:
                continue
            function, order = node.data
            for missing in range(orders.get(function, -1) + 1, order + 1):
                orders[function] = missing
                pending.append(formula_of(function, missing))
    if not orders:
        return derivation
    given = [f for f in derivation.problem.functions if f in orders]
    functions = dict.fromkeys([*given, *orders])
    lines = [line for function in functions for line in _lines(function, orders[function])]
    return replace(derivation, lines=(*lines, *derivation.lines))


def _lines(function: Function, highest: int) -> Iterator[Line]:
    """`s(t) = …`, `s'(t) = …`."""
    for order in range(highest + 1):
        left = applied(function, order)
        reason = Reason("definition of {}", (left,))
        if order:
            reason = Reason("derivative of {}", (applied(function, order - 1),))
        yield Line("definition", left, formula_of(function, order), reason)


def applied(function: Function, order: int) -> Expr:
    """`s'(t)`, by name."""
    formula = function.formula
    return map_function(function, formula.formal, order, formula.parameters)


@lru_cache(maxsize=256)
def formula_of(function: Function, order: int) -> Expr:
    """The formula of the derivative of some order."""
    if order == 0:
        body: Expr = function.formula.body
        return body
    trail = Trail(slope(formula_of(function, order - 1), function.formula.formal))
    exhaust(trail, (*SUMS, carry_sign), Varying([]))
    raw = trail.current
    try:
        found = _in_terms_of_itself(function) if order == 1 else None
        if found is not None:
            return _polynomial(applied(function, 0), *found)
        return min((raw, *_shorter(raw)), key=lambda form: form.size)
    except DerivtexError:
        return raw  # SymPy has nothing for something in it


class _Real:
    """SymPy's form of expressions in which every letter is real, and the way back."""

    def __init__(self, *expressions: Expr) -> None:
        import sympy

        forms = [to_sympy(e) for e in expressions]
        self.real: dict[Any, Any] = {}
        for symbol in set().union(*[form.free_symbols for form in forms]):
            assumed = {"positive": True} if symbol.is_positive else {}
            self.real[symbol] = sympy.Symbol(symbol.name, real=True, **assumed)
        self.back = {new: old for old, new in self.real.items()}
        self.forms = [form.xreplace(self.real) for form in forms]

    def read(self, form: Any) -> Expr:
        return from_sympy(form.xreplace(self.back))


def _shorter(raw: Expr) -> Iterator[Expr]:
    """The same as SymPy simplifies it."""
    if raw.size > _SIMPLIFIED:
        return
    import sympy

    real = _Real(raw)
    for simpler in (sympy.simplify, sympy.factor, sympy.together):
        try:
            yield real.read(simpler(*real.forms))
        except DerivtexError:
            continue  # a form that has no counterpart here


def factors(e: Expr) -> tuple[Fraction, tuple[Expr, ...]] | None:
    """`s'(X)` as a number and factors that are made of `s(X)`; None where it is no such product."""
    function, _ = e.data
    try:
        found = _in_terms_of_itself(function)
    except DerivtexError:
        return None
    values = None if found is None else [value_of(k) for k in found]
    if values is None or any(value is None for value in values):
        return None
    a, b, c = values
    s = map_function(function, e.args[0], 0, e.args[1:])
    one = ones(e.shape)
    if a == 0 and c in {0, -b}:
        return Fraction(b), (s,) if c == 0 else (s, one - s)
    return (Fraction(a), (one - s, one + s)) if b == 0 and c == -a else None


@lru_cache(maxsize=256)
def _in_terms_of_itself(function: Function) -> tuple[Expr, Expr, Expr] | None:
    """a, b, c with `s' = a + b s + c s²`, which logistic, exponential and tangent functions have.

    The numbers are found from three points, and then proved for every t.
    """
    formula = function.formula
    raw = slope(formula.body, formula.formal)
    if raw.size > _SIMPLIFIED:
        return None
    import sympy

    real = _Real(raw, formula.body, formula.formal)
    exact, value, t = real.forms
    if value.is_rational_function(t):
        return None
    a, b, c = sympy.symbols("a b c", cls=sympy.Dummy)
    claim = a + b * value + c * value**2
    equations = [(exact - claim).subs(t, sympy.Integer(point)) for point in (0, 1, 2)]
    found = sympy.solve(equations, [a, b, c], dict=True)
    if len(found) != 1 or set(found[0]) != {a, b, c}:
        return None
    numbers = {letter: sympy.simplify(found[0][letter]) for letter in (a, b, c)}
    if sympy.simplify(exact - claim.subs(numbers)) != 0:
        return None
    return real.read(numbers[a]), real.read(numbers[b]), real.read(numbers[c])


def _polynomial(s: Expr, a: Expr, b: Expr, c: Expr) -> Expr:
    """`a + b s + c s²`; `b s (1 - s)` where it is that."""
    if a is number(0) and c is -b:
        return mul(b, s, add(number(1), -s))
    if a is number(0) and c is not number(0):
        return mul(s, add(b, mul(c, s)))
    return add(a, mul(b, s), mul(c, s, s))
