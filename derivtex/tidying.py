"""The last lines: a gradient brought to the form a person prefers, one idea a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derivtex.derivation import Reason
from derivtex.expr import Expr, at, rebuild
from derivtex.ops import transpose
from derivtex.phases import Trail, exhaust
from derivtex.rule import Rule
from derivtex.rules import elementwise, tidy
from derivtex.rules.identify import CALLED
from derivtex.structure import transposed
from derivtex.varying import Search, Varying

#: Used on a differential before its terms are collected, and again on the gradient.
STRUCTURE: tuple[Rule, ...] = (
    tidy.symmetric,
    tidy.transpose_of_inverse,
    tidy.transpose_inside,
    tidy.merge_powers,
    tidy.cancel_inverse,
)
SUMS: tuple[Rule, ...] = (tidy.like_terms, tidy.common_factor, tidy.common_number)

_GROUPS: tuple[tuple[Rule, ...], ...] = (
    STRUCTURE,
    (tidy.inverse_inside, tidy.multiply_out),
    SUMS,
    (elementwise.simplify, elementwise.complement),
    (tidy.outer_diagonal, tidy.diagonal_part, tidy.frobenius_identity, tidy.scale_rows),
    (tidy.hadamard_number, tidy.common_number, tidy.positive_first, tidy.carry_sign),
    (tidy.gather,),
)


def tidied(
    trail: Trail, varying: Varying, definitions: Sequence[Expr] = ()
) -> Iterator[Reason]:
    """Tidy the right side; why, a line each.

    A part of it that a definition has a name for is called by the name.
    """
    for rules in _GROUPS:
        used = exhaust(trail, rules, varying)
        if used:
            yield Reason("", (), used)
        if rules is STRUCTURE:
            # A name for a product makes factors visible; one for σ(z) would hide what cancels.
            products = [name for name in definitions if name.args[0].op in {"mul", "add"}]
            yield from _called(trail, products, varying)
    yield from _called(trail, definitions, varying)


def _called(trail: Trail, names: Sequence[Expr], varying: Varying) -> Iterator[Reason]:
    found = [name for name in names if _call_by_name(trail, name)]
    if found:
        exhaust(trail, (*STRUCTURE, tidy.like_terms, tidy.multiply_out), varying)
        exhaust(trail, SUMS, varying)
        yield Reason("definition of {}", (found[0],))


def _call_by_name(trail: Trail, name: Expr) -> bool:
    """Write `name` where its value stands, or stands transposed."""
    value = name.args[0]
    if value.op in {"symbol", "named", "number"}:
        return False
    pairs = [(value, name)]
    if not name.shape.is_scalar:
        pairs.append((transposed(value), transpose(name)))
    found = False
    for pattern, replacement in pairs:
        search = Search(lambda node, pattern=pattern: _occurs(node, pattern) is not None)  # type: ignore[misc]
        while (path := search.path(trail.current)) is not None:
            node = at(trail.current, path)
            place = _occurs(node, pattern)
            if place is None:
                break
            start, end = place
            new = replacement
            if node is not pattern:
                new = rebuild(node, (*node.args[:start], replacement, *node.args[end:]))
            trail.apply(CALLED.name, path, new)
            found = True
    return found


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
