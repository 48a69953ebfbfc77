"""Functions of a number, given by a formula, whose derivative is a polynomial of themselves.

They solve the Riccati equation with constant coefficients, `s' = a + b s + c s²`: the logistic
function, the exponential, the hyperbolic tangent. SymPy, loaded when one is met, finds the numbers.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any

from derivtex.errors import DerivtexError
from derivtex.expr import Expr
from derivtex.ops import add, map_function, mul, number, ones
from derivtex.ops.functions import slope
from derivtex.ops.leaves import value_of
from derivtex.symbols import Function
from derivtex.sympy_bridge import from_sympy, to_sympy

#: Of a longer formula nothing is asked: SymPy would take minutes.
LONGEST = 60


def applied(function: Function, order: int) -> Expr:
    """`s'(t)`, by name."""
    formula = function.formula
    return map_function(function, formula.formal, order, formula.parameters)


class RealForms:
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


@lru_cache(maxsize=256)
def in_terms_of_itself(function: Function) -> tuple[Expr, Expr, Expr] | None:
    """a, b, c with `s' = a + b s + c s²`, which logistic, exponential and tangent functions have.

    The numbers are found from three points, and then proved for every t.
    """
    formula = function.formula
    raw = slope(formula.body, formula.formal)
    if raw.size > LONGEST:
        return None
    import sympy

    real = RealForms(raw, formula.body, formula.formal)
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


def polynomial(s: Expr, a: Expr, b: Expr, c: Expr) -> Expr:
    """`a + b s + c s²`; `b s (1 - s)` where it is that."""
    if a is number(0) and c is -b:
        return mul(b, s, add(number(1), -s))
    if a is number(0) and c is not number(0):
        return mul(s, add(b, mul(c, s)))
    return add(a, mul(b, s), mul(c, s, s))


def factors(e: Expr) -> tuple[Fraction, tuple[Expr, ...]] | None:
    """`s'(X)` as a number and factors that are made of `s(X)`; None where it is no such product."""
    function, _ = e.data
    try:
        found = in_terms_of_itself(function)
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
def formula_of_value(function: Function, order: int) -> Expr:
    """What the derivative of some order is worked out by.

    It is not the formula that is shown, so one checks the other.
    """
    if order == 0:
        body: Expr = function.formula.body
        return body
    if order == 1:
        try:
            found = in_terms_of_itself(function)
        except DerivtexError:
            found = None  # SymPy has nothing for something in it
        if found is not None:
            return polynomial(applied(function, 0), *found)
    return slope(formula_of_value(function, order - 1), function.formula.formal)
