"""Reading gradients off: from the terms of dL to lines `∂L/∂X = …`, tidied and put back."""

from __future__ import annotations

from collections.abc import Collection

from derivtex.derivation import Reason, Step
from derivtex.expr import Expr, outside_names, replace, walk
from derivtex.ops import add, derivative, differential, named, number, unvec, vec, zeros
from derivtex.ops.indices import bound_indices, letters_in, name_of, renamed
from derivtex.ops.integers import linear, minus
from derivtex.ops.leaves import derivative_by_entries, value_of
from derivtex.phases import Trail, exhaust
from derivtex.results import by_entries, mixes, of_known_size, project
from derivtex.rules.collect import target
from derivtex.rules.extract import gradient_in
from derivtex.rules.identify import IDENTIFY, MEMBER_READ_OFF, PROJECTION, PUT_BACK, UNSTACKED
from derivtex.rules.indexed import constants_out
from derivtex.structure import transposed_terms
from derivtex.surface import bits
from derivtex.symbols import GradientName
from derivtex.tidying import STRUCTURE, tidied
from derivtex.way import Way

#: The largest result in which the gradients found on the way are put back.
_READABLE = 80
#: A result below this size, such as `p - y`, is read at a glance.
_TERSE = 7
_UNVEC = bits({"unvec"})
_QUOTIENTS = bits({"hadamard_quotient", "power"})
#: Before a vec sums are multiplied out, so no constant is taken out of one.
_STRUCTURE = tuple(rule for rule in STRUCTURE if rule is not constants_out)


