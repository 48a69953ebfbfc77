"""The last lines: a gradient brought to the form a person prefers, one idea a line."""

from __future__ import annotations

from collections.abc import Iterator

from derivtex.phases import Trail, exhaust
from derivtex.rule import Rule
from derivtex.rules import tidy
from derivtex.varying import Varying

#: Used on a differential before its terms are collected, and again on the gradient.
STRUCTURE: tuple[Rule, ...] = (
    tidy.symmetric,
    tidy.transpose_of_inverse,
    tidy.transpose_inside,
    tidy.cancel_inverse,
)
SUMS: tuple[Rule, ...] = (tidy.like_terms, tidy.common_factor)

_GROUPS: tuple[tuple[Rule, ...], ...] = (
    STRUCTURE,
    SUMS,
    (tidy.hadamard_number,),
    (tidy.gather,),
)


def tidied(trail: Trail, varying: Varying) -> Iterator[tuple[str, ...]]:
    """Tidy the right side; the names of the rules used, a line each."""
    for rules in _GROUPS:
        used = exhaust(trail, rules, varying)
        if used:
            yield used
