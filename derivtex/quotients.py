"""Scalar quotients called by their names: `xᵀAx/(xᵀx)` as ρ, wherever its factors stand."""

from __future__ import annotations

from fractions import Fraction

from derivtex.expr import Expr
from derivtex.ops import mul, power, split
from derivtex.ops.indices import substitute
from derivtex.ops.leaves import ONE, number
from derivtex.ops.scalar_powers import ROOTS, raised
from derivtex.rules.tidy_factors import base_and_exponent

#: What has more than one factor, or is a root.
_OF_FACTORS = frozenset({"mul", "power", *ROOTS})

Exponents = dict[Expr, int | Fraction]


def is_quotient(e: Expr) -> bool:
    """Whether `e` is a scalar product, or a root, whose factors may stand apart in a result."""
    if not e.shape.is_scalar or e.op not in _OF_FACTORS:
        return False
    coefficient, scalars, _ = split(e)
    if coefficient is not ONE or not scalars:  # a multiple, or a chain
        return False
    exponents = _factors(e)[1]
    return len(exponents) > 1 or any(isinstance(k, Fraction) for k in exponents.values())


def with_name(node: Expr, value: Expr, name: Expr) -> Expr | None:
    """`node` with `name` for the factors that make a power of `value`; None where they do not, or
    where nothing is shorter."""
    coefficient, exponents, chain = _factors(node)
    wanted = _alike(exponents, _factors(value)[1])
    times = [exponents.get(base, 0) / Fraction(k) for base, k in wanted.items()]
    if not (all(t > 0 for t in times) or all(t < 0 for t in times)):
        return None
    k = min(map(int, times), key=abs)
    if k == 0 or (len(times) == 1 and k != times[0]):
        return None
    rest = {base: e - k * wanted.get(base, 0) for base, e in exponents.items()}
    if any(Fraction(rest[base]).denominator != 1 for base in wanted):
        return None
    left = [raised(base, e) for base, e in rest.items() if e != 0]
    new = mul(coefficient, power(name, number(k)), *left, *chain)
    return new if new.size < node.size else None


def _factors(e: Expr) -> tuple[Expr, Exponents, tuple[Expr, ...]]:
    """The number, the scalar factors by base and exponent, and the chain of a product."""
    coefficient, scalars, chain = split(e)
    if e.shape.is_scalar and chain:
        scalars, chain = (*scalars, mul(*chain)), ()
    exponents: Exponents = {}
    for scalar in scalars:
        base, k = base_and_exponent(scalar)
        exponents[base] = exponents.get(base, 0) + k
    return coefficient, exponents, chain


def _alike(exponents: Exponents, wanted: Exponents) -> Exponents:
    """What is wanted, in the letters that the sums in `exponents` run over."""
    sums = [base for base in exponents if base.op == "indexed_sum"]
    return {next((s for s in sums if _is_same_sum(s, base)), base): k for base, k in wanted.items()}


def _is_same_sum(a: Expr, b: Expr) -> bool:
    """Whether two sums differ at most in the letter of their index."""
    if b.op != "indexed_sum" or a.args[2:] != b.args[2:]:
        return False
    return a is b or substitute(b.args[0], {b.args[1]: a.args[1]}) is a.args[0]
