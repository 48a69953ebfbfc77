"""Sums and products over an index, and factorials.

`Σᵢ` and `Πᵢ` bind the index i in their first argument.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from derivtex.expr import Expr
from derivtex.op import OPS, Op, Same, declare, square
from derivtex.op_syntax import ATOM, PRODUCT, Special
from derivtex.ops.algebra import mul
from derivtex.ops.indices import (
    BINDING,
    bound_indices,
    family,
    fresh_index,
    index,
    is_open,
    member,
    renamed,
    substitute,
)
from derivtex.ops.integers import minus, plus
from derivtex.ops.leaves import identity, is_zero, number, symbol, value_of, zeros
from derivtex.shapes import SCALAR, Shape, dim

# --- sums -----------------------------------------------------------------------------------------


def _is_empty(lower: Expr, upper: Expr) -> bool:
    value = None if is_open(upper) else value_of(minus(upper, lower))
    return value is not None and value < 0


def _clash_free(body: Expr, i: Expr) -> Expr:
    """The body in which no sum binds the same index again."""
    if body.surface & BINDING and i in bound_indices(body):
        return renamed(body, frozenset({i}), (i,))
    return body


def _sum_simplify(args: tuple[Expr, ...]) -> Expr | None:
    """A sum of zeros, or of no terms, is zero; one of a single term is the term."""
    body, i, lower, upper = args
    if is_zero(body) or _is_empty(lower, upper):
        return zeros(body.shape)
    if lower is upper:
        return substitute(body, {i: lower})
    inner = _clash_free(body, i)
    return None if inner is body else indexed_sum(inner, i, lower, upper)


def _first(same: Same, body: Shape, *limits: Shape) -> Shape:
    return body


def _sum_example() -> tuple[Expr, ...]:
    k, n = index("k"), symbol("N", SCALAR, frozenset({"integer"}))
    A = family("A", Shape(dim("m"), dim("n")))
    x = symbol("B", Shape(dim("n"), dim("p")))
    return mul(member(A, k), x), k, number(1), n


indexed_sum: Op = declare(
    Op(
        "indexed_sum",
        "sum over an index",
        Special(PRODUCT),
        _first,
        differential=lambda Y, args, i, dZ: indexed_sum(dZ, *args[1:]),
        simplify=_sum_simplify,
        variadic=True,
        example=_sum_example,
        source="linearity of the differential",
    )
)
"""`indexed_sum(A, k, lower, upper)` is Σ A over the integers k from `lower` to `upper`."""


# --- products -------------------------------------------------------------------------------------


class Order(NamedTuple):
    """How an ordered product runs and is written: from the last factor down to the first, and as
    `A_1 ⋯ A_m` rather than with Π."""

    descending: bool = False
    dots: bool = False


def _product_simplify(args: tuple[Expr, ...]) -> Expr | None:
    """A product of no factors is the identity; one of a single factor is the factor."""
    body, i, lower, upper = args
    if _is_empty(lower, upper) or body.op == "identity":
        return identity(body.shape.rows)
    return substitute(body, {i: lower}) if lower is upper else None


def _product_differential(Y: Expr, args: tuple[Expr, ...], i: int, dZ: Expr) -> Expr:
    """`d(A_1 ⋯ A_m) = Σ_j A_1 ⋯ A_{j-1} dA_j A_{j+1} ⋯ A_m`, the other way round if descending.

    Of scalars, `d Π f_j = (Π f_j) Σ df_j / f_j`.
    """
    body, k, lower, upper = args
    if body.shape.is_scalar:
        return Y @ indexed_sum(OPS["power"](body, number(-1)) @ dZ, k, lower, upper)
    j = fresh_index(Y, dZ)
    moved = substitute(dZ, {k: j})
    below = indexed_product(body, k, lower, minus(j, 1), data=Y.data)
    above = indexed_product(body, k, plus(j, 1), upper, data=Y.data)
    before, after = (above, below) if Y.data.descending else (below, above)
    return indexed_sum(mul(before, moved, after), j, lower, upper)


def _product_example() -> tuple[Expr, ...]:
    k, n = index("k"), symbol("N", SCALAR, frozenset({"integer"}))
    A = family("A", Shape(dim("n"), dim("n")))
    return member(A, k), k, number(1), n


indexed_product: Op = declare(
    Op(
        "indexed_product",
        "product over an index",
        Special(PRODUCT),
        lambda same, body, *limits: square(same, body),
        differential=_product_differential,
        simplify=_product_simplify,
        variadic=True,
        example=_product_example,
        sample_data=Order(),
        source="product rule, Matrix Cookbook (37)",
    )
)


# --- factorials -----------------------------------------------------------------------------------


def _factorial_value(np: Any, k: Any) -> Any:
    from math import gamma, nan

    value = float(k[0, 0]) + 1.0
    # Of what is no whole number it is Γ(k+1), which has poles at the negative ones.
    pole = value <= 0.0 and value == round(value)
    return np.full((1, 1), nan if pole or value > 171.0 else gamma(value))


def _factorial_simplify(args: tuple[Expr, ...]) -> Expr | None:
    value = value_of(args[0])
    if isinstance(value, int) and 0 <= value <= 20:
        from math import factorial as product

        return number(product(value))
    return None


factorial: Op = declare(
    Op(
        "factorial",
        "factorial",
        Special(ATOM),
        lambda same, k: k,
        value=_factorial_value,
        simplify=_factorial_simplify,
    )
)
