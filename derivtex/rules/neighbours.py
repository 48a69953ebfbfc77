"""Rewriting two factors of a product that stand side by side."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from derivtex.expr import Expr
from derivtex.ops import mul


def first_pair(product: Expr, new: Callable[[Expr, Expr], Expr | None]) -> Expr | None:
    """The product with `new(A, B)` for AB, where that first is something; else None."""
    for i, (A, B) in enumerate(pairwise(product.args)):
        together = new(A, B)
        if together is not None:
            return mul(*product.args[:i], together, *product.args[i + 2 :])
    return None