class ReadingOff(Way):
    """The end of a descent, and of each stage of it."""

    def _stage(self, terms: dict[Expr, Expr]) -> None:
        """Read off the gradients that are complete, and go on with what is left."""
        # A member of a family has one term for each index: it stays as it is.
        members = [term for _, term in self.trail.terms() if _is_member(target(term, self.varying))]
        terms = {t: term for t, term in terms.items() if not _is_member(t)}
        complete = [t for t in terms if not self._users_of(t)]
        self._read_off([t for t in complete if t not in self.stages], terms)
        rest = [
            self.moves.form.pair(self.moves.from_gradient(self.stages[t]), t)
            if t in self.stages
            else self.sums.called(t, terms[t], self._users_of(t))
            for t in terms
            if t not in complete or t not in self.variables
        ]
        self.open = tuple(v for v in self.open if v not in complete)
        self.trail.take()
        self.trail.current = add(*members, *rest)
        through = next(t for t in complete if t not in self.variables)
        self._line(
            "differential",
            differential(self.L),
            Reason("differential of {} by way of {}", (self.L, through)),
        )

    def _read_off(self, targets: list[Expr], terms: dict[Expr, Expr]) -> None:
        """`∂L/∂X = …` for each target, tidied."""
        for X in targets:
            before = self.trail.current
            M = self.moves.form.coefficient(terms[X], self.varying)
            G = self.moves.gradient(M, X)
            trail = Trail(G, [Step(IDENTIFY.name, (), before, G)])
            if self.moves.unstack and G.surface & _UNVEC:
                trail = self._unstacked(X, before, transposed_terms(M))
            reason = self._within_structure(trail, X) or self._gradient_reason(X)
            self._gradient_line(trail, derivative(self.L, X), reason)
            if self.moves.unstack and (used := exhaust(trail, self.moves.unstack, self.varying)):
                self._gradient_line(trail, None, Reason("", (), used), "tidy")
            so_far = self.sums.put_back(trail)
            if so_far is not None:
                self._gradient_line(trail, None, Reason("{} put back", (so_far,)), "tidy")
            elif X in self.variables and len(self.asked) == 1:
                self._put_back(trail)
            self._keep(trail, X)

    def _within_structure(self, trail: Trail, X: Expr) -> Reason | None:
        """Project onto the structure of X, unless the derivatives by its entries are asked for."""
        if self._is_by_entries(X):
            return Reason("gradient wrt {}, all its entries free", (X,))
        return project(trail, X, self.varying)

    def _is_by_entries(self, X: Expr) -> bool:
        return self.book.symmetric == "entries" and is_symmetric_variable(X)

    def _keep(self, trail: Trail, X: Expr) -> None:
        """The gradient in its last form: a result, or a name for what goes on from it."""
        self._tidy(trail)
        self._put_back_if_shorter(trail)
        if self._is_by_entries(X):
            self._by_entries(trail, X)
        if X in self.asked:
            self.found[X] = of_known_size(trail.current, X)
        if X not in self.variables:
            name = GradientName(name_of(self.L), name_of(X))
            self.stages[X] = named(name, trail.current)

    def _tidy(self, trail: Trail) -> None:
        for why in tidied(trail, self.varying, self.names):
            self._gradient_line(trail, None, why, "tidy")

    def _put_back_if_shorter(self, trail: Trail) -> None:
        """Put back a gradient whose denominators then cancel, as those of a cross-entropy do."""
        divided = [G for G in self.stages.values() if G.args[0].surface & _QUOTIENTS]
        if divided:
            present = set(walk(trail.current, into=outside_names))
            divided = [G for G in divided if G in present]
        if not divided:
            return
        after = replace(trail.current, {G: G.args[0] for G in divided})
        trial = Trail(after)
        for _ in tidied(trial, self.varying, self.names):
            pass
        if trial.current.size < max(trail.current.size, _TERSE):
            trail.apply(PUT_BACK.name, (), after)
            self._gradient_line(trail, None, Reason("{} put back", (divided[-1],)), "tidy")
            self._tidy(trail)

    def _unstacked(self, X: Expr, before: Expr, g: Expr) -> Trail:
        """The lines of `vec(∂L/∂X) = g`; what is left is to read the matrix off."""
        stacked = Trail(g, [Step(IDENTIFY.name, (), before, g)])
        self._gradient_line(stacked, vec(derivative(self.L, X)), self._gradient_reason(X))
        used = exhaust(stacked, (*_STRUCTURE, *self.moves.unstack), self.varying)
        if used:
            self._gradient_line(stacked, None, Reason("", (), used), "tidy")
        G = unvec(stacked.current, zeros(X.shape))
        return Trail(G, [Step(UNSTACKED, (), stacked.current, G)])

    def _gradient_reason(self, X: Expr) -> Reason:
        """The gradient is what dL is the inner product of dX with, where X alone varies."""
        if self.moves.adjoint is None or len(self.variables) > 1 or X.shape.is_scalar:
            return Reason("gradient wrt {}", (X,))
        pair = self.moves.form.pair(derivative(self.L, X), X)
        return Reason("gradient: {} = {}", (differential(self.L), pair))

    def _read_off_member(self, X: Expr) -> None:
        """`∂L/∂x_j = …` from all the terms with members of the family."""
        before = self.trail.current
        terms = [term for _, term in self.trail.terms()]
        found = gradient_in(X, terms, self.moves.form, self.varying)
        G = self.moves.gradient(found.gradient, X)
        trail = Trail(G, [Step(MEMBER_READ_OFF, (), before, G)])
        self._gradient_line(trail, derivative(self.L, X), Reason("gradient wrt {}", (X,)))
        if len(self.asked) == 1:
            self._put_back(trail, letters_in(*X.args[1:]))
        self._tidy(trail)
        self.found[X] = of_known_size(trail.current, X)
        for of in found.ranges:
            condition = _lies_between(*of)
            if condition is not None:
                self.book.conditions.setdefault(condition)

    def _by_entries(self, trail: Trail, X: Expr) -> None:
        """The derivatives in the entries of a symmetric variable, from a free one's gradient."""
        trail.apply(PROJECTION, (), by_entries(trail.current))
        why = Reason(
            "in the entries of {}, mirror images being one variable; "
            "the projection is half the sum with the transpose",
            (X,),
        )
        self._gradient_line(trail, derivative_by_entries(self.L, X), why)
        self._tidy(trail)

    def _put_back(self, trail: Trail, letters: Collection[str] = ()) -> None:
        """The result in terms of what was given, where that is short enough to read.

        No sum in it is over an index that is called as one of these `letters`.
        """
        if not self.stages:
            return
        mapping: dict[Expr, Expr] = {}
        for G in self.stages.values():
            mapping[G] = replace(G.args[0], mapping)
        after = replace(trail.current, mapping)
        if after is trail.current or after.size > _READABLE:
            return
        for Y in self.stages:
            if len(self.stages) == 1 and mixes(after, Y):
                after = replace(after, {Y: Y.args[0]})
        clashing = frozenset(i for i in bound_indices(after) if i.data in letters)
        if clashing:
            after = renamed(after, clashing, (after,))
        trail.apply(PUT_BACK.name, (), after)
        self._gradient_line(
            trail, None, Reason("{} put back", (list(self.stages.values())[-1],)), "tidy"
        )


def _is_member(Y: Expr) -> bool:
    return Y.op == "member" or (Y.op == "named" and len(Y.args) > 1)


def _lies_between(i: Expr, lower: Expr, upper: Expr) -> Reason | None:
    """What has to be said of an index, where it is not clear that it lies between its limits."""
    low, high = (value_of(minus(a, b)) for a, b in ((i, lower), (upper, i)))
    if low is None and high is None and upper.op != "infinity":
        return Reason("{} lies between {} and {}", (i, lower, upper))
    if low is None and value_of(lower) not in {0, 1}:
        return _at_least(i, lower)
    if high is None and upper.op != "infinity" and (low != 0 or upper.op != "symbol"):
        return _at_least(upper, i)
    return None


def _at_least(e: Expr, least: Expr) -> Reason:
    """`T - 1 >= 2` as `T >= 3`."""
    _, constant = linear(e)
    return Reason("{} is at least {}", (minus(e, number(constant)), minus(least, number(constant))))


def is_symmetric_variable(X: Expr) -> bool:
    if X.op != "symbol" or not X.shape.is_matrix:
        return False
    return "symmetric" in X.data.structure and "diagonal" not in X.data.structure
