"""Terms in their last form, `G : dX` or `tr(M dX)`: what they consist of, and how they add up."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from derivtex.expr import Expr, Path
from derivtex.ops import add, differential, frobenius, identity, mul, number, split, trace
from derivtex.ops.leaves import value_of
from derivtex.rule import rule
from derivtex.rules.tidy_sums import number_and_rest
from derivtex.varying import Varying

# --- the core of a term: the factor that its differential is in ----------------------------------


def core_path(term: Expr, varying: Varying) -> Path:
    """The path to the scalar factor of `term` that holds the differential."""
    path: list[int] = []
    while term.op == "mul":
        index = varying.place(term)
        if not term.args[index].shape.is_scalar:
            break
        path.append(index)
        term = term.args[index]
    return tuple(path)


def split_core(term: Expr, varying: Varying) -> tuple[Expr, Expr]:
    """A term as its scalar coefficient and its core."""
    coefficient = number(1)
    for index in core_path(term, varying):
        rest = (*term.args[:index], *term.args[index + 1 :])
        coefficient = mul(coefficient, *rest)
        term = term.args[index]
    return coefficient, term


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
    coefficient, core = split_core(term, varying)
    return coefficient @ core.args[0] if core.op == "frobenius" else coefficient


def _frobenius_pair(M: Expr, X: Expr) -> Expr:
    return frobenius(M, differential(X))


def _trace_coefficient(term: Expr, varying: Varying) -> Expr:
    coefficient, core = split_core(term, varying)
    if core.op == "differential":
        return coefficient
    chain = core.args[0] if core.op == "trace" else core
    number_part, scalars, factors = split(chain)
    rest = factors[:-1] or (identity(factors[-1].shape.rows),)
    return mul(coefficient, number_part, *scalars, *rest)


def _trace_pair(M: Expr, X: Expr) -> Expr:
    """`tr(M dX)`, its minus sign in front."""
    value = value_of(split(M)[0])
    if value is not None and value < 0:
        return -_trace_pair(-M, X)
    product = M @ differential(X)
    return trace(product) if X.shape.is_matrix else product


FROBENIUS = Form(_frobenius_coefficient, _frobenius_pair)
TRACE = Form(_trace_coefficient, _trace_pair)


# --- adding up -----------------------------------------------------------------------------------


def _added(node: Expr, varying: Varying, form: Form, *, alike_only: bool) -> Expr | None:
    """The sum with the terms of each differential in one, at the place of the first of them.

    With `alike_only`, just those whose coefficients differ by a number.
    """
    if node.op != "add" or not varying.holds(node):
        return None
    targets = [target(term, varying) for term in node.args]
    if len(set(targets)) == len(targets):
        return None
    coefficients = [form.coefficient(term, varying) for term in node.args]
    keys = [
        (X, number_and_rest(M)[1] if alike_only else None)
        for X, M in zip(targets, coefficients, strict=True)
    ]
    groups: dict[tuple[Expr, Expr | None], list[Expr]] = {}
    for key, M in zip(keys, coefficients, strict=True):
        groups.setdefault(key, []).append(M)
    if len(groups) == len(node.args):
        return None
    alone = dict(zip(keys, node.args, strict=True))
    return add(
        *[
            alone[key] if len(group) == 1 else form.pair(_total(group, alike_only), key[0])
            for key, group in groups.items()
        ]
    )


def _total(coefficients: list[Expr], alike: bool) -> Expr:
    if not alike:
        return add(*coefficients)
    numbers = [number_and_rest(M)[0] for M in coefficients]
    return mul(add(*numbers), number_and_rest(coefficients[0])[1])


@rule("like Frobenius products", "2A:B + 3A:B = 5A:B", joins=True, on="add")
def merge_frobenius(node: Expr, varying: Varying) -> Expr | None:
    """Terms that differ by a number only."""
    return _added(node, varying, FROBENIUS, alike_only=True)


@rule(
    "like traces",
    r"\operatorname{tr}(2AB) + \operatorname{tr}(3AB) = \operatorname{tr}(5AB)",
    joins=True,
    on="add",
)
def merge_trace(node: Expr, varying: Varying) -> Expr | None:
    """Terms that differ by a number only."""
    return _added(node, varying, TRACE, alike_only=True)


@rule(
    "like inner products",
    r"2\langle A, B \rangle + 3\langle A, B \rangle = 5\langle A, B \rangle",
    joins=True,
    on="add",
)
def merge_inner(node: Expr, varying: Varying) -> Expr | None:
    """Terms that differ by a number only."""
    return _added(node, varying, FROBENIUS, alike_only=True)


@rule("Frobenius products collected", "A:C + B:C = (A + B):C", on="add")
def collect_frobenius(node: Expr, varying: Varying) -> Expr | None:
    """One term for each differential."""
    return _added(node, varying, FROBENIUS, alike_only=False)


@rule(
    "traces collected",
    r"\operatorname{tr}(AC) + \operatorname{tr}(BC) = \operatorname{tr}((A + B)C)",
    on="add",
)
def collect_trace(node: Expr, varying: Varying) -> Expr | None:
    """One term for each differential."""
    return _added(node, varying, TRACE, alike_only=False)


@rule(
    "linearity of the inner product",
    r"\langle A, C \rangle + \langle B, C \rangle = \langle A + B, C \rangle",
    on="add",
)
def collect_inner(node: Expr, varying: Varying) -> Expr | None:
    """One term for each differential."""
    return _added(node, varying, FROBENIUS, alike_only=False)
