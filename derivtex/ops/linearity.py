"""Scalars taken out of what an operation is linear in: `L(cE) = c L(E)`."""

from __future__ import annotations

from collections.abc import Iterable

from derivtex.expr import Expr
from derivtex.ops.algebra import mul, split


def scalars_out(parts: Iterable[Expr]) -> tuple[list[Expr], list[Expr]]:
    """The scalar factors of arguments that an operation is linear in, and what is left of these."""
    factors: list[Expr] = []
    bare: list[Expr] = []
    for part in parts:
        coefficient, scalars, chain = split(part)
        if chain and part.op == "mul" and (scalars or part.args[0].op == "number"):
            factors += [coefficient, *scalars]
            part = mul(*chain)
        bare.append(part)
    return factors, bare
