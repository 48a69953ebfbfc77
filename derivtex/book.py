"""What has been written of a derivation so far: its lines, its letters, what it assumes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from derivtex.derivation import Line, LineKind, Reason, Step
from derivtex.expr import Expr, walk
from derivtex.moves import Moves
from derivtex.op import OPS
from derivtex.ops.leaves import value_of
from derivtex.ops.matrix_functions import PRINCIPAL
from derivtex.problem import Problem
from derivtex.structure import is_definite, is_invertible, is_positive
from derivtex.varying import Varying


def name_of(e: Expr) -> str:
    """The TeX name of a symbol or of a defined name."""
    return e.data.name if e.op == "symbol" else str(e.data)


class Book:
    """One derivation under way. Only lines are ever added; nothing written is changed."""

    def __init__(self, problem: Problem, moves: Moves) -> None:
        self.problem = problem
        self.moves = moves
        self.lines: list[Line] = []
        self.conditions: dict[Reason, None] = {}
        self.order = {d.expr: i for i, d in enumerate(problem.definitions)}
        self._restated: set[Expr] = set()
        self._letters = iter("GHKPQR")
        self._taken = {name_of(e) for e in problem.symbols.values()}

    def line(
        self,
        kind: LineKind,
        left: Expr | None,
        right: Expr,
        reason: Reason,
        steps: tuple[Step, ...] = (),
        varying: tuple[Expr, ...] = (),
    ) -> None:
        """Write a line; `left` is None where it is the left side of the line before."""
        self.lines.append(Line(kind, left, right, reason, steps, varying))

    def definitions(self, L: Expr) -> Iterator[Expr]:
        """The definitions that L is made of and that are not restated yet, in their order."""
        if not self.order.keys() - {L}:
            return
        used = [node for node in walk(L) if node in self.order and node is not L]
        for node in sorted(used, key=self.order.__getitem__):
            if node not in self._restated:
                self._restated.add(node)
                yield node

    def letter(self) -> str:
        """The next free letter for a gradient that nothing is known about."""
        return next(letter for letter in self._letters if letter not in self._taken)

    def assume(self, nodes: Iterable[Expr], varying: Varying) -> None:
        """Write down what the differentials assumed of these nodes, all that they were taken of."""
        for node in nodes:
            condition = self._condition(node)
            if condition is None or not (varying.depends(node) or node.op == "inverse"):
                continue
            index = 1 if "{1}" in condition else 0
            of = node.args[index]
            if not any(holds(of) for holds in _ENOUGH.get(condition, ())):
                self.conditions.setdefault(Reason(condition.replace("{1}", "{}"), (of,)))

    def _condition(self, node: Expr) -> str | None:
        """What an operation assumes; a scalar that divides is not zero."""
        if node.op == "power" and node.shape.is_scalar:
            exponent = value_of(node.args[1])
            return "{} is not zero" if exponent is not None and exponent < 0 else None
        return OPS[node.op].condition if node.op in OPS else None


#: Conditions, and what is enough for each to hold by how its argument is made.
_ENOUGH: dict[str, tuple[Callable[[Expr], bool], ...]] = {
    "{} is positive": (is_positive,),
    "{} is not zero": (is_positive,),
    "{} has no zero entry": (is_positive,),
    "{1} has no zero entry": (is_positive,),
    "{} is invertible": (is_invertible,),
    PRINCIPAL: (is_definite,),
}
