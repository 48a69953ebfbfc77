"""The scalar factors of a product: powers of one base made one, and in what order they stand."""

from __future__ import annotations

from fractions import Fraction

from derivtex.expr import Expr
from derivtex.op import OPS
from derivtex.ops.leaves import ONE, number, value_of


def merge_powers(scalars: list[Expr]) -> tuple[int | Fraction, list[Expr]]:
    """Equal scalar bases in one: `s s⁻¹ = 1`, `s s = s²`, in order of first appearance."""
    exponents: dict[Expr, int | Fraction] = {}
    for scalar in scalars:
        base, exponent = scalar, ONE
        if scalar.op == "power":
            base, exponent = scalar.args
        value = value_of(exponent)
        if value is None:
            base, value = scalar, 1
        exponents[base] = exponents.get(base, 0) + value
    for base in [base for base in exponents if base.op in ROOTS]:
        # ‖x‖²/‖x‖ = ‖x‖ and s/√s = √s: powers of one thing, where both stand there.
        root, times = root_of(base)
        if root in exponents:
            exponents[root] += times * exponents.pop(base)
    if len(exponents) == len(scalars):
        return 1, scalars
    coefficient: int | Fraction = 1
    merged = []
    for base, value in exponents.items():
        factor = raised(base, value)
        simple = value_of(factor)
        if simple is not None:
            coefficient *= simple
        else:
            merged.append(factor)
    if len({f.args[0] if f.op == "power" else f for f in merged}) < len(merged):
        # (√λ²)² is λ², and there may be more of λ.
        times, merged = merge_powers(merged)
        coefficient *= times
    return coefficient, merged


def raised(base: Expr, exponent: int | Fraction) -> Expr:
    """`s^k`, with a root for a half."""
    if isinstance(exponent, Fraction) and abs(exponent) == Fraction(1, 2):
        root = OPS["sqrt"](base)
        return root if exponent > 0 else OPS["power"](root, number(-1))
    return OPS["power"](base, number(exponent))


ROOTS = frozenset({"norm_squared", "sqrt"})


def root_of(base: Expr) -> tuple[Expr, int | Fraction]:
    """`‖x‖²` as a power of `‖x‖`, `√s` as a power of s."""
    (x,) = base.args
    return (OPS["norm"](x), 2) if base.op == "norm_squared" else (x, Fraction(1, 2))


def standing(scalar: Expr) -> int:
    """An index stands first, then names and members, then functions: `k β_k exp(s)`."""
    if scalar.op == "index":
        return 0
    base = scalar.args[0] if scalar.op == "power" else scalar
    return 1 if base.op in {"symbol", "named", "member", "entry"} else 2
