"""Tidying sums: like terms, common factors and numbers, signs."""

from __future__ import annotations

from fractions import Fraction

from derivtex.expr import Expr, rebuild
from derivtex.ops import add, mul, number, split
from derivtex.ops.algebra import reversed_transpose
from derivtex.ops.leaves import ONE, value_of
from derivtex.rule import rule
from derivtex.rules.tidy_products import cancelled, may_cancel
from derivtex.structure import transposed
from derivtex.surface import bits
from derivtex.varying import Varying

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


#: Linear operations on one array that are written with its name before it, or a sign behind it.
_OF_ONE = "trace diag Diag sum mean transpose tril triu half_lower"


@rule(
    "common number",
    "(2A - 2B)C = 2(A - B)C",
    needs="number",
    on="add mul hadamard " + _OF_ONE,
)
def common_number(node: Expr, varying: Varying) -> Expr | None:
    """The number that all terms of a factor share, and a minus sign that all of them have.

    Of a sum that is no factor only a fraction is taken out: `½A + ½B`, but not `2A + 2B`.
    """
    if node.op == "add":
        shared = _shared_number(node)
        return _divided(node, shared) if isinstance(value_of(shared), Fraction) else None
    if node.op in _OF_ONE.split():
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
    if any(abs(value) != magnitude for value in values):
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
    on=_OF_ONE,
)
def scalar_outside(node: Expr, varying: Varying) -> Expr | None:
    """Scalar factors stand in front of a trace, a diagonal, a sum, a transpose or a triangle."""
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


@rule("fraction carried in", r"\frac{1}{2}(4A - 2B) = 2A - B", needs="number add", on="mul")
def carry_fraction(node: Expr, varying: Varying) -> Expr | None:
    """`½(4A - 2B) = 2A - B`, where no fraction is left."""
    if len(node.args) != 2 or not isinstance(value_of(node.args[0]), Fraction):
        return None
    fraction, total = node.args
    if total.op != "add":
        return None
    carried = [mul(fraction, term) for term in total.args]
    whole = all(isinstance(value_of(split(term)[0]), int) for term in carried)
    return add(*carried) if whole else None


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
