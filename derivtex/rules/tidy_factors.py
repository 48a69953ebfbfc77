"""Tidying sums: what all terms have in common is taken out, or what some of them have."""

from __future__ import annotations

from fractions import Fraction

from derivtex.expr import Expr
from derivtex.ops import add, identity, mul, power, split
from derivtex.ops.leaves import MINUS_ONE, value_of
from derivtex.ops.scalar_powers import ROOTS, raised, root_of
from derivtex.rule import rule
from derivtex.varying import Varying


@rule("common factor", "AB + AC = A(B + C)", on="add")
def common_factor(node: Expr, varying: Varying) -> Expr | None:
    """What all terms begin or end with, taken out; else what some of them end or begin with, or
    the scalars that they have; of denominators the lowest power.

    A sum in which an identity would be left is not touched: `AX + X` stays as it is. Neither is
    one of differentials: its terms are kept apart, to be read off.
    """
    if varying.holds(node):
        return None
    whole = _factored(node.args)
    if whole is not None:
        return whole
    parts = [split(term) for term in node.args]
    keys = (
        [chain[-1] if len(chain) > 1 else None for _, _, chain in parts],
        [chain[0] if len(chain) > 1 else None for _, _, chain in parts],
        [scalars if scalars and chain else None for _, scalars, chain in parts],
    )
    for key in keys:
        groups: dict[object, list[Expr]] = {}
        for term, name in zip(node.args, key, strict=True):
            if name is not None:
                groups.setdefault(name, []).append(term)
        for group in groups.values():
            part = _factored(tuple(group)) if len(group) > 1 else None
            if part is not None:
                rest = [part if t is group[0] else t for t in node.args if t not in group[1:]]
                return add(*rest)
    return None


def _factored(terms: tuple[Expr, ...]) -> Expr | None:
    """The sum of the terms with their common factors outside; None where there are none."""
    parts = [split(term) for term in terms]
    scalars = [s for s in parts[0][1] if all(s in other[1] for other in parts)]
    if not terms[0].shape.is_scalar:
        scalars += _common_denominators([own for _, own, _ in parts], scalars)
        places = [base_and_exponent(s)[0] for s in parts[0][1]]
        scalars.sort(key=lambda s: places.index(base_and_exponent(s)[0]))
    chains = [chain for _, _, chain in parts]
    left = right = 0
    if not terms[0].shape.is_scalar:
        left = _common_prefix(chains)
        right = _common_prefix([tuple(reversed(chain[left:])) for chain in chains])
    shortest = min(map(len, chains))
    spared = all(any(s not in scalars for s in own) for _, own, _ in parts)
    if left == shortest == max(map(len, chains)) and spared:
        right = 0  # (a + b)x
    elif left + right >= shortest > 0:
        # Something has to be left of every term; an identity in its place reads worse, except
        # beside a long factor: (I - P)yyᵀX.
        left, right = _whole_of_one(chains)
    if not scalars and left + right == 0:
        return None
    inner = []
    scalars_are_left = all(len(chain) == left + right for chain in chains)
    for coefficient, own, chain in parts:
        rest = [s for s in own if s not in scalars]
        spare = [power(s, MINUS_ONE) for s in scalars if s not in own]
        middle = chain[left : len(chain) - right]
        if chain and not middle and not (rest and scalars_are_left):
            size = chain[-1].shape.columns if left else chain[0].shape.rows
            middle = (identity(size),)
        inner.append(mul(coefficient, *rest, *spare, *middle))
    first = chains[0]
    return mul(*scalars, *first[:left], add(*inner), *first[len(first) - right :])


#: So many factors are a long one.
_LONG = 3


def _whole_of_one(chains: list[tuple[Expr, ...]]) -> tuple[int, int]:
    """How much the others begin, or end, with the shortest, if that is long; else 0."""
    lengths = [len(chain) for chain in chains]
    if _LONG <= min(lengths) < max(lengths):
        if _common_prefix([tuple(reversed(chain)) for chain in chains]) == min(lengths):
            return 0, min(lengths)
        if _common_prefix(chains) == min(lengths):
            return min(lengths), 0
    return 0, 0


def _common_denominators(factors: list[tuple[Expr, ...]], known: list[Expr]) -> list[Expr]:
    """`1/c` where each term has c in its denominator, to whatever power: `A/c + B/c²`."""
    found = []
    below = [dict(map(base_and_exponent, own)) for own in factors]
    for base, exponent in below[0].items():
        exponents = [powers.get(base, 0) for powers in below]
        if exponent < 0 and all(k < 0 for k in exponents) and len(set(exponents)) > 1:
            shared = raised(base, max(exponents))
            found += [] if shared in known else [shared]
    return found


def base_and_exponent(scalar: Expr) -> tuple[Expr, int | Fraction]:
    """A scalar as a base and an exponent; `√s` is s to the power ½."""
    value = value_of(scalar.args[1]) if scalar.op == "power" else 1
    if value is None:
        return scalar, 1
    base = scalar.args[0] if scalar.op == "power" else scalar
    root, times = root_of(base) if base.op in ROOTS else (base, 1)
    return root, value * times


def _common_prefix(chains: list[tuple[Expr, ...]]) -> int:
    length = 0
    for factors in zip(*chains, strict=False):
        if any(factor is not factors[0] for factor in factors):
            break
        length += 1
    return length
