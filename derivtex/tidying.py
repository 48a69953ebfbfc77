"""The last lines: a gradient brought to the form a person prefers, one idea a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import product

from derivtex.derivation import Reason
from derivtex.expr import Expr, at, outside_names, rebuild, walk
from derivtex.ops import transpose
from derivtex.ops.indices import instance
from derivtex.phases import Trail, exhaust
from derivtex.quotients import is_quotient, with_name
from derivtex.rule import Rule
from derivtex.rules import (
    blocks,
    cross,
    elementwise,
    generalised,
    indexed,
    indexed_sums,
    khatri_rao,
    kronecker,
    triangles,
)
from derivtex.rules import tidy_frobenius as frobenius
from derivtex.rules import tidy_products as products
from derivtex.rules import tidy_sums as sums
from derivtex.rules import tidy_vectors as vectors
from derivtex.rules.identify import CALLED
from derivtex.rules.matrix_functions import commuting, merge_exponentials, together
from derivtex.rules.tidy_factors import common_factor
from derivtex.structure import transposed
from derivtex.surface import bits
from derivtex.varying import Search, Varying, Where

#: Used on a differential before its terms are collected, and again on the gradient.
STRUCTURE: tuple[Rule, ...] = (
    products.symmetric,
    products.skew,
    products.orthogonal,
    products.transpose_of_inverse,
    products.transpose_inside,
    commuting,
    products.merge_powers,
    merge_exponentials,
    products.cancel_inverse,
    generalised.projector,
    generalised.penrose,
    generalised.adjugate_product,
    kronecker.through,
    blocks.block_product,
    indexed.equal_terms,
    # A constant that divides may cancel in the sum: before it is taken out of it.
    elementwise.multiply_denominators,
    indexed.constants_out,
)
SUMS: tuple[Rule, ...] = (
    sums.scalar_outside,
    vectors.scalar_in_front,
    kronecker.unvec_sum,
    sums.like_terms,
    sums.like_scalars,
    together,
    indexed_sums.backwards,
    indexed_sums.turned_round,
    indexed_sums.one_sum,
    common_factor,
    khatri_rao.kronecker_common,
    sums.common_number,
    indexed.constants_out,
)

_GROUPS: tuple[tuple[Rule, ...], ...] = (
    STRUCTURE,
    (products.inverse_inside, sums.like_terms, sums.multiply_out, vectors.identity_trace),
    SUMS,
    (
        elementwise.simplify,
        elementwise.reduce,
        elementwise.multiply_denominators,
        elementwise.complement,
        triangles.masked,
        cross.turned,
        cross.applied,
    ),
    (
        vectors.outer_trace,
        vectors.diagonal_transposed,
        vectors.trace_transposed,
        vectors.outer_diagonal,
        vectors.diagonal_scaled,
        vectors.diagonal_vector,
        vectors.diagonal_part,
        frobenius.frobenius_identity,
        frobenius.frobenius_vectors,
        frobenius.frobenius_outer,
        frobenius.frobenius_trace,
        vectors.scale_rows,
        vectors.undo_quotient,
        generalised.adjugate_product,
        vectors.identity_trace,
        kronecker.contract_kronecker,
        kronecker.kronecker_product,
        kronecker.commuted,
        khatri_rao.khatri_rao_mixed,
        khatri_rao.khatri_rao_gram,
    ),
    (indexed_sums.backwards, indexed_sums.turned_round, indexed_sums.one_sum),
    (
        vectors.hadamard_number,
        sums.common_number,
        sums.positive_first,
        sums.carry_sign,
        sums.carry_fraction,
    ),
    (blocks.together,),
    (vectors.hadamard_together,),
    (vectors.gather,),
    (indexed.product_turned,),
)


#: A value of this size is long.
_LONG = 10
#: With these the factors of a quotient are written.
_POWERS = bits({"mul", "power", "sqrt", "norm", "norm_squared"})
_AT_POWERS = Where(bits({"mul", "power"}))
#: So many members of a family are looked for by their values.
_MOST_MEMBERS = 16


#: What has a name, or is shorter than one.
_LEAVES = frozenset({"symbol", "named", "number", "member"})


class Names:
    """The definitions of a problem, to call parts of a result by their names."""

    def __init__(self, definitions: Sequence[Expr], objective: Expr | None = None) -> None:
        self.patterns: list[tuple[Expr, Expr, Expr]] = []
        #: The definitions of families: each stands for as many names as it has members.
        self.families: list[Expr] = []
        #: What may be called by its name though its factors stand apart; the objective, if it is
        #: long, is called by its name as well.
        self.quotients = [e for e in definitions if is_quotient(e.args[0])]
        if objective is not None and objective.op == "named":
            if is_quotient(objective.args[0]):
                self.quotients.append(objective)
            if objective.args[0].size >= _LONG and objective.args[0].op != "add":
                self.patterns.append((objective.args[0], objective, objective))
        for name in definitions:
            if name.args[0].op in _LEAVES:
                continue
            self.patterns += _both_ways(name)
            if len(name.args) > 1:
                self.families.append(name)

    def call(self, trail: Trail, ops: frozenset[str] | None = None) -> list[Expr]:
        """Write names where their values stand; the names written, those of `ops` alone."""
        found: dict[Expr, None] = {}
        present: set[Expr] | None = None
        for pattern, replacement, name in self._patterns(trail.current):
            if ops is not None and name.args[0].op not in ops:
                continue
            # What is written with an operation that does not stand here does not stand here.
            if pattern.surface & ~trail.current.surface:
                continue
            present = present or set(walk(trail.current, into=outside_names))
            if not present.issuperset(pattern.args):
                continue
            while self._write(trail, pattern, replacement):
                found[name] = None
                present = None
        return list(found)

    def call_quotients(self, trail: Trail, *, members: bool = False) -> list[Expr]:
        """Write names for quotients whose factors stand beside others; the names written. Those of
        `members` of families, or all others."""
        found: dict[Expr, None] = {}
        for name in self._quotients(trail.current, members):
            value = name.args[0]
            if value.surface & ~_POWERS & ~trail.current.surface:
                continue
            stands = partial(_stands, name)
            while (path := Search(stands, _AT_POWERS).path(trail.current)) is not None:
                new = with_name(at(trail.current, path), value, name)
                assert new is not None
                trail.apply(CALLED.name, path, new)
                found[name] = None
        return list(found)

    def _quotients(self, e: Expr, members: bool) -> list[Expr]:
        names = [name for name in self.quotients if (len(name.args) > 1) == members]
        return names + [m for name in names for m in _instances(name, e)] if members else names

    def _patterns(self, e: Expr) -> list[tuple[Expr, Expr, Expr]]:
        """The patterns, those of families for the indices that stand in `e` as well."""
        if not self.families:
            return self.patterns
        instances = (m for name in self.families for m in _instances(name, e))
        return self.patterns + [p for m in instances for p in _both_ways(m)]

    def _write(self, trail: Trail, pattern: Expr, replacement: Expr) -> bool:
        search = Search(lambda node: _occurs(node, pattern) is not None, Where(bits({pattern.op})))
        path = search.path(trail.current)
        if path is None:
            return False
        node = at(trail.current, path)
        start, end = _occurs(node, pattern) or (0, 0)
        new = replacement
        if node is not pattern:
            new = rebuild(node, (*node.args[:start], replacement, *node.args[end:]))
        trail.apply(CALLED.name, path, new)
        return True


def _instances(name: Expr, e: Expr) -> list[Expr]:
    """The members of a defined family at the other indices that stand in `e`."""
    indices = dict.fromkeys(
        index
        for node in walk(e, into=outside_names)
        if node.op in {"member", "named"}
        for index in node.args[1:]
    )
    own = name.args[1:]
    if len(indices) ** len(own) > _MOST_MEMBERS:
        return []
    return [instance(name, *at) for at in product(indices, repeat=len(own)) if at != own]


def _stands(name: Expr, node: Expr) -> bool:
    return with_name(node, name.args[0], name) is not None


def _both_ways(name: Expr) -> list[tuple[Expr, Expr, Expr]]:
    """What stands for a name: its value, and its value transposed for the name transposed."""
    value = name.args[0]
    if name.shape.is_scalar:
        return [(value, name, name)]
    turned = transposed(value)
    # Of `z = xᵀ` the transpose is x, which is no part to be called by another name.
    if turned.op in _LEAVES:
        return [(value, name, name)]
    return [(value, name, name), (turned, transpose(name), name)]


#: A name for a product or a sum makes factors visible; one for σ(z) would hide what cancels.
_OPEN = frozenset({"mul", "add"})


def tidied(trail: Trail, varying: Varying, names: Names) -> Iterator[Reason]:
    """Tidy the right side; why, a line each.

    A part of it that a definition has a name for is called by the name.
    """
    if names.quotients:
        yield from _called(trail, names.call_quotients(trail, members=True), varying)
    for rules in _GROUPS:
        used = exhaust(trail, rules, varying)
        if used:
            yield Reason("", (), used)
        if rules is STRUCTURE:
            yield from _called(trail, names.call(trail, _OPEN), varying)
    yield from _called(trail, names.call(trail) + names.call_quotients(trail), varying)


def _called(trail: Trail, found: list[Expr], varying: Varying) -> Iterator[Reason]:
    if found:
        exhaust(trail, (*STRUCTURE, sums.like_terms, sums.multiply_out), varying)
        exhaust(trail, SUMS, varying)
        yield Reason("definition of {}", (found[0],))


def _occurs(node: Expr, pattern: Expr) -> tuple[int, int] | None:
    """Where `pattern` is: the node itself, or factors (or terms) of it that follow each other."""
    if node is pattern:
        return (0, 0)
    if node.op != pattern.op or node.op not in {"mul", "add"}:
        return None
    length = len(pattern.args)
    for start in range(len(node.args) - length + 1):
        if node.args[start : start + length] == pattern.args:
            return (start, start + length)
    return None
