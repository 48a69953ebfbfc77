"""Integer expressions, such as `k - j - 1`: what stands as an index, a limit or an exponent."""

from __future__ import annotations

from fractions import Fraction

from derivtex.expr import Expr
from derivtex.ops.algebra import add, mul, split
from derivtex.ops.leaves import number, value_of


def linear(e: Expr) -> tuple[dict[Expr, int | Fraction], int | Fraction]:
    """`e` as multiples of what is no sum and no multiple, and a number."""
    parts: dict[Expr, int | Fraction] = {}
    constant: int | Fraction = 0
    pending: list[tuple[Expr, int | Fraction]] = [(e, 1)]
    while pending:
        term, times = pending.pop()
        value = value_of(term)
        if value is not None:
            constant += times * value
        elif term.op == "add":
            pending += [(arg, times) for arg in reversed(term.args)]
        else:
            coefficient, scalars, chain = split(term)
            factor = value_of(coefficient)
            rest = mul(*scalars, *chain)
            if rest.op == "add":
                pending.append((rest, times * factor))
            else:
                parts[rest] = parts.get(rest, 0) + times * factor
    return {part: times for part, times in parts.items() if times}, constant


def integer(e: Expr) -> Expr:
    """`e` with like terms added up, what is positive first and the number last: `k - j - 1`."""
    if e.op not in {"add", "mul"}:
        return e
    parts, constant = linear(e)
    terms = [mul(number(times), part) for part, times in parts.items() if times > 0]
    terms += [mul(number(times), part) for part, times in parts.items() if times < 0]
    if constant or not terms:
        terms.append(number(constant))
    return terms[0] if len(terms) == 1 else add.node(tuple(terms))


def is_negative(e: Expr) -> bool:
    """Whether `e` is minus something, as `-k` and `-2k - 1` are."""
    parts, constant = linear(e)
    return constant <= 0 and all(times < 0 for times in parts.values())


def plus(a: Expr, b: Expr | int) -> Expr:
    """`a + b`, an integer."""
    return integer(add(a, b if isinstance(b, Expr) else number(b)))


def minus(a: Expr, b: Expr | int) -> Expr:
    """`a - b`, an integer."""
    return integer(add(a, -b if isinstance(b, Expr) else number(-b)))
