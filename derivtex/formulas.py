"""Functions of a number that were given by a formula: `s'(t)`, and the lines that say what it is.

The derivative is taken by the operation table; SymPy, loaded when one is needed, makes it short.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from derivtex.derivation import Derivation, Line, Reason
from derivtex.errors import DerivtexError
from derivtex.expr import Expr, walk
from derivtex.ops.functions import slope
from derivtex.phases import Trail, exhaust
from derivtex.riccati import LONGEST, RealForms, applied, in_terms_of_itself, polynomial
from derivtex.rules.tidy_sums import carry_sign
from derivtex.symbols import Function
from derivtex.tidying import SUMS
from derivtex.varying import Varying


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
        found = in_terms_of_itself(function) if order == 1 else None
        if found is not None:
            return polynomial(applied(function, 0), *found)
        return min((raw, *_shorter(raw)), key=lambda form: form.size)
    except DerivtexError:
        return raw  # SymPy has nothing for something in it


def _shorter(raw: Expr) -> Iterator[Expr]:
    """The same as SymPy simplifies it."""
    if raw.size > LONGEST:
        return
    import sympy

    real = RealForms(raw)
    for simpler in (sympy.simplify, sympy.factor, sympy.together):
        try:
            yield real.read(simpler(*real.forms))
        except DerivtexError:
            continue  # a form that has no counterpart here
