"""Terms in their last form, `G : dX` or `tr(M dX)`: what they consist of, and how they add up."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from derivtex.expr import Expr, Path
from derivtex.ops import (
    add,
    differential,
    frobenius,
    identity,
    indexed_sum,
    mul,
    number,
    split,
    trace,
    vec,
)
from derivtex.ops.indices import free_indices
from derivtex.ops.leaves import value_of
from derivtex.rule import Rule, rule
from derivtex.rules.tidy_sums import number_and_rest
from derivtex.varying import Varying

# --- the core of a term: the factor that its differential is in ----------------------------------


def core_path(term: Expr, varying: Varying) -> Path:
    """The path to the scalar factor of `term` that holds the differential."""
    path: list[int] = []
    while term.op in {"mul", "indexed_sum"}:
        index = varying.place(term)
        if not term.args[index].shape.is_scalar:
            break
        path.append(index)
        term = term.args[index]
    return tuple(path)


class Parts(NamedTuple):
    """A term: the factors and sums round its core from the outside, and the core.

    A factor is an expression, a sum its index and limits.
    """

    round: tuple[Expr | tuple[Expr, ...], ...]
    core: Expr

    def put_round(self, M: Expr, kept: tuple[tuple[Expr, ...], ...] = ()) -> Expr:
        """What stands round the core put round M; the sums in `kept` are left away."""
        for layer in reversed(self.round):
            if isinstance(layer, Expr):
                M = layer @ M
            elif layer not in kept:
                M = indexed_sum(M, *layer)
        return M


def parts_of(term: Expr, varying: Varying) -> Parts:
    """A term as its core and what is round it."""
    layers: list[Expr | tuple[Expr, ...]] = []
    for index in core_path(term, varying):
        rest = (*term.args[:index], *term.args[index + 1 :])
        layers.append(rest if term.op == "indexed_sum" else mul(*rest))
        term = term.args[index]
    return Parts(tuple(layers), term)


def frame_of(term: Expr, varying: Varying) -> tuple[tuple[Expr, ...], ...]:
    """The sums round the differential that it depends on: `Σᵢ Gᵢ : dxᵢ` is one term for each i."""
    layers = parts_of(term, varying).round
    if not layers:
        return ()
    sums = [layer for layer in layers if not isinstance(layer, Expr)]
    wanted = set(free_indices(target(term, varying)))
    frame = []
    for layer in reversed(sums):
        if layer[0] in wanted:
            frame.append(layer)
            wanted |= free_indices(layer[1]) | free_indices(layer[2])
    return tuple(reversed(frame))


def target(term: Expr, varying: Varying) -> Expr:
    """The name whose differential stands in `term`."""
    while term.op != "differential":
        term = term.args[varying.place(term)]
    return term.args[0]


# --- the two last forms --------------------------------------------------------------------------


class Form(NamedTuple):
    """`coefficient(term)` is what stands before the differential, `pair(M, X)` puts it there."""

    coefficient: Callable[[Expr, Varying], Expr]
    pair: Callable[[Expr, Expr], Expr]


def _frobenius_coefficient(term: Expr, varying: Varying) -> Expr:
    parts = parts_of(term, varying)
    M = parts.core.args[0] if parts.core.op == "frobenius" else number(1)
    return parts.put_round(M, frame_of(term, varying))


def _frobenius_pair(M: Expr, X: Expr) -> Expr:
    return frobenius(M, differential(X))


def _trace_coefficient(term: Expr, varying: Varying) -> Expr:
    parts = parts_of(term, varying)
    core, kept = parts.core, frame_of(term, varying)
    if core.op == "differential":
        return parts.put_round(number(1), kept)
    chain = core.args[0] if core.op == "trace" else core
    number_part, scalars, factors = split(chain)
    rest = factors[:-1] or (identity(factors[-1].shape.rows),)
    return parts.put_round(mul(number_part, *scalars, *rest), kept)


def _trace_pair(M: Expr, X: Expr) -> Expr:
    """`tr(M dX)`, its minus sign in front."""
    value = value_of(split(M)[0])
    if value is not None and value < 0:
        return -_trace_pair(-M, X)
    product = M @ differential(X)
    return product if product.shape.is_scalar else trace(product)


def _vec_pair(M: Expr, X: Expr) -> Expr:
    """`m vec(dX)`, its minus sign in front."""
    return M @ vec(differential(X))


FROBENIUS = Form(_frobenius_coefficient, _frobenius_pair)
TRACE = Form(_trace_coefficient, _trace_pair)
VEC = Form(_trace_coefficient, _vec_pair)


#: Of a term: whose differential it has, the sums that this depends on, and the coefficient.
Key = tuple[Expr, tuple[tuple[Expr, ...], ...], Expr | None]


# --- adding up -----------------------------------------------------------------------------------


def _added(node: Expr, varying: Varying, form: Form, *, alike_only: bool) -> Expr | None:
    """The sum with the terms of each differential in one, at the place of the first of them.

    With `alike_only`, just those whose coefficients differ by a number.
    """
    targets = [target(term, varying) for term in node.args]
    if len(set(targets)) == len(targets):
        return None
    coefficients = [form.coefficient(term, varying) for term in node.args]
    frames = [frame_of(term, varying) for term in node.args]
    keys = [
        (X, frame, number_and_rest(M)[1] if alike_only else None)
        for X, frame, M in zip(targets, frames, coefficients, strict=True)
    ]
    groups: dict[Key, list[Expr]] = {}
    for key, M in zip(keys, coefficients, strict=True):
        groups.setdefault(key, []).append(M)
    if len(groups) == len(node.args):
        return None
    alone = dict(zip(keys, node.args, strict=True))
    return add(
        *[
            alone[key] if len(group) == 1 else _together(form, _total(group, alike_only), key)
            for key, group in groups.items()
        ]
    )


def _together(form: Form, M: Expr, key: Key) -> Expr:
    """The term with the coefficient M, within the sums that its differential depends on."""
    X, frame, _ = key
    return Parts(frame, X).put_round(form.pair(M, X))


def _total(coefficients: list[Expr], alike: bool) -> Expr:
    if not alike:
        return add(*coefficients)
    numbers = [number_and_rest(M)[0] for M in coefficients]
    return mul(add(*numbers), number_and_rest(coefficients[0])[1])


def _adding(name: str, statement: str, form: Form, *, alike_only: bool) -> Rule:
    """The rule that adds up terms of this form."""

    @rule(name, statement, needs="differential", joins=alike_only, on="add")
    def add_up(node: Expr, varying: Varying) -> Expr | None:
        return _added(node, varying, form, alike_only=alike_only)

    return add_up


#: Terms that differ by a number only.
merge_frobenius = _adding(
    "like Frobenius products", "2A:B + 3A:B = 5A:B", FROBENIUS, alike_only=True
)
merge_trace = _adding(
    "like traces",
    r"\operatorname{tr}(2AB) + \operatorname{tr}(3AB) = \operatorname{tr}(5AB)",
    TRACE,
    alike_only=True,
)
merge_inner = _adding(
    "like inner products",
    r"2\langle A, B \rangle + 3\langle A, B \rangle = 5\langle A, B \rangle",
    FROBENIUS,
    alike_only=True,
)
merge_vec = _adding("like terms before a vec", "2a^Tx + 3a^Tx = 5a^Tx", VEC, alike_only=True)

#: One term for each differential.
collect_frobenius = _adding(
    "Frobenius products collected", "A:C + B:C = (A + B):C", FROBENIUS, alike_only=False
)
collect_trace = _adding(
    "traces collected",
    r"\operatorname{tr}(AC) + \operatorname{tr}(BC) = \operatorname{tr}((A + B)C)",
    TRACE,
    alike_only=False,
)
collect_inner = _adding(
    "linearity of the inner product",
    r"\langle A, C \rangle + \langle B, C \rangle = \langle A + B, C \rangle",
    FROBENIUS,
    alike_only=False,
)
collect_rows = _adding(
    "rows collected before a vec", "a^Tx + b^Tx = (a^T + b^T)x", VEC, alike_only=False
)
