"""Matrices that were declared to be singular, and what they do not have."""

from __future__ import annotations

from derivtex.errors import UnsupportedError
from derivtex.expr import Expr
from derivtex.ops.algebra import split


def is_singular(A: Expr) -> bool:
    """Whether A was declared to be singular, or is a product of squares of which one was."""
    while A.op in {"transpose", "named", "matrix_power"}:
        A = A.args[0]
    if A.op == "symbol":
        return "singular" in A.data.structure
    chain = split(A)[2] if A.op == "mul" else ()
    return all(B.shape.is_square for B in chain) and any(_is_declared(B) for B in chain)


def _is_declared(A: Expr) -> bool:
    while A.op == "transpose":
        A = A.args[0]
    return A.op == "symbol" and "singular" in A.data.structure


def refuse_singular(A: Expr, what: str) -> None:
    """An error where `what` is asked of a matrix that was declared to be singular."""
    if is_singular(A):
        raise UnsupportedError(
            f"{A.text()} is singular: it has no {what}",
            hint="there is the pseudo-inverse X^{+}, and the adjugate adj(X)",
        )
