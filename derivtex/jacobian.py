"""Jacobians and Hessians: from `dF` to `vec(dF) = J vec(dX)`.

The differential itself is the readable linear map; the Jacobian is its matrix, column by column of
dX. There is never a matrix of another order: what is no matrix is shown as a differential.
"""

from __future__ import annotations

from derivtex.book import Book
from derivtex.derivation import LineKind, Reason, Step
from derivtex.errors import UnsupportedError
from derivtex.expr import Expr, outside_names, replace, walk
from derivtex.linear import move_under_vec
from derivtex.moves import SPELL
from derivtex.ops import differential, jacobian, number, sized, vec, zeros
from derivtex.ops.leaves import is_zero
from derivtex.phases import Trail, exhaust, expand_differentials
from derivtex.results import of_known_size
from derivtex.rules.identify import DEFINITION, IDENTIFY_JACOBIAN, UNKNOWN_GRADIENT, VECTORISED
from derivtex.rules.tidy_factors import common_factor
from derivtex.rules.tidy_sums import like_terms
from derivtex.rules.vec import coefficient, collect_vec
from derivtex.symbols import GradientName
from derivtex.tidying import Names, tidied
from derivtex.varying import Varying


class Linearisation:
    """The way from dF to the Jacobian of F in X."""

    def __init__(self, book: Book, F: Expr, X: Expr) -> None:
        self.book = book
        self.F = F
        self.X = X
        self.varying = Varying([X])
        self.trail = Trail(differential(F.args[0]))
        if X.op == "member":
            raise UnsupportedError(
                f"the Jacobian in the member {X.text()} of a family is not derived",
                hint="ask for the differential: it shows the linear map",
            )

    def write(self) -> Expr:
        """Write the lines, and give the Jacobian."""
        if not self.varying.depends(self.F):
            return self._zero()
        self._differentiate()
        if is_zero(self.trail.current):
            return self._zero()
        if self.X.shape.is_scalar:
            J = replace(self.trail.current, {differential(self.X): number(1)})
        else:
            J = self._matrix()
        return self._read_off(J)

    def _differentiate(self) -> None:
        """`dF = …`, with definitions put in until only dX is left."""
        trail = self.trail
        expand_differentials(trail, self.varying, SPELL)
        self._call_by_letters()
        self._line("differential", differential(self.F), Reason("differential of {}", (self.F,)))
        while (Y := self._name_left()) is not None:
            self._put_in(Y)
            self._line("differential", None, Reason("differential of {}", (Y,)))

    def _put_in(self, Y: Expr) -> None:
        """Put the definition of Y in where dY stands."""
        self.trail.put(DEFINITION.name, {differential(Y): differential(Y.args[0])})
        expand_differentials(self.trail, self.varying, SPELL)
        self._call_by_letters()

    def _call_by_letters(self) -> None:
        self.book.call_by_letters(self.trail)
        self.trail.put(UNKNOWN_GRADIENT, self.book.unknown)

    def _name_left(self) -> Expr | None:
        """The definition, the latest of them, whose differential still stands in the line."""
        names = [
            node.args[0]
            for node in walk(self.trail.current, into=outside_names)
            if node.op == "differential"
            and node.args[0].op == "named"
            and node.args[0] is not self.X
        ]
        return max(names, key=self.book.rank, default=None)

    def _matrix(self) -> Expr:
        """`vec(dF) = J vec(dX)`."""
        trail, varying = self.trail, self.varying
        dF = differential(self.F)
        left = None if vec(dF) is dF else vec(dF)
        if left is not None:
            trail.apply(VECTORISED, (), vec(trail.current))
        moved = move_under_vec(trail, varying)
        if trail.steps:
            self._line("move", left, Reason("", (), moved))
        if exhaust(trail, (collect_vec,), varying):
            exhaust(trail, (like_terms, common_factor), varying)
            self._line("move", None, Reason("", (), (collect_vec.name,)))
        if is_zero(trail.current):
            return zeros(jacobian(self.F, self.X).shape)
        return coefficient(trail.current)

    def _zero(self) -> Expr:
        """The Jacobian of what does not depend on X."""
        mark = jacobian(self.F, self.X)
        reason = Reason("{} does not depend on {}", (self.F, self.X))
        self.book.line("gradient", mark, zeros(mark.shape), reason)
        return sized(of_known_size(zeros(mark.shape), self.X), self.F)

    def _read_off(self, J: Expr) -> Expr:
        """`∂F/∂xᵀ = J`, tidied."""
        trail, varying = Trail(J), self.varying
        trail.steps.append(Step(IDENTIFY_JACOBIAN.name, (), self.trail.current, J))
        reason = Reason("Jacobian of {} wrt {}", (self.F, self.X))
        if self.F.op == "named" and isinstance(self.F.data, GradientName):
            reason = Reason("Hessian: the Jacobian of {}", (self.F,))
        self._line("gradient", jacobian(self.F, self.X), reason, trail)
        names = Names(
            [d.expr for d in reversed(self.book.problem.definitions) if not _short(d.expr)]
        )
        for why in tidied(trail, varying, names):
            self._line("tidy", None, why, trail)
        return of_known_size(trail.current, self.X)

    def _line(
        self, kind: LineKind, left: Expr | None, reason: Reason, trail: Trail | None = None
    ) -> None:
        trail = trail or self.trail
        self.book.line(kind, left, trail.current, reason, trail.take(), (self.X,))


def _short(name: Expr) -> bool:
    """Whether a name says no more than its value does, as r for ‖x‖."""
    return name.shape.is_scalar and name.args[0].size <= 2
