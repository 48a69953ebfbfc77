"""Reading off the gradient in one member of a family: `dL = Σᵢ Gᵢ : dxᵢ` says `∂L/∂xⱼ = Gⱼ`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, NoReturn

from derivtex.errors import UnsupportedError
from derivtex.expr import Expr
from derivtex.ops import add, derivative, frobenius, indexed_sum, member, number, symbol, zeros
from derivtex.ops.indices import INFINITY, family, free_indices, index, is_open, substitute
from derivtex.ops.integers import linear, minus, plus
from derivtex.ops.leaves import value_of
from derivtex.rule import Rule, register
from derivtex.rules.collect import Form, frame_of, target
from derivtex.rules.identify import MEMBER_READ_OFF
from derivtex.shapes import SCALAR, Shape, dim
from derivtex.varying import Varying


class Found(NamedTuple):
    """The gradient in a member, and between what its indices have to lie."""

    gradient: Expr
    ranges: tuple[tuple[Expr, Expr, Expr], ...]


def gradient_in(X: Expr, terms: Iterable[Expr], form: Form, varying: Varying) -> Found:
    """What stands before the differential of the member X in all the terms together.

    Raises `UnsupportedError` where it is not known whether a member in a term is X.
    """
    total: list[Expr] = []
    ranges: dict[Expr, tuple[Expr, Expr]] = {}
    for term in terms:
        Z = target(term, varying)
        if Z.op != "member" or Z.args[0] is not X.args[0]:
            continue
        found = _at(X, Z, frame_of(term, varying))
        if found is None:
            continue
        values, limits = found
        total.append(substitute(form.coefficient(term, varying), values))
        for i, lower, upper in limits:
            low, high = ranges.get(i, (lower, upper))
            ranges[i] = _larger(low, lower), _smaller(high, upper)
    gradient = add(*total) if total else zeros(X.shape)
    return Found(gradient, tuple((i, *limits) for i, limits in ranges.items()))


def _sign(e: Expr) -> int:
    """1 or -1 for a number, 0 for what is not known."""
    value = value_of(e)
    return 0 if value is None else (value > 0) - (value < 0)


def _larger(a: Expr, b: Expr) -> Expr:
    return b if a.op != "infinity" and _sign(minus(b, a)) > 0 else a


def _smaller(a: Expr, b: Expr) -> Expr:
    if INFINITY in (a, b):
        return b if a is INFINITY else a
    return b if _sign(minus(b, a)) < 0 else a


Frame = tuple[tuple[Expr, ...], ...]
Ranges = list[tuple[Expr, Expr, Expr]]


def _at(X: Expr, Z: Expr, frame: Frame) -> tuple[dict[Expr, Expr], Ranges] | None:
    """The values of the indices in `frame` at which Z is X; None where it never is."""
    values: dict[Expr, Expr] = {}
    ranges: Ranges = []
    limits = {layer[0]: layer[1:] for layer in frame}
    for wanted, own in zip(X.args[1:], Z.args[1:], strict=True):
        bound = [i for i in limits if i in free_indices(own)]
        if not bound:
            difference = value_of(minus(wanted, own))
            if difference is None:
                raise UnsupportedError(
                    f"whether {Z.text()} is {X.text()} depends on their indices",
                    hint=f"ask for the gradient in {Z.text()}",
                )
            if difference != 0:
                return None
            continue
        i = bound[0]
        times = linear(own)[0].get(i)
        if len(bound) > 1 or times not in {1, -1} or i in values:
            _unsupported(X, Z)
        # own = ±i + rest, so i = ±(wanted - rest).
        rest = minus(own, i) if times == 1 else minus(own, -i)
        value = minus(wanted, rest) if times == 1 else minus(rest, wanted)
        values[i] = value
        lower, upper = limits[i]
        if _sign(minus(value, lower)) < 0:
            return None
        if not is_open(upper) and _sign(minus(upper, value)) < 0:
            return None
        if upper.op == "extent":
            continue
        shift = minus(wanted, value)
        top = upper if is_open(upper) else plus(upper, shift)
        ranges.append((wanted, plus(lower, shift), top))
    if len(values) < len(frame):
        _unsupported(X, Z)
    return values, ranges


def _unsupported(X: Expr, Z: Expr) -> NoReturn:
    raise UnsupportedError(
        f"the gradient in {X.text()} of a sum over {Z.text()} is not read off",
        hint="ask for the differential: it shows the sum",
    )


_M_N = Shape(dim("m"), dim("n"))
_A, _X = family("A", _M_N), family("X", _M_N)


def _sides() -> tuple[Expr, Expr]:
    i, N = index("i"), symbol("N", SCALAR, frozenset({"integer"}))
    j = symbol("j", SCALAR, frozenset({"integer"}))
    total = indexed_sum(frobenius(member(_A, i), member(_X, i)), i, number(1), N)
    return derivative(total, member(_X, j)), member(_A, j)


#: `dL = Σᵢ Gᵢ : dXᵢ` says that the gradient in X_j is G_j; the sides show it for L = Σᵢ Aᵢ:Xᵢ.
IDENTIFY_MEMBER = register(
    Rule(
        MEMBER_READ_OFF,
        "",
        frozenset({"indexed_sum"}),
        lambda e, v: None,
        sides=_sides,
    )
)
