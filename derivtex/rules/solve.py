"""Solving `∂L/∂w = 0` where it is linear in the unknown."""

from __future__ import annotations

from derivtex.expr import Expr
from derivtex.ops import add, identity, inverse, mul, number, split, zeros
from derivtex.ops.leaves import value_of
from derivtex.rule import rule
from derivtex.varying import Varying

MINUS = number(-1)


def expanded(e: Expr, varying: Varying) -> list[Expr]:
    """The terms of `e` multiplied out as far as the unknown stands in a sum."""
    done: list[Expr] = []
    pending = [e]
    while pending:
        term = pending.pop()
        if term.op == "add":
            pending.extend(reversed(term.args))
            continue
        if term.op == "mul":
            sums = [i for i, f in enumerate(term.args) if f.op == "add" and varying.depends(f)]
            if sums:
                i = sums[0]
                parts = [
                    mul(*term.args[:i], part, *term.args[i + 1 :]) for part in term.args[i].args
                ]
                pending.extend(reversed(parts))
                continue
        done.append(term)
    return done


def _sides_of(term: Expr, unknown: Expr) -> tuple[Expr, tuple[Expr, ...], tuple[Expr, ...]] | None:
    """`c P w Q` as c, P and Q; None where the term is not linear in w."""
    coefficient, scalars, chain = split(term)
    if unknown.shape.is_scalar:
        if list(scalars).count(unknown) != 1:
            return None
        rest = tuple(s for s in scalars if s is not unknown)
        return mul(coefficient, *rest, *chain), (), ()
    if list(chain).count(unknown) != 1:
        return None
    place = chain.index(unknown)
    return mul(coefficient, *scalars), chain[:place], chain[place + 1 :]


def linear_system(G: Expr, unknown: Expr) -> tuple[Expr, Expr] | None:
    """`G = 0` as the equation `M w = c` (or `w M = c`), its two sides; None where not linear."""
    varying = Varying([unknown])
    terms = _without_common_number(expanded(G, varying))
    left, right = [], []
    for term in terms:
        if not varying.depends(term):
            right.append(MINUS @ term)
            continue
        parts = _sides_of(term, unknown)
        if parts is None or any(map(varying.depends, (parts[0], *parts[1], *parts[2]))):
            return None
        left.append(term)
    if not left:
        return None
    known = add(*right) if right else zeros(unknown.shape)
    left_side, known = _positive(left, known)
    return left_side, known


def _positive(left: list[Expr], known: Expr) -> tuple[Expr, Expr]:
    """Both sides with the sign that leaves the first term positive."""
    value = value_of(split(left[0])[0])
    if value is not None and value < 0:
        left = [MINUS @ term for term in left]
        known = add(*[MINUS @ t for t in (known.args if known.op == "add" else (known,))])
    return add(*left), known


def _without_common_number(terms: list[Expr]) -> list[Expr]:
    """Divided by the number that all the terms share."""
    numbers = {split(term)[0] for term in terms}
    magnitudes = {abs(value_of(n)) for n in numbers}
    if len(magnitudes) != 1 or magnitudes == {1}:
        return terms
    (common,) = magnitudes
    factor = mul(number(1), _reciprocal(common))
    return [mul(factor, term) for term in terms]


def _reciprocal(value: object) -> Expr:
    from fractions import Fraction

    assert isinstance(value, int | Fraction)
    return number(Fraction(1) / value)


def solution(system: tuple[Expr, Expr], unknown: Expr) -> tuple[Expr, Expr] | None:
    """The solution of `M w = c`, and M, which must be invertible; None for `P w Q + …`."""
    left, known = system
    terms = left.args if left.op == "add" else (left,)
    parts = [_sides_of(term, unknown) for term in terms]
    assert all(part is not None for part in parts)
    sides = [part for part in parts if part is not None]
    if unknown.shape.is_scalar:
        M = add(*[coefficient for coefficient, _, _ in sides])
        return (known if M is number(1) else mul(inverse(M), known)), M
    if all(not after for _, _, after in sides):
        unit = identity(unknown.shape.rows)
        M = add(*[mul(c, *before, unit) for c, before, _ in sides])
        return _solved(M, known, left=True), M
    if all(not before for _, before, _ in sides):
        unit = identity(unknown.shape.columns)
        M = add(*[mul(c, unit, *after) for c, _, after in sides])
        return _solved(M, known, left=False), M
    return None


def _solved(M: Expr, known: Expr, *, left: bool) -> Expr:
    coefficient, scalars, chain = split(M)
    if len(chain) == 1 and chain[0].op == "identity":
        return mul(inverse(mul(coefficient, *scalars)), known)
    return mul(inverse(M), known) if left else mul(known, inverse(M))


@rule(
    "linear equation", "A^{-1}(Ab) = b", given=r"A \in \R^{n \times n} \text{ invertible}", on="mul"
)
def solve(node: Expr, varying: Varying) -> Expr | None:
    """`A w = b` has the solution `w = A⁻¹b` where A is invertible."""
    _, _, chain = split(node)
    if len(chain) > 1 and chain[0].op == "inverse" and chain[0].args[0] is chain[1]:
        return mul(*chain[2:])
    return None
