"""Solving `∂L/∂w = 0` where it is linear in the unknown, or in its inverse."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import NamedTuple

from derivtex.definite import is_invertible, is_positive
from derivtex.expr import Expr, rebuild, replace, walk
from derivtex.op import OPS
from derivtex.ops import (
    add,
    identity,
    indexed_sum,
    inverse,
    mul,
    number,
    power,
    split,
    transpose,
    zeros,
)
from derivtex.ops.algebra import reversed_transpose
from derivtex.ops.leaves import ONE, value_of
from derivtex.rule import rule
from derivtex.rules import indexed
from derivtex.rules.tidy_factors import base_and_exponent
from derivtex.rules.tidy_products import cancelled
from derivtex.structure import transposed
from derivtex.varying import Varying


class System(NamedTuple):
    """`left = known`, linear in `unknown`, which may be the inverse of what is asked for; both
    sides were divided by the matrix `divided`, if any."""

    left: Expr
    known: Expr
    unknown: Expr
    divided: Expr | None = None


class Sides(NamedTuple):
    """A term `c P w Q` of the unknown w."""

    coefficient: Expr
    before: tuple[Expr, ...]
    after: tuple[Expr, ...]


def linear_system(G: Expr, unknown: Expr) -> System | None:
    """`G = 0` as an equation linear in the unknown, or in its inverse; None where there is none.

    Where the unknown stands between inverses the equation is multiplied by it from both sides:
    S⁻¹ - S⁻¹CS⁻¹ = 0 says S = C.
    """
    varying = Varying([unknown])
    G = without_names(G, varying)
    terms = _terms(G, varying)
    if unknown.shape.is_scalar:
        terms = _without_denominators(terms, unknown)
    terms = _upright(terms, unknown, varying)
    U = inverse(unknown) if unknown.shape.is_square and not unknown.shape.is_scalar else None
    if U is None or not any(U in walk(term) for term in terms):
        return _system(terms, unknown)
    both = [cancelled(mul(unknown, term, unknown), varying) for term in terms]
    return _system(both, unknown) or _system(terms, U)


def _without_denominators(terms: list[Expr], s: Expr) -> list[Expr]:
    """`a/s² - b/s = 0` as `a - bs = 0`."""
    powers = [base_and_exponent(factor) for term in terms for factor in split(term)[1]]
    lowest = min((k for base, k in powers if base is s), default=0)
    return [mul(power(s, number(-lowest)), term) for term in terms] if lowest < 0 else terms


def _upright(terms: list[Expr], unknown: Expr, varying: Varying) -> list[Expr]:
    """The equation transposed, where the unknown is in each term: `X⁻ᵀ = Aᵀ` says X⁻¹ = A."""
    factors = [factor for term in terms for factor in split(term)[2] if varying.depends(factor)]
    turned = unknown.shape.is_square and all(factor.op == "transpose" for factor in factors)
    return [transposed(term) for term in terms] if turned and factors else terms


def _system(terms: list[Expr], unknown: Expr) -> System | None:
    varying = Varying([unknown, *unknown.args])
    terms, divided = _without_common_factor(_without_common_inverse(terms, unknown), varying)
    terms = _without_common_number(terms, varying)
    if any(varying.depends(t) and _sides_of(t, unknown, varying) is None for t in terms):
        return None
    left, known = sides(add(*terms), varying)
    return System(left, known, unknown, divided) if varying.depends(left) else None


def sides(total: Expr, varying: Varying) -> tuple[Expr, Expr]:
    """`total = 0` with the terms that vary on the left, not beginning with a minus sign."""
    terms = total.args if total.op == "add" else (total,)
    left = [term for term in terms if varying.depends(term)]
    known = [-term for term in terms if not varying.depends(term)]
    if left and value_of(split(left[0])[0]) < 0:
        left, known = [-term for term in left], [-term for term in known]
    nothing = zeros(total.shape)
    return add(*left) if left else nothing, add(*known) if known else nothing


def without_names(e: Expr, varying: Varying) -> Expr:
    """`e` with the names put back that stand for something with the unknown in it."""
    while names := {
        node: node.args[0]
        for node in walk(e, into=lambda node: node.op != "named")
        if node.op in {"named", "sized"} and varying.depends(node) and node not in varying.variables
    }:
        e = replace(e, names)
    return e


def _terms(e: Expr, varying: Varying) -> list[Expr]:
    """The terms of `e`, multiplied out wherever the unknown stands in a sum."""
    if not varying.depends(e):
        return [e]
    if e.op == "add":
        return [term for part in e.args for term in _terms(part, varying)]
    if e.op == "indexed_sum":
        return [_series(part, e.args[1:], varying) for part in _terms(e.args[0], varying)]
    linear = e.op == "mul" or (e.op in OPS and OPS[e.op].adjoint is not None)
    if not linear or OPS[e.op].not_linear_in:
        return [e]
    choices = [_terms(arg, varying) for arg in e.args]
    if e.op == "transpose":
        return [transposed(part) for part in choices[0]]
    return [_scalars_out(rebuild(e, args)) for args in product(*choices)]


def _series(term: Expr, limits: tuple[Expr, ...], varying: Varying) -> Expr:
    """`Σᵢ (wᵀaᵢ) bᵢ = (Σᵢ bᵢaᵢᵀ) w`: what does not run stands outside the sum."""
    total = indexed_sum(_scalar_last(term, varying), *limits)
    if total.op != "indexed_sum":
        return total
    return indexed.equal_terms(total, varying) or indexed.constants_out(total, varying) or total


def _scalar_last(term: Expr, varying: Varying) -> Expr:
    """`(wᵀa) b = b aᵀw` for a column b, where the scalar factor holds the unknown."""
    coefficient, scalars, chain = split(term)
    inside = [s for s in scalars if varying.depends(s)]
    if len(inside) != 1 or not term.shape.is_column or inside[0].op not in {"mul", "frobenius"}:
        return term
    (s,) = inside
    row = s if s.op == "mul" else mul(transpose(s.args[0]), s.args[1])
    number_part, factors, product = split(row)
    if len(product) < 2:
        return term
    if varying.depends(product[0]):
        product = split(reversed_transpose(mul(*product)))[2]
    rest = [c for c in scalars if c is not s]
    return mul(coefficient, number_part, *rest, *factors, mul(*chain), *product)


def _scalars_out(term: Expr) -> Expr:
    """`tr(cA) = c tr(A)`, and the like."""
    if len(term.args) != 1:
        return term
    coefficient, scalars, chain = split(term.args[0])
    return mul(coefficient, *scalars, rebuild(term, (mul(*chain),))) if chain else term


def _sides_of(term: Expr, unknown: Expr, varying: Varying) -> Sides | None:
    """`c P w Q` as c, P and Q; None where the term is not linear in w."""
    coefficient, scalars, chain = split(term)
    if unknown.shape.is_scalar:
        if scalars.count(unknown) != 1:
            return None
        rest = tuple(s for s in scalars if s is not unknown)
        sides = Sides(mul(coefficient, *rest, *chain), (), ())
    elif chain.count(unknown) != 1:
        return None
    else:
        place = chain.index(unknown)
        sides = Sides(mul(coefficient, *scalars), chain[:place], chain[place + 1 :])
    parts = (sides.coefficient, *sides.before, *sides.after)
    return None if any(map(varying.depends, parts)) else sides


def _without_common_number(terms: list[Expr], varying: Varying) -> list[Expr]:
    """Divided by the number that all the terms share, multiplied by what divides any of them."""
    divisors = dict.fromkeys(
        s for term in terms for s in split(term)[1] if is_reciprocal(s) and not varying.depends(s)
    )
    for divisor in divisors:
        terms = [mul(inverse(divisor), term) for term in terms]
    magnitudes = {abs(value_of(split(term)[0])) for term in terms}
    if len(magnitudes) != 1 or magnitudes & {0, 1}:
        return terms
    (common,) = magnitudes
    return [mul(number(Fraction(1) / common), term) for term in terms]


def is_reciprocal(s: Expr) -> bool:
    exponent = value_of(s.args[1]) if s.op == "power" else None
    return exponent is not None and exponent < 0


def _without_common_inverse(terms: list[Expr], unknown: Expr) -> list[Expr]:
    """Multiplied by what all the terms begin, or end, with the inverse of."""
    for end in (0, -1):
        chains = [split(term)[2] for term in terms]
        if all(chains):
            factors = {chain[end] for chain in chains}
            factor = next(iter(factors))
            invertible = factor.op == "inverse" and factor is not unknown
            if len(factors) == 1 and invertible and all(len(c) > 1 for c in chains):
                terms = [_without_factor(term, end) for term in terms]
    return terms


def _without_common_factor(terms: list[Expr], varying: Varying) -> tuple[list[Expr], Expr | None]:
    """Divided by the matrix that all the terms begin, or end, with, if it is invertible; and it."""
    chains = [split(term)[2] for term in terms]
    if any(len(chain) < 2 for chain in chains):
        return terms, None
    for end in (0, -1):
        factor = chains[0][end]
        common = all(chain[end] is factor for chain in chains)
        if common and not varying.depends(factor) and is_invertible(factor):
            return [_without_factor(term, end) for term in terms], factor
    return terms, None


def _without_factor(term: Expr, end: int) -> Expr:
    coefficient, scalars, chain = split(term)
    return mul(coefficient, *scalars, *(chain[1:] if end == 0 else chain[:-1]))


def solution(system: System) -> tuple[Expr, tuple[Expr, ...]] | None:
    """The solution, and what must be invertible (not zero, if a scalar) for it to be one.

    None for a homogeneous equation, and for one such as `A W + W B = C`.
    """
    found = _solved(system)
    if found is None or system.unknown.op != "inverse":
        return found
    value, to_invert = found
    return inverse(value), (*to_invert, value)


def _solved(system: System) -> tuple[Expr, tuple[Expr, ...]] | None:
    left, known, unknown, _ = system
    varying = Varying([unknown])
    if known.op in {"zeros", "number"} and value_of(known) in {None, 0}:
        return None
    terms = left.args if left.op == "add" else (left,)
    sides = [found for term in terms if (found := _sides_of(term, unknown, varying)) is not None]
    if all(not side.before and not side.after for side in sides):
        M = add(*[side.coefficient for side in sides])
        return mul(inverse(M), known), to_invert(M)
    if all(not side.after for side in sides):
        unit = identity(unknown.shape.rows)
        M = add(*[mul(side.coefficient, *side.before, unit) for side in sides])
        return mul(inverse(M), known), to_invert(M)
    if all(not side.before for side in sides):
        unit = identity(unknown.shape.columns)
        M = add(*[mul(side.coefficient, unit, *side.after) for side in sides])
        return mul(known, inverse(M)), to_invert(M)
    if len(sides) == 1:
        P, Q = mul(*sides[0].before), mul(*sides[0].after)
        value = mul(inverse(sides[0].coefficient), inverse(P), known, inverse(Q))
        return value, (*to_invert(sides[0].coefficient), *to_invert(P), *to_invert(Q))
    return None


def to_invert(M: Expr) -> tuple[Expr, ...]:
    """What of M has to be invertible: scalar factors, unless they are positive, and the chain."""
    _, scalars, chain = split(M)
    if M.shape.is_scalar and chain:
        scalars, chain = (*scalars, mul(*chain)), ()
    core = mul(*chain) if chain else ONE
    matrices = () if core.op in {"number", "identity"} else (core,)
    return (*[s for s in scalars if not (is_positive(s) or is_reciprocal(s))], *matrices)


@rule(
    "linear equation",
    "A^{-1}(Ab) = b",
    given=r"A \in \R^{n \times n} \text{ invertible}",
    on="mul",
)
def solve(node: Expr, varying: Varying) -> Expr | None:
    """`A w = b` has the solution `w = A⁻¹b` where A is invertible."""
    _, _, chain = split(node)
    if len(chain) > 1 and chain[0].op == "inverse" and chain[0].args[0] is chain[1]:
        return mul(*chain[2:])
    return None
