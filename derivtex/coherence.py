"""Whether a derivation hangs together: its steps chain, and its results are what its lines end in.

Numbers are compared elsewhere. What is asked here is that each thing that is compared, and nothing
else, is what the derivation hands out: a step begins where the one before it ended, a line ends
where its last step did, and a gradient is the right side of a line that is about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from derivtex.derivation import Derivation
from derivtex.expr import Expr
from derivtex.language.names import plain_name
from derivtex.ops.indices import name_of
from derivtex.ops.leaves import unsized

#: What is no value but a mark: ∂f/∂X, ∂F/∂X.
MARKS = frozenset({"derivative", "derivative_by_entries", "jacobian"})


class Break(NamedTuple):
    """Where it does not hang together: the line and the step, from 1, and what is broken."""

    line: int
    step: int
    what: str


def breaks(derivation: Derivation) -> Iterator[Break]:
    """Every place where the derivation does not hang together."""
    for number, line in enumerate(derivation.lines, 1):
        for index, (step, following) in enumerate(pairwise(line.steps), 1):
            if step.after is not following.before:
                yield Break(number, index, "chain")
        if line.steps and line.steps[-1].after is not line.right:
            yield Break(number, len(line.steps), "chain")
    said = _said(derivation)
    last = len(derivation.lines)
    for name, gradient in derivation.gradients.items():
        if unsized(gradient) not in said.get(name, ()):
            yield Break(last, 0, f"gradient in {name}")
    for kind, results in (
        ("matrix", (*derivation.jacobians, *derivation.hessians)),
        ("differential", derivation.differentials),
        ("solution", derivation.solutions.values()),
    ):
        for result in results:
            if unsized(result) not in said.get(f"\0{kind}", ()):
                yield Break(last, 0, kind)


def _said(derivation: Derivation) -> dict[str, set[Expr]]:
    """The right sides of the lines, by what they are about."""
    said: dict[str, set[Expr]] = {}
    left: Expr | None = None
    for line in derivation.lines:
        left = line.left or left
        for about in _about(left):
            said.setdefault(about, set()).add(unsized(line.right))
        if line.kind == "solution":
            said.setdefault("\0solution", set()).add(unsized(line.right))
    return said


def _about(left: Expr | None) -> Iterable[str]:
    """What a line with this left side is about: a variable, and what kind of result it can be."""
    if left is not None and left.op in {"transpose", "vec"}:
        (left,) = left.args
    if left is None or left.op not in {*MARKS, "differential"}:
        return ()
    if left.op == "differential":
        return ("\0differential",)
    return plain_name(name_of(left.args[1])), "\0matrix"
