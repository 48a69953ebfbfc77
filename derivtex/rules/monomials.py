"""Monomials: products and quotients entry by entry cancel and expand like numbers.

An elementwise expression is read as a sum of monomials in atoms with integer exponents. A sum that
stands in a product is an atom of its own until it is multiplied out, so `σ' ⊘ (1 - σ)`, which is
`σ ⊙ (1 - σ) ⊘ (1 - σ)`, cancels to `σ`. The result is kept where it is shorter to write.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from derivtex.expr import Expr, outside_names, replace, walk
from derivtex.op import OPS, Op
from derivtex.ops import (
    add,
    elementwise,
    hadamard,
    hadamard_quotient,
    map_function,
    mul,
    number,
    ones,
    power,
    split,
)
from derivtex.ops.integers import plus
from derivtex.ops.leaves import is_ones, value_of
from derivtex.surface import bits


class Monomial(NamedTuple):
    """`coefficient · Π atom^exponent`, entry by entry."""

    coefficient: int | Fraction
    exponents: tuple[tuple[Expr, int], ...]


_LIMIT = 24
#: Without one of these there is nothing to cancel.
CANCELLING = "hadamard hadamard_quotient power dsigmoid map exp step cosh cos"
_CANCELS = bits(CANCELLING.split())
_SLOPES = bits({"dsigmoid", "map"})


def _product(*factors: Monomial) -> Monomial:
    coefficient: int | Fraction = 1
    exponents: dict[Expr, int] = {}
    for factor in factors:
        coefficient *= factor.coefficient
        for atom, exponent in factor.exponents:
            exponents[atom] = exponents.get(atom, 0) + exponent
            if atom.op == "sign":
                exponents[atom] %= 2
    return Monomial(coefficient, tuple((a, k) for a, k in exponents.items() if k != 0))


def _raised(monomial: Monomial, k: int) -> Monomial:
    if monomial.coefficient == 0 and k < 0:
        return monomial
    coefficient = monomial.coefficient
    if coefficient != 1:
        coefficient = Fraction(coefficient) ** k
    return _product(Monomial(coefficient, tuple((atom, e * k) for atom, e in monomial.exponents)))


def _monomial(e: Expr) -> Monomial:
    """A product or a quotient as one monomial; anything else, a sum too, is an atom."""
    value = value_of(e)
    if value is not None:
        return Monomial(value, ())
    match e.op:
        case _ if is_ones(e):
            return Monomial(1, ())
        case "hadamard":
            return _product(*map(_monomial, e.args))
        case "hadamard_quotient":
            return _product(_monomial(e.args[0]), _raised(_monomial(e.args[1]), -1))
        case "mul" if e.shape.is_scalar or len(split(e)[2]) <= 1:
            coefficient, scalars, chain = split(e)
            if e.shape.is_scalar and chain:
                chain = (mul(*chain),)
            elif not e.shape.is_scalar and scalars:
                return Monomial(coefficient.data, ((mul(*scalars, *chain), 1),))
            return _product(
                *map(_monomial, (coefficient, *scalars)), *map(_monomial_or_atom, chain)
            )
        case "abs":
            # |x| = sign(x) x, and sign(x)² = 1
            return _product(Monomial(1, ((elementwise.sign(*e.args), 1),)), _monomial(*e.args))
        case "power" if isinstance(value_of(e.args[1]), int):
            return _raised(_monomial(e.args[0]), value_of(e.args[1]))
        case "dsigmoid":
            s = elementwise.sigmoid(e.args[0])
            return Monomial(1, ((s, 1), (ones(e.shape) - s, 1)))
        case "map" if e.data[1] == 1 and e.data[0].formula is not None:
            return _slope_of_formula(e)
    return Monomial(1, ((e, 1),))


def _slope_of_formula(e: Expr) -> Monomial:
    """`s'(X)` by means of `s(X)`, for the functions that have such a derivative."""
    from derivtex.riccati import factors  # which loads what knows SymPy

    known = factors(e)
    if known is None:
        return Monomial(1, ((e, 1),))
    coefficient, atoms = known
    return Monomial(coefficient, tuple((atom, 1) for atom in atoms))


def _monomial_or_atom(e: Expr) -> Monomial:
    return Monomial(1, ((e, 1),)) if e.op == "mul" else _monomial(e)


#: `f ⊙ g` and `f ⊘ g` of one argument that are another function of it.
_IDENTITIES: tuple[tuple[str, str, int, Op], ...] = (
    ("sinh", "cosh", -1, elementwise.tanh),
    ("sin", "cos", -1, elementwise.tan),
    ("relu", "step", 1, elementwise.relu),
)


def _powers_merged(monomial: Monomial) -> Monomial:
    """`x^{y-1} x^{-y} = x^{-1}`: powers of one atom, where an exponent is no number."""
    exponents = dict(monomial.exponents)
    bases = [a.args[0] for a in exponents if a.op == "power" and value_of(a.args[1]) is None]
    for base in dict.fromkeys(bases):
        powers = [a for a in exponents if a.op == "power" and a.args[0] is base]
        if len(powers) + (base in exponents) < 2:
            continue
        total = number(exponents.pop(base, 0))
        for atom in powers:
            total = plus(total, number(exponents.pop(atom)) @ atom.args[1])
        value = value_of(total)
        merged, k = (base, value) if isinstance(value, int) else (power(base, total), 1)
        exponents[merged] = exponents.get(merged, 0) + k
    return monomial._replace(exponents=tuple((a, k) for a, k in exponents.items() if k != 0))


def _recognised(monomial: Monomial) -> Monomial:
    """Products of functions that have a name: `exp(z) ⊘ (1 + exp(z)) = σ(z)`, `sinh ⊘ cosh`."""
    monomial = _powers_merged(monomial)
    exponents = dict(monomial.exponents)
    for first, second, sign, op in _IDENTITIES:
        for atom, exponent in monomial.exponents:
            if atom.op != first or exponent < 1:
                continue
            other = OPS[second](*atom.args)
            if exponents.get(other, 0) * sign > 0:
                named = Monomial(1, ((atom, -1), (other, -sign), (op(*atom.args), 1)))
                return _recognised(_product(monomial, named))
    for atom in [a for a in exponents if a.op == "sign" and exponents.get(a.args[0]) == 1]:
        absolute = Monomial(1, ((atom, 1), (atom.args[0], -1), (OPS["abs"](*atom.args), 1)))
        return _recognised(_product(monomial, absolute))
    for atom, exponent in monomial.exponents:
        if exponent >= 0 or atom.op != "add" or len(atom.args) != 2:
            continue
        unit = next((a for a in atom.args if is_ones(a)), None)
        growth = next((a for a in atom.args if a.op == "exp"), None)
        if unit is None or growth is None:
            continue
        (z,) = growth.args
        grows = exponents.get(growth, 0) > 0
        sigmoid = (elementwise.sigmoid(z if grows else -z), 1)
        found = ((growth, -1), (atom, 1), sigmoid) if grows else ((atom, 1), sigmoid)
        return _recognised(_product(monomial, Monomial(1, found)))
    return monomial


def _terms(e: Expr) -> list[Monomial]:
    parts = e.args if e.op == "add" else (e,)
    return [_recognised(_monomial(part)) for part in parts]


def _has_fraction(total: Expr) -> bool:
    return any(k < 0 for term in _terms(total) for _, k in term.exponents)


def _expanded(monomials: list[Monomial]) -> list[Monomial]:
    """Sums in numerators multiplied out, where like monomials then add up or nothing is divided
    by any more."""
    count, divided = 0, False
    pending = list(reversed(monomials))
    totals: dict[frozenset[tuple[Expr, int]], Monomial] = {}
    while pending:
        if len(pending) + len(totals) > _LIMIT:
            return monomials
        monomial = pending.pop()
        sums = [i for i, (a, k) in enumerate(monomial.exponents) if a.op == "add" and k > 0]
        # A sum of fractions first: its denominators cancel with the sums beside it.
        index = max(sums, key=lambda i: _has_fraction(monomial.exponents[i][0]), default=None)
        if index is None:
            count += 1
            key = frozenset(monomial.exponents)
            known = totals.get(key, Monomial(0, monomial.exponents))
            totals[key] = known._replace(coefficient=known.coefficient + monomial.coefficient)
            continue
        atom, k = monomial.exponents[index]
        divided = divided or _has_fraction(atom)
        rest = (*monomial.exponents[:index], (atom, k - 1), *monomial.exponents[index + 1 :])
        base = Monomial(monomial.coefficient, rest)
        pending.extend(_product(base, part) for part in reversed(_terms(atom)))
    found = [m for m in totals.values() if m.coefficient != 0]
    whole = divided and all(k > 0 for m in found for _, k in m.exponents)
    return found if whole or len(totals) < count else monomials


def _written(monomials: list[Monomial], like: Expr) -> Expr:
    """The sum of the monomials, one with a plus sign first."""
    ordered = list(monomials)
    first = next((i for i, m in enumerate(ordered) if m.coefficient > 0), 0)
    if ordered and ordered[0].coefficient < 0:
        ordered.insert(0, ordered.pop(first))
    terms = [_one(monomial, like) for monomial in ordered]
    return add(*terms) if terms else number(0) @ ones(like.shape)


def _one(monomial: Monomial, like: Expr) -> Expr:
    above = [power(atom, number(k)) for atom, k in monomial.exponents if k > 0]
    below = [power(atom, number(-k)) for atom, k in monomial.exponents if k < 0]
    coefficient = number(monomial.coefficient)
    if like.shape.is_scalar:
        return mul(coefficient, *above, *[power(b, number(-1)) for b in below])
    numerator = hadamard(*above) if above else ones(like.shape)
    if below:
        numerator = hadamard_quotient(numerator, hadamard(*below))
    return mul(coefficient, numerator)


def _candidates(e: Expr) -> Iterator[Expr]:
    monomials = _terms(e)
    yield _written(monomials, e)
    expanded = _expanded(monomials)
    if expanded is not monomials:
        yield _written(expanded, e)


def _names_of_slopes(e: Expr) -> dict[Expr, Expr]:
    """The values of the names of what σ' of the same argument is made of."""
    if not e.surface & _SLOPES:
        return {}
    nodes = list(walk(e, into=outside_names))
    values = {elementwise.sigmoid(node.args[0]) for node in nodes if node.op == "dsigmoid"}
    values |= {
        map_function(node.data[0], node.args[0], 0, node.args[1:])
        for node in nodes
        if node.op == "map" and node.data[1] == 1
    }
    return {node: node.args[0] for node in nodes if node.op == "named" and node.args[0] in values}


def shortest(e: Expr) -> Expr:
    """The shortest of: as it is, cancelled, cancelled and multiplied out."""
    if not e.surface & _CANCELS:
        return e
    values = _names_of_slopes(e)
    forms = _candidates(replace(e, values) if values else e)
    if values:
        names = {value: name for name, value in values.items()}
        forms = (replace(form, names) for form in forms)
    best = min(forms, key=lambda form: form.size)
    return best if best.size < e.size else e
