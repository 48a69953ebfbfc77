"""Elementwise algebra: what is written with products and quotients entry by entry, made short."""

from __future__ import annotations

from fractions import Fraction
from math import lcm

from derivtex.expr import Expr
from derivtex.ops import add, elementwise, mul, number, power, split
from derivtex.ops.leaves import is_ones, value_of
from derivtex.rule import rule
from derivtex.rules.monomials import CANCELLING, shortest
from derivtex.varying import Varying


@rule(
    "elementwise algebra",
    r"(A \odot B) \oslash B = A",
    given=r"A, B \in \R^{m \times n}; B > 0",
    some=CANCELLING,
    on="add hadamard hadamard_quotient power dsigmoid",
)
def simplify(node: Expr, varying: Varying) -> Expr | None:
    """The shortest of: as it is, cancelled, cancelled and multiplied out."""
    if node.shape.is_scalar:
        return None
    best = shortest(node)
    return None if best is node else best


@rule(
    "fraction reduced",
    r"b(\frac{a}{b} + c) = a + bc",
    given=r"a, b, c \in \R; b > 0",
    some=CANCELLING,
    on="add mul power dsigmoid",
)
def reduce(node: Expr, varying: Varying) -> Expr | None:
    """The same for scalars, and for the scalar factors of a product."""
    if node.shape.is_scalar and node.op != "mul":
        best = shortest(node)
        return None if best is node else best
    coefficient, scalars, chain = split(node)
    if node.op != "mul" or not scalars:
        return None
    prefix = mul(coefficient, *scalars)
    best = shortest(prefix)
    return None if best is prefix else mul(best, *chain)


@rule(
    "denominators multiplied",
    r"\frac{1}{c(1 + \frac{a}{c})} = \frac{1}{c + a}",
    given=r"a, c \in \R; a > 0; c > 0",
    needs="power add",
    on="mul",
)
def multiply_denominators(node: Expr, varying: Varying) -> Expr | None:
    """`1/(c(1 + a/c)) = 1/(c + a)`: c that stands below, in a term of the other factor as well.

    Of powers too: `1/(c²(1 + a/c²)) = 1/(c² + a)`, `1/(c(1 + a/c)²) = c/(c + a)²`.
    """
    coefficient, scalars, chain = split(node)
    below = [s for s in scalars if (value_of(s.args[1]) if s.op == "power" else 1) in _BELOW]
    for total in [s for s in below if s.args[0].op == "add"]:
        terms = total.args[0].args
        for c in [s for s in below if s is not total]:
            base = c.args[0]
            often = max(_times_below(base, term) for term in terms)
            if often == 0:
                continue
            halves = lcm(*[_divisor(term) for term in terms])
            times = mul(number(halves), power(base, number(often)))
            above = power(times, number(-value_of(total.args[1])))
            cleared = power(add(*[mul(term, times) for term in terms]), total.args[1])
            rest = [s for s in scalars if s is not total]
            new = mul(coefficient, *rest, above, cleared, *chain)
            if new.size < node.size:
                return new
    return None


#: The exponents of what divides.
_BELOW = frozenset(range(-9, 0))


def _divisor(term: Expr) -> int:
    return Fraction(value_of(split(term)[0])).denominator


def _times_below(c: Expr, term: Expr) -> int:
    """How often the scalar c divides a term."""
    for s in split(term)[1]:
        if s.op == "power" and s.args[0] is c and value_of(s.args[1]) in _BELOW:
            return -int(value_of(s.args[1]))
    return 0


@rule(
    "quotient in a differential",
    r"(A \odot B) \oslash (A \odot C) = B \oslash C",
    given=r"A, B, C \in \R^{m \times n}; A > 0; C > 0",
    needs="differential hadamard_quotient",
    on="hadamard_quotient",
)
def cancel_in_differential(node: Expr, varying: Varying) -> Expr | None:
    """`(dA ⊘ B) ⊘ (A ⊘ B) = dA ⊘ A`, as d log(A ⊘ B) has it."""
    if not varying.holds(node):
        return None
    best = shortest(node)
    return None if best is node else best


@rule(
    "complement of the sigmoid",
    r"1 - \sigma(t) = \sigma(-t)",
    given=r"t \in \R",
    needs="sigmoid",
    on="add mul",
)
def complement(node: Expr, varying: Varying) -> Expr | None:
    """`1 - σ(z) = σ(-z)` for a factor of a vector or matrix, and where a minus sign goes away."""
    if node.op == "add":
        z = _complemented(node)
        return None if z is None or (-z).size >= z.size else elementwise.sigmoid(-z)
    if node.shape.is_scalar:
        return None
    args = [
        arg if (z := _complemented(arg)) is None else elementwise.sigmoid(-z) for arg in node.args
    ]
    return None if tuple(args) == node.args else mul(*args)


def _complemented(e: Expr) -> Expr | None:
    """z where `e` is `1 - σ(z)`."""
    if e.op != "add" or len(e.args) != 2 or not is_ones(e.args[0]):
        return None
    term = e.args[1]
    minus = term.op == "mul" and len(term.args) == 2 and value_of(term.args[0]) == -1
    return term.args[1].args[0] if minus and term.args[1].op == "sigmoid" else None
