"""Kronecker's delta: `Σ_i δ_{id}A_{ij} = A_{dj}`, and how a delta comes to stand below its sum."""

from __future__ import annotations

from derivtex.expr import Expr, fold, outside_names, rebuild
from derivtex.ops import add, mul, number, power, symbol
from derivtex.ops.components import delta, entry, free, has_components, subscript, sum_over
from derivtex.ops.leaves import value_of
from derivtex.rule import Rule, register
from derivtex.shapes import Shape, dim
from derivtex.subscripts import Scope, bound_in, renamed
from derivtex.surface import bits
from derivtex.varying import Varying

_A, _B = (symbol(name, Shape(dim("m"), dim("n"))) for name in "AB")
_i, _j = subscript("i", dim("m")), subscript("j", dim("n"))
_d = subscript("d", dim("m"))
_DELTA = bits({"delta"})


def _factors(e: Expr) -> tuple[Expr, ...]:
    return e.args if e.op == "mul" else (e,)


def _delta_of(factor: Expr, index: Expr) -> Expr | None:
    """The other subscript of a delta, or of a power of one, that has this index."""
    if factor.op == "power" and factor.args[0].op == "delta":
        factor = factor.args[0]
    if factor.op != "delta" or index not in factor.args:
        return None
    i, j = factor.args
    return j if i is index else i


def _contract(node: Expr, varying: Varying) -> Expr | None:
    """`Σ_i δ_{id} f(i) = f(d)`."""
    if not node.surface & _DELTA:
        return None
    index, body = node.args
    factors = _factors(body)
    for place, factor in enumerate(factors):
        other = _delta_of(factor, index)
        if other is None:
            continue
        rest = mul(number(1), *factors[:place], *factors[place + 1 :])
        if other.data.name in {bound.data.name for bound in bound_in(rest)} and isinstance(
            varying, Scope
        ):
            rest = rebound(rest, other, varying)
        return renamed(rest, index, other)
    return None


def rebound(e: Expr, index: Expr, scope: Scope) -> Expr:
    """`e` with the sums over this subscript taken over another letter."""
    letter = scope.at(e).beside(index).letter(index.data.size).data.name

    def put(node: Expr, parts: tuple[Expr, ...]) -> Expr:
        if node.op == "sum_over" and parts[0].data.name == index.data.name:
            own = parts[0]
            other = subscript(letter, own.data.size)
            return sum_over(other, renamed(parts[1], own, other))
        return rebuild(node, parts) if parts else node

    return fold(e, put, into=outside_names)


CONTRACT = register(
    Rule(
        "sum with a Kronecker delta",
        "",
        frozenset({"sum_over"}),
        _contract,
        sides=lambda: (
            sum_over(_i, delta(_i, _d) @ entry(_A, _i, _j)),
            entry(_A, _d, _j),
        ),
    )
)


def _out(node: Expr, varying: Varying) -> Expr | None:
    """`Σ_j δ_{id} b = δ_{id} Σ_j b`."""
    if not node.surface & _DELTA:
        return None
    index, body = node.args
    outside = [
        factor
        for factor in _factors(body)
        if has_components(factor) and _is_delta(factor) and index not in free(factor)
    ]
    if not outside:
        return None
    rest = [factor for factor in _factors(body) if factor not in outside]
    return mul(*outside, sum_over(index, mul(number(1), *rest)))


def _is_delta(factor: Expr) -> bool:
    return factor.op == "delta" or (factor.op == "power" and factor.args[0].op == "delta")


OUT = register(
    Rule(
        "Kronecker delta out of a sum",
        "",
        frozenset({"sum_over"}),
        _out,
        sides=lambda: (
            sum_over(_j, delta(_i, _d) @ entry(_A, _i, _j)),
            delta(_i, _d) @ sum_over(_j, entry(_A, _i, _j)),
        ),
        joins=True,
    )
)


def _split(node: Expr, varying: Varying) -> Expr | None:
    """`Σ_i (a + b) = Σ_i a + Σ_i b`, where a delta is in a term."""
    if not node.surface & _DELTA or node.args[1].op != "add":
        return None
    index, body = node.args
    return add(*[sum_over(index, term) for term in body.args])


SPLIT = register(
    Rule(
        "sum of a sum",
        "",
        frozenset({"sum_over"}),
        _split,
        sides=lambda: (
            sum_over(_i, entry(_A, _i, _j) + entry(_B, _i, _j)),
            sum_over(_i, entry(_A, _i, _j)) + sum_over(_i, entry(_B, _i, _j)),
        ),
        joins=True,
    )
)


def _distribute(node: Expr, varying: Varying) -> Expr | None:
    """`a (b + δ_{id}) = a b + a δ_{id}`."""
    if not node.surface & _DELTA:
        return None
    for place, factor in enumerate(node.args):
        if factor.op == "add" and factor.surface & _DELTA:
            before, after = node.args[:place], node.args[place + 1 :]
            return add(*[mul(*before, term, *after) for term in factor.args])
    return None


DISTRIBUTE = register(
    Rule(
        "product with a sum of deltas",
        "",
        frozenset({"mul"}),
        _distribute,
        sides=lambda: (
            entry(_A, _i, _j) @ (entry(_B, _i, _j) + delta(_i, _d)),
            entry(_A, _i, _j) @ entry(_B, _i, _j) + entry(_A, _i, _j) @ delta(_i, _d),
        ),
        joins=True,
    )
)


def _power(node: Expr, varying: Varying) -> Expr | None:
    """`δ_{ij}² = δ_{ij}`."""
    k = value_of(node.args[1])
    return node.args[0] if node.args[0].op == "delta" and isinstance(k, int) and k > 0 else None


POWER = register(
    Rule(
        "power of a Kronecker delta",
        "",
        frozenset({"power"}),
        _power,
        sides=lambda: (power(delta(_i, _d), number(2)), delta(_i, _d)),
        joins=True,
    )
)

CONTRACTION = (CONTRACT, OUT, SPLIT, DISTRIBUTE, POWER)
