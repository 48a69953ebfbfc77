"""Tidying sums: like terms, common factors and numbers, signs."""

from __future__ import annotations

from fractions import Fraction

from derivtex.expr import Expr, rebuild
from derivtex.ops import add, identity, mul, number, power, split
from derivtex.ops.algebra import reversed_transpose
from derivtex.ops.leaves import MINUS_ONE, value_of
from derivtex.rule import rule
from derivtex.rules.tidy_products import cancelled, may_cancel
from derivtex.structure import transposed
from derivtex.surface import bits
from derivtex.varying import Varying

ONE = number(1)
_TRANSPOSE = bits({"transpose"})


def number_and_rest(term: Expr) -> tuple[Expr, Expr]:
    """`2λAB` as `2` and `λAB`."""
    coefficient, scalars, chain = split(term)
    if coefficient is ONE:
        return ONE, term
    return coefficient, mul(*scalars, *chain) if scalars or chain else ONE


@rule("like terms", "2A + 3A = 5A", on="add")
def like_terms(node: Expr, varying: Varying) -> Expr | None:
    """Terms that differ by a number only, added up at the place of the first."""
    totals: dict[Expr, Expr] = {}
    for term in node.args:
        coefficient, rest = number_and_rest(term)
        known = totals.get(rest)
        totals[rest] = coefficient if known is None else add(known, coefficient)
    if len(totals) == len(node.args):
        return None
    return add(*[mul(coefficient, rest) for rest, coefficient in totals.items()])


@rule("a scalar and its transpose", "a^Tb + b^Ta = 2a^Tb", on="add")
def like_scalars(node: Expr, varying: Varying) -> Expr | None:
    """`aᵀb + bᵀa`: a scalar that stands in the sum the other way round, too."""
    if not node.shape.is_scalar or varying.holds(node):
        return None
    known: set[Expr] = set()
    terms: list[Expr] = []
    for term in node.args:
        coefficient, rest = number_and_rest(term)
        turned = reversed_transpose(rest) if rest.op == "mul" else rest
        terms.append(mul(coefficient, turned) if turned in known else term)
        known.add(rest)
    return None if tuple(terms) == node.args else like_terms(add.node(tuple(terms)), varying)


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
    for coefficient, own, chain in parts:
        rest = [s for s in own if s not in scalars]
        spare = [power(s, MINUS_ONE) for s in scalars if s not in own]
        middle = chain[left : len(chain) - right]
        if chain and not middle and not rest:
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
    below = [dict(map(_denominator, own)) for own in factors]
    for base, exponent in below[0].items():
        exponents = [powers.get(base, 0) for powers in below]
        if exponent < 0 and all(k < 0 for k in exponents) and len(set(exponents)) > 1:
            shared = power(base, number(max(exponents)))
            found += [] if shared in known else [shared]
    return found


def _denominator(scalar: Expr) -> tuple[Expr, int | Fraction]:
    value = value_of(scalar.args[1]) if scalar.op == "power" else None
    return (scalar, 1) if value is None else (scalar.args[0], value)


def _common_prefix(chains: list[tuple[Expr, ...]]) -> int:
    length = 0
    for factors in zip(*chains, strict=False):
        if any(factor is not factors[0] for factor in factors):
            break
        length += 1
    return length


@rule(
    "common number",
    "(2A - 2B)C = 2(A - B)C",
    needs="number",
    on="add mul hadamard trace diag Diag sum transpose",
)
def common_number(node: Expr, varying: Varying) -> Expr | None:
    """The number that all terms of a factor share, and a minus sign that all of them have.

    Of a sum that is no factor only a fraction is taken out: `½A + ½B`, but not `2A + 2B`.
    """
    if node.op == "add":
        shared = _shared_number(node)
        return _divided(node, shared) if isinstance(value_of(shared), Fraction) else None
    if node.op in {"trace", "diag", "Diag", "sum", "transpose"}:
        value, rest = number_and_rest(node.args[0])
        return None if value is ONE or rest is ONE else mul(value, rebuild(node, (rest,)))
    shares = [_shared_number(arg) if arg.op == "add" else ONE for arg in node.args]
    if all(share is ONE for share in shares):
        return None
    args = [
        arg if share is ONE else mul(*_divided(arg, share).args[1:])
        for arg, share in zip(node.args, shares, strict=True)
    ]
    return mul(*shares, rebuild(node, tuple(args)))


