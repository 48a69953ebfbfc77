"""What a derivation has to assume: each condition in its plainest words, none that holds anyway."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from derivtex.definite import is_definite, is_invertible, is_positive
from derivtex.derivation import Reason
from derivtex.expr import Expr
from derivtex.ops import mul, split, transpose
from derivtex.ops.leaves import value_of
from derivtex.ops.matrix_functions import PRINCIPAL

INVERTIBLE, NOT_ZERO, POSITIVE = "{} is invertible", "{} is not zero", "{} is positive"
DEFINITE = "{} is positive definite"
NO_ZERO_ENTRY = "{} has no zero entry"

#: Conditions, and what is enough for each to hold by how its argument is made.
_ENOUGH: dict[str, Callable[[Expr], bool]] = {
    POSITIVE: is_positive,
    NOT_ZERO: lambda e: is_positive(e) or is_invertible(e),
    NO_ZERO_ENTRY: is_positive,
    INVERTIBLE: is_invertible,
    PRINCIPAL: is_definite,
    DEFINITE: is_definite,
}


def condition(words: str, of: Expr) -> Reason | None:
    """The condition as a person says it; None where it follows from what was declared."""
    words, of = _plainest(words, of)
    holds = _ENOUGH.get(words)
    return None if holds is not None and holds(of) else Reason(words, (of,))


def without_implied(conditions: Iterable[Reason]) -> tuple[Reason, ...]:
    """The conditions but for those that another one implies: what is positive is not zero."""
    known = tuple(dict.fromkeys(conditions))
    if len(known) < 2:
        return known
    positive = {c.args[0] for c in known if c.words == POSITIVE}
    weaker = {NOT_ZERO, NO_ZERO_ENTRY}
    return tuple(c for c in known if not (c.words in weaker and c.args[0] in positive))


def _plainest(words: str, of: Expr) -> tuple[str, Expr]:
    """The same condition on something simpler: `√u` is not zero where u is positive."""
    while True:
        if of.shape.is_scalar and words == NO_ZERO_ENTRY:
            words = NOT_ZERO
        if words == POSITIVE and (x := _rooted(of)) is not None:
            words, of = NO_ZERO_ENTRY, x
        elif of.op == "matrix_power" and words == INVERTIBLE:
            of = of.args[0]
        elif words not in {NOT_ZERO, POSITIVE}:
            return words, of
        elif of.op == "abs":
            words, of = NO_ZERO_ENTRY, of.args[0]
        elif of.op == "sqrt":
            words, of = POSITIVE, of.args[0]
        elif of.op in {"norm", "norm_squared", "norm1", "norm_max", "norm_p"}:
            words, of = NOT_ZERO, of.args[0]
        elif of.op == "det" and words == NOT_ZERO:
            words, of = INVERTIBLE, of.args[0]
        elif (x := _vector_of_definite_form(of)) is not None:
            words, of = NOT_ZERO, x
        else:
            return words, of


def _rooted(e: Expr) -> Expr | None:
    """x of `x ⊙ x`, which is positive where x has no zero entry."""
    if e.op == "hadamard" and len(e.args) == 2 and e.args[0] is e.args[1]:
        return e.args[0]
    return e.args[0] if e.op == "power" and value_of(e.args[1]) == 2 else None


def _vector_of_definite_form(e: Expr) -> Expr | None:
    """x of `xᵀAx` with A positive definite, and of `xᵀx` and `x:x`: it is positive unless x = 0."""
    if e.op == "frobenius":
        A, B = e.args
        if A is B:
            return A
        if not A.shape.is_column:
            return None
        e = mul(transpose(A), B)
    coefficient, scalars, chain = split(e)
    if not e.shape.is_scalar or len(chain) not in {2, 3} or value_of(coefficient) < 0:
        return None
    if chain[0] is not transpose(chain[-1]) or not all(map(is_positive, scalars)):
        return None
    return chain[-1] if len(chain) == 2 or is_definite(chain[1]) else None
