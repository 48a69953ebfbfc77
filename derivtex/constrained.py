"""A stationary point under a constraint: the multiplier from the constraint, then the point.

The condition by a multiplier, `∂L/∂λ = 0`, is the constraint itself; the multiplier does not occur
in it. Once the others are solved for, by means of the multiplier, the constraint tells it.
"""

from __future__ import annotations

from collections.abc import Sequence

from derivtex.assumed import condition
from derivtex.derivation import Line, Reason
from derivtex.expr import Expr, replace, walk
from derivtex.ops import named
from derivtex.ops.indices import name_of
from derivtex.rules import solve
from derivtex.stationary import Stationary, core, hat, in_short, solved_for, stationary
from derivtex.varying import Varying


class Points:
    """The stationary points of L in several unknowns, each by itself, then joined."""

    def __init__(self, L: Expr) -> None:
        self.L = L
        self.lines: list[Line] = []
        self.conditions: list[Reason] = []
        self.solutions: dict[Expr, Expr] = {}

    def solve(self, unknowns: Sequence[Expr], gradients: dict[Expr, Expr]) -> None:
        """Solve for each unknown; one that its own condition leaves out is solved for last."""
        found = {X: stationary(self.L, X, gradients[X]) for X in unknowns}
        multipliers = [X for X in unknowns if found[X].free_of is X]
        last = multipliers[0] if len(multipliers) == 1 else None
        for X in unknowns:
            if found[X].free_of is X:
                found[X] = self._constraint(X, gradients[X], found[X], unknowns)
            if X is not last:
                self._write(X, found[X])
        if last is not None:
            joined = self._with_multiplier(last, gradients[last], found[last].lines)
            self._write(last, joined or found[last])
        self._put_each_other_in(frozenset(unknowns))

    def _put_each_other_in(self, unknowns: frozenset[Expr]) -> None:
        """A point that depends on another unknown is at the point of that: `Σ̂` has `μ̂` in it.

        So where the other is known by itself, not by means of an unknown in turn.
        """
        inside = {X: unknowns & set(walk(e)) for X, e in self.solutions.items()}
        for X, others in inside.items():
            if not others or any(Y.op != "symbol" or inside.get(Y, unknowns) for Y in others):
                continue
            names = {Y: named(name_of(hat(Y)), self.solutions[Y]) for Y in self.solutions}
            put_in = {Y: names[Y] for Y in names if Y in others}
            self.solutions[X] = replace(self.solutions[X], put_in)
            found = (
                condition(words, *[replace(arg, put_in) for arg in args])
                for words, args, _ in self.conditions
            )
            self.conditions = [reason for reason in found if reason is not None]
            why = Reason("{} put in", (hat(next(iter(put_in))),))
            self.lines.append(Line("solution", hat(X), self.solutions[X], why))

    def _constraint(
        self, multiplier: Expr, G: Expr, found: Stationary, unknowns: Sequence[Expr]
    ) -> Stationary:
        """The condition as a person writes a constraint: what is known on the right."""
        varying = Varying([X for X in unknowns if X is not multiplier])
        if not varying.depends(G):
            return found
        left, right = solve.sides(core(G), varying)
        why = Reason("{} does not occur", (multiplier,))
        return found._replace(lines=(found.lines[0], Line("equation", left, right, why)))

    def _write(self, X: Expr, found: Stationary) -> None:
        self.lines += found.lines
        self.conditions += found.conditions
        if found.solution is not None:
            self.solutions[X] = found.solution

    def _with_multiplier(
        self, multiplier: Expr, G: Expr, lines: tuple[Line, ...]
    ) -> Stationary | None:
        """`G = 0` with the points put in that depend on the multiplier, solved for it."""
        depending = {X: e for X, e in self.solutions.items() if multiplier in set(walk(e))}
        if not depending or multiplier.op != "symbol":
            return None
        names = Reason("{} put in", (hat(next(iter(depending))),))
        put_in = replace(solve.without_names(G, Varying([*depending])), depending)
        system = solve.linear_system(in_short(put_in), multiplier)
        if system is None:
            return None
        system = system._replace(left=in_short(system.left), known=in_short(system.known))
        solution = solve.solution(system)
        if solution is None:
            return None
        equation = Line("equation", system.left, system.known, names)
        found = solved_for((*lines, equation), multiplier, *solution)
        assert found.solution is not None
        multiplier_is = {multiplier: found.solution}
        joined = {X: in_short(replace(e, multiplier_is)) for X, e in depending.items()}
        self.solutions |= joined
        why = Reason("{} put in", (hat(multiplier),))
        ends = tuple(Line("solution", hat(X), e, why) for X, e in joined.items())
        return found._replace(lines=(*found.lines, *ends))