def _shared_number(total: Expr) -> Expr:
    """The number all terms have, or 1; negative where every term is, or the one sign is."""
    values = [value_of(split(term)[0]) for term in total.args]
    magnitude = abs(values[0])
    if any(abs(value) != magnitude for value in values) or magnitude == 0:
        return ONE
    return number(-magnitude if all(value < 0 for value in values) else magnitude)


def _divided(total: Expr, factor: Expr) -> Expr:
    """`2A - 2B` as the product of 2 and `A - B`."""
    divisor = number(Fraction(1) / value_of(factor))
    return mul(factor, add(*[mul(divisor, term) for term in total.args]))


@rule(
    "scalar out of a linear operation",
    r"\operatorname{tr}(cA) = c\operatorname{tr}(A)",
    given=r"c \in \R; A \in \R^{n \times n}",
    on="trace diag Diag sum transpose",
)
def scalar_outside(node: Expr, varying: Varying) -> Expr | None:
    """Scalar factors stand in front of a trace, a diagonal, a sum or a transpose."""
    coefficient, scalars, chain = split(node.args[0])
    if not scalars or not chain or node.args[0].shape.is_scalar:
        return None
    return mul(coefficient, *scalars, rebuild(node, (mul(*chain),)))


@rule("positive term first", "-A + B + C = B - A + C", needs="number", on="add")
def positive_first(node: Expr, varying: Varying) -> Expr | None:
    """A sum does not begin with a minus sign where it can begin with a plus."""
    signs = [value_of(split(term)[0]) > 0 for term in node.args]
    if signs[0] or not any(signs):
        return None
    first = signs.index(True)
    return add(node.args[first], *node.args[:first], *node.args[first + 1 :])


@rule("sign carried in", "-(A - B) = B - A", needs="number add", on="mul")
def carry_sign(node: Expr, varying: Varying) -> Expr | None:
    """`-(A - B) = B - A` where the sum is all there is."""
    if len(node.args) != 2 or value_of(node.args[0]) != -1:
        return None
    total = node.args[1]
    if total.op != "add" or all(value_of(split(term)[0]) > 0 for term in total.args):
        return None
    return positive_first(add(*[-term for term in total.args]), varying)


@rule("multiplied out", "A(B + C) - AB = AC", needs="add", on="add mul")
def multiply_out(node: Expr, varying: Varying) -> Expr | None:
    """Sums multiplied out where terms then cancel or combine, and less is left to write."""
    products = node.args if node.op == "add" else (node,)
    if not any(_summands(factor) for term in products for factor in term.args):
        return None
    if node.op == "mul" and not may_cancel(node):
        return None
    terms: list[Expr] = []
    cancels = False
    pending = [node]
    while pending and len(terms) + len(pending) < 32:
        term = pending.pop()
        if term.op == "add":
            pending += reversed(term.args)
            continue
        place = next((i for i, f in enumerate(term.args) if _summands(f)), None)
        if term.op == "mul" and place is not None:
            before, total, after = term.args[:place], term.args[place], term.args[place + 1 :]
            pending += [mul(*before, part, *after) for part in reversed(_summands(total))]
        else:
            spread = _spread(term)
            terms.append(cancelled(spread, varying))
            cancels = cancels or terms[-1] is not spread
    if pending or not (cancels or node.op == "add"):
        return None
    total = add(*terms)
    combined = like_terms(total, varying)
    if node.op == "add" and combined is None and _count(total) == len(terms):
        return None
    total = combined or total
    return total if total.size < node.size else None


def _summands(e: Expr) -> tuple[Expr, ...]:
    """The terms of a sum, and of the transpose of one; else none."""
    if e.op == "transpose" and e.args[0].op == "add":
        return tuple(map(transposed, e.args[0].args))
    return e.args if e.op == "add" else ()


def _count(total: Expr) -> int:
    return len(total.args) if total.op == "add" else 1


def _spread(term: Expr) -> Expr:
    """A product in which no product stands under a transpose: `A (Bx)ᵀ = A xᵀBᵀ`."""
    if term.op != "mul" or not term.surface & _TRANSPOSE:
        return term
    factors = [transposed(f.args[0]) if f.op == "transpose" else f for f in term.args]
    return mul(*factors) if tuple(factors) != term.args else term
