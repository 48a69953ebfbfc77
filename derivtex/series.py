"""The derivative of a function that is a power series, `f'(X) = Σ k β_k X^{k-1}`, by its name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from derivtex.expr import Expr
from derivtex.ops import indexed_sum, matrix_power, mul, named, split
from derivtex.ops.integers import minus
from derivtex.problem import Applied
from derivtex.rules.indexed import depends, without_empty
from derivtex.varying import Varying


def primes(applied: Iterable[Applied]) -> Iterator[Expr]:
    """For each power series that was applied, the name `f'(X)` with what it stands for."""
    for function, arguments, value in applied:
        derivative = derived(value, arguments[0]) if len(arguments) == 1 else None
        if derivative is not None:
            yield named(f"{function}'({arguments[0].latex()})", derivative)


def derived(series: Expr, X: Expr) -> Expr | None:
    """`Σ k β_k X^{k-1}` for the series `Σ β_k X^k`; None for what is none."""
    if series.op != "indexed_sum" or not X.shape.is_square:
        return None
    body, index, lower, upper = series.args
    coefficient, scalars, chain = split(body)
    if len(chain) != 1 or chain[0].op != "matrix_power" or chain[0].args[0] is not X:
        return None
    k = chain[0].args[1]
    if not depends(k, index):
        return None
    power = matrix_power(X, minus(k, 1))
    total = indexed_sum(mul(coefficient, k, *scalars, power), index, lower, upper)
    if total.op != "indexed_sum":
        return None
    return without_empty(total, Varying([])) or total
