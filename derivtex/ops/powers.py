"""Powers, `x^p` of a scalar and `x^{∘p}` of each entry of an array."""

from __future__ import annotations

from fractions import Fraction

from derivtex.errors import UnsupportedError
from derivtex.expr import Expr
from derivtex.op import OPS, Op, Same, declare, entrywise
from derivtex.op_syntax import POSTFIX, Special
from derivtex.ops.algebra import mul, split
from derivtex.ops.arrays import times
from derivtex.ops.leaves import ONE, number, ones, value_of
from derivtex.shapes import Shape


def _power_shape(same: Same, x: Shape, p: Shape) -> Shape:
    same(p.rows, p.columns)
    return x


_HALVES = frozenset({Fraction(1, 2), Fraction(-1, 2)})


def _power_simplify(args: tuple[Expr, ...]) -> Expr | None:
    x, exponent = args
    p, base = value_of(exponent), value_of(x)
    if p == 1:
        return x
    if p == 0:
        return ones(x.shape)
    if p is None:
        return None
    if base == 0 and p < 0:
        raise UnsupportedError("division by zero")
    whole = isinstance(p, int)
    if base is not None and whole and (base != 0 or p > 0):
        return number(Fraction(base) ** p)
    if x.shape.is_scalar and p in _HALVES:
        return OPS["sqrt"](x) if p > 0 else power(OPS["sqrt"](x), number(-1))
    if x.op == "power" and whole:
        inner = value_of(x.args[1])
        return None if inner is None else power(x.args[0], number(inner * p))
    if x.op == "sqrt" and abs(p) >= 2:
        return power(x.args[0], number(Fraction(p) / 2))
    if x.op == "mul" and x.shape.is_scalar and whole:
        coefficient, scalars, chain = split(x)
        if coefficient is not ONE or (scalars and (chain or len(scalars) > 1)):
            factors = [coefficient, *scalars, *([mul(*chain)] if chain else [])]
            return mul(*[power(factor, exponent) for factor in factors])
    if x.op == "abs" and whole and p % 2 == 0:
        return power(x.args[0], exponent)
    if x.op == "norm" and whole and p % 2 == 0:
        return power(OPS["norm_squared"](x.args[0]), number(p // 2))
    return None


def _power_differential(Y: Expr, args: tuple[Expr, ...], i: int, dZ: Expr) -> Expr:
    x, p = args
    if i == 1:
        return dZ @ times(Y, OPS["log"](x))
    return p @ times(power(x, p - ONE), dZ)


power: Op = declare(
    Op(
        "power",
        "power",
        Special(POSTFIX),
        _power_shape,
        value=lambda np, x, p: x**p,
        stacks=True,
        differential=_power_differential,
        component=entrywise,
        simplify=_power_simplify,
        variadic=True,
        sample=("m n positive", "3"),
        names=(),
    )
)
