"""The way from one objective down through the definitions to its variables."""

from __future__ import annotations

from collections.abc import Collection

from derivtex.accumulation import Accumulation
from derivtex.book import Book
from derivtex.derivation import LineKind, Reason, Step
from derivtex.expr import Expr, outside_names, replace, walk
from derivtex.op import OPS
from derivtex.ops import (
    add,
    derivative,
    differential,
    named,
    number,
    split,
    unvec,
    vec,
    zeros,
)
from derivtex.ops.indices import (
    bound_indices,
    defined_member,
    free_indices,
    letters_in,
    name_of,
    renamed,
)
from derivtex.ops.integers import linear, minus
from derivtex.ops.leaves import derivative_by_entries, value_of
from derivtex.phases import (
    Trail,
    exhaust,
    expand_differentials,
    is_finished,
    move_round,
    restate,
)
from derivtex.results import by_entries, mixes, of_known_size, project
from derivtex.rules.collect import target
from derivtex.rules.extract import gradient_in
from derivtex.rules.identify import (
    DEFINITION,
    IDENTIFY,
    MEMBER_READ_OFF,
    PROJECTION,
    PUT_BACK,
    UNSTACKED,
)
from derivtex.rules.indexed import constants_out
from derivtex.rules.inner import adjoint_reason
from derivtex.rules.kronecker import KRONECKER
from derivtex.rules.tidy_factors import common_factor
from derivtex.rules.tidy_products import symmetric
from derivtex.rules.tidy_sums import like_terms
from derivtex.rules.vec_close import CLOSE_VEC
from derivtex.series import primes
from derivtex.structure import transposed_terms
from derivtex.surface import bits
from derivtex.symbols import Family, GradientName
from derivtex.tidying import STRUCTURE, Names, tidied
from derivtex.unknowns import spelled_out
from derivtex.varying import AT_DIFFERENTIALS, Search, Varying, Where

#: The largest result in which the gradients found on the way are put back.
_READABLE = 80
_SUM = bits({"add"})
_UNVEC = bits({"unvec"})
#: Here sums are multiplied out, so no constant is taken out of one.
_UNSTACK = (*[rule for rule in STRUCTURE if rule is not constants_out], *CLOSE_VEC)
_AT_PARTIALS = Where(bits({"partial"}))


class Descent:
    """The way from one objective down through the definitions to its variables.

    `nodes` are all that there is in the objective.
    """

    def __init__(self, book: Book, L: Expr, asked: list[Expr], nodes: tuple[Expr, ...]) -> None:
        self.book = book
        self.moves = book.moves
        self.L = L
        self.nodes = nodes
        self.asked = asked
        # An intermediate that depends on another asked variable is differentiated through.
        self.variables = list(dict.fromkeys(filter(None, map(self._root, asked))))
        self.open = tuple(self.variables)
        self.varying = Varying(self.variables)
        self.letters: dict[Expr, Expr] = {}
        self.stages: dict[Expr, Expr] = {}
        self.found: dict[Expr, Expr] = {}
        self.sums = Accumulation(book, self.varying)
        self.trail = Trail(L.args[0])
        self.users = self._users()
        definitions = [d.expr for d in reversed(book.problem.definitions) if d.expr is not L]
        self.names = Names([*definitions, *primes(book.problem.applied)])

    def _root(self, asked: Expr) -> Expr | None:
        """What varies for the sake of what is asked: of a member, its family."""
        if asked.op in {"symbol", "family"}:
            return asked
        if asked.op == "member":
            return asked.args[0]
        return None if set(self.asked) & set(walk(asked.args[0])) else asked

    # --- before the differential ----------------------------------------------------------------

    def restate(self) -> None:
        """The definitions, then the objective as the notation says it."""
        book, trail, moves = self.book, self.trail, self.moves
        for node in book.definitions(self.L):
            book.line("definition", node, node.args[0], Reason("definition of {}", (node,)))
        if self.L.args[0].op == "apply" and self.L not in book.order:
            return
        exhaust(trail, KRONECKER, self.varying)
        restate(trail, moves.spell, self.varying)
        self._line("definition", self.L, Reason("definition of {}", (self.L,)))
        for rules in (moves.restate, moves.isolate):
            used = restate(trail, rules, self.varying)
            if used:
                self._line("restate", None, Reason("", (), used))

    def _name_unknown_gradients(self) -> None:
        """`G = ∂φ/∂D` for every unknown function of something that varies."""
        book = self.book
        for node in self.nodes:
            if node.op != "apply" or not self.varying.depends(node):
                continue
            for index, D in enumerate(node.args):
                if not self.varying.depends(D) or (D in self.asked and D.op == "named"):
                    continue
                partial = OPS["apply"].differentiate(node, index, differential(D)).args[0]
                G = self._letter_for(partial)
                self.letters[partial] = G
                if D.op == "named" and D not in self.variables:
                    inner = Trail(differential(D.args[0]))
                    expand_differentials(inner, self.varying, self.moves.respell)
                    book.line(
                        "differential",
                        differential(D),
                        inner.current,
                        Reason("differential of {}", (D,)),
                        inner.take(),
                        self.open,
                    )
                phi = self.L if self.L.args[0] is node else named(node.data.name, node)
                left, right = derivative(phi, D), G
                others = Varying([D])
                alone = all(other is D or not others.depends(other) for other in node.args)
                if D.op not in {"named", "symbol"} or not alone or node.args.count(D) > 1:
                    left = partial
                if len(self.asked) == 1:
                    left, right = right, left
                book.line("name", left, right, Reason("gradient wrt {}", (D,)))

    def _letter_for(self, gradient: Expr) -> Expr:
        """A name for an unknown gradient; within a sum one for each index, `G_i`."""
        letter = self.book.letter()
        indices = sorted(free_indices(gradient), key=lambda i: str(i.data))
        if not indices:
            return named(letter, gradient)
        return defined_member(Family(letter, "_"), gradient, *indices)

    # --- the differential -----------------------------------------------------------------------

    def descend(self) -> None:
        """From dL to the gradients."""
        trail, moves = self.trail, self.moves
        self.letters |= spelled_out(self.nodes, self.asked, self.varying)
        if moves.names_gradients:
            self._name_unknown_gradients()
        dL = differential(self.L)
        reason = Reason("differential of {}", (self.L,))
        left: Expr | None = dL
        value = trail.current
        trail.take()
        trail.current = differential(value)
        if moves.shows_linear and is_linear(value, self.varying):
            self._line("differential", dL, reason)
            left, reason = None, Reason("the differential is linear")
        self._expand()
        self._line("differential", left, reason)
        rearranged = self._rearrange()
        while True:
            terms = self._terms()
            pending = [t for t in terms if t not in self.variables and t.op == "named"]
            if not pending:
                break
            Y = max(pending, key=self._rank)
            if (rearranged and len(Y.args) == 1 and not self._is_simple(terms[Y])) or (
                Y in self.asked and Y not in self.stages
            ):
                self._stage(terms)
                rearranged = False
            else:
                self._put_in(Y)
                rearranged = self._rearrange()
        self._read_off([t for t in self.asked if t in terms and t.op != "member"], terms)
        for X in self.asked:
            if X.op == "member":
                self._read_off_member(X)

    def _terms(self) -> dict[Expr, Expr]:
        """The terms of the line, by the name whose differential is in them."""
        return {target(term, self.varying): term for _, term in self.trail.terms()}

    def _is_simple(self, term: Expr) -> bool:
        """Whether no more than a multiple of one name stands before the differential."""
        _, _, chain = split(self.moves.form.coefficient(term, self.varying))
        atom = chain[0] if len(chain) == 1 else None
        for sign in ("transpose", "vec"):
            if atom is not None and atom.op == sign:
                atom = atom.args[0]
        return atom is not None and atom.op in {"symbol", "named"}

    def differential_alone(self) -> Expr:
        """`dL` with definitions put in; of a scalar, moved and collected in every variable."""
        trail = self.trail
        trail.current = differential(self.L.args[0])
        self._expand()
        self._line("differential", differential(self.L), Reason("differential of {}", (self.L,)))
        while True:
            if self.L.shape.is_scalar:
                self._rearrange()
            names = [
                node.args[0]
                for node in walk(trail.current, into=outside_names)
                if node.op == "differential"
            ]
            pending = [Y for Y in names if Y.op == "named" and Y not in self.variables]
            if not pending:
                return trail.current
            self._put_in(max(pending, key=self._rank))

    def _expand(self, of: Expr | None = None) -> None:
        """Take the differentials, write them in the notation, with letters for what is unknown.

        What the differential of the definition `of` says by means of its value, as exp and the
        inverse do, it says by its name: dY = Y ⊙ dX.
        """
        expand_differentials(self.trail, self.varying, self.moves.respell)
        self.book.call_by_letters(self.trail)
        if of is not None:
            Names([of]).call(self.trail)
        if self.letters:
            search = Search(lambda node: node in self.letters, _AT_PARTIALS)
            while (path := search.path(self.trail.current)) is not None:
                node = self.trail.current
                for index in path:
                    node = node.args[index]
                self.trail.apply("gradient of an unknown function", path, self.letters[node])
        self._merge()

    def _merge(self) -> None:
        """Terms that differ by a number only, where no term has a move left."""
        if not self.L.shape.is_scalar or not self.trail.current.surface & _SUM:
            return
        if is_finished(self.trail, self.moves.next_move, self.varying):
            exhaust(self.trail, (self.moves.merge,), self.varying)

    def _rearrange(self) -> bool:
        """Move and collect until each differential of a name stands once; whether lines came."""
        before = len(self.book.lines)
        trail, moves = self.trail, self.moves
        rounds: list[str] = []
        while (rule := move_round(trail, moves.next_move, self.varying)) is not None:
            self._merge()
            rounds.append(rule.name)
            if not moves.by_adjoint:
                self._line("move", None, Reason("", (), (rule.name,)))
        if moves.by_adjoint and rounds:
            self._line("move", None, adjoint_reason(rounds, trail.steps))
        self._merge()
        used = exhaust(trail, (*STRUCTURE, moves.merge), self.varying)
        if used:
            self._line("move", None, self._structure_reason(used))
        if exhaust(trail, (moves.collect,), self.varying):
            exhaust(trail, (like_terms, common_factor), self.varying)
            self._line("move", None, Reason("", (), (moves.collect.name,)))
        elif trail.steps:
            self._line("move", None, Reason("", (), (moves.merge.name,)))
        return len(self.book.lines) > before

    def _structure_reason(self, used: tuple[str, ...]) -> Reason:
        """ "M is symmetric" where that is what was used."""
        for step in self.trail.steps:
            if step.rule == symmetric.name:
                node = step.before
                for index in step.path:
                    node = node.args[index]
                S = node.args[0]
                return Reason("{} is symmetric", (S.args[0] if S.op == "inverse" else S,))
        return Reason("", (), tuple(name for name in used if name != self.moves.merge.name))

    def _put_in(self, Y: Expr) -> None:
        """Put the definition of Y in where dY stands."""
        trail = self.trail
        dY = differential(Y)
        search = Search(lambda node: node is dY, AT_DIFFERENTIALS)
        while (path := search.path(trail.current)) is not None:
            trail.apply(DEFINITION.name, path, differential(Y.args[0]))
        done = self.book.definition(Y)
        self.users = {name: users - {done} for name, users in self.users.items() if name != done}
        self._expand(Y)
        self._line("differential", None, Reason("differential of {}", (Y,)))

    # --- reading off ----------------------------------------------------------------------------

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
            if self.moves.by_vec and G.surface & _UNVEC:
                trail = self._unstacked(X, before, transposed_terms(M))
            entries = self.book.symmetric == "entries" and is_symmetric_variable(X)
            if entries:
                reason = Reason("gradient wrt {}, all its entries free", (X,))
            else:
                reason = project(trail, X, self.varying) or self._gradient_reason(X)
            self._gradient_line(trail, derivative(self.L, X), reason)
            if self.moves.by_vec and (used := exhaust(trail, CLOSE_VEC, self.varying)):
                self._gradient_line(trail, None, Reason("", (), used), "tidy")
            so_far = self.sums.put_back(trail)
            if so_far is not None:
                self._gradient_line(trail, None, Reason("{} put back", (so_far,)), "tidy")
            elif X in self.variables and len(self.asked) == 1:
                self._put_back(trail)
            for why in tidied(trail, self.varying, self.names):
                self._gradient_line(trail, None, why, "tidy")
            if entries:
                self._by_entries(trail, X)
            if X in self.asked:
                self.found[X] = of_known_size(trail.current, X)
            if X not in self.variables:
                name = GradientName(name_of(self.L), name_of(X))
                self.stages[X] = named(name, trail.current)

    def _unstacked(self, X: Expr, before: Expr, g: Expr) -> Trail:
        """The lines of `vec(∂L/∂X) = g`; what is left is to read the matrix off."""
        stacked = Trail(g, [Step(IDENTIFY.name, (), before, g)])
        self._gradient_line(stacked, vec(derivative(self.L, X)), self._gradient_reason(X))
        used = exhaust(stacked, _UNSTACK, self.varying)
        if used:
            self._gradient_line(stacked, None, Reason("", (), used), "tidy")
        G = unvec(stacked.current, zeros(X.shape))
        return Trail(G, [Step(UNSTACKED, (), stacked.current, G)])

    def _gradient_reason(self, X: Expr) -> Reason:
        """The gradient is what dL is the inner product of dX with, where X alone varies."""
        if not self.moves.by_adjoint or len(self.variables) > 1 or X.shape.is_scalar:
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
        for why in tidied(trail, self.varying, self.names):
            self._gradient_line(trail, None, why, "tidy")
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
        for reason in tidied(trail, self.varying, self.names):
            self._gradient_line(trail, None, reason, "tidy")

    def _gradient_line(
        self, trail: Trail, left: Expr | None, reason: Reason, kind: LineKind = "gradient"
    ) -> None:
        self.book.line(kind, left, trail.current, reason, trail.take(), self.open)

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

    # --- bookkeeping ----------------------------------------------------------------------------

    def _users(self) -> dict[Expr, set[Expr]]:
        """Which definitions, that vary and are still to be put in, use each name directly."""
        users: dict[Expr, set[Expr]] = {}
        pending = [self.L]
        seen = {self.L}
        while pending:
            definition = pending.pop()
            for node in walk(definition.args[0], into=outside_names):
                if node.op not in {"named", "symbol"} or not self.varying.depends(node):
                    continue
                own = users.setdefault(self.book.definition(node), set())
                if definition is not self.L:
                    own.add(self.book.definition(definition))
                if node.op == "named" and node not in self.variables and node not in seen:
                    seen.add(node)
                    pending.append(node)
        return users

    def _users_of(self, Y: Expr) -> set[Expr]:
        """Which definitions use Y; of a family, those that use a member at any index."""
        return self.users.get(self.book.definition(Y), set())

    def _rank(self, Y: Expr) -> int:
        return self.book.rank(Y)

    def _line(self, kind: LineKind, left: Expr | None, reason: Reason) -> None:
        self.book.line(kind, left, self.trail.current, reason, self.trail.take(), self.open)


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


def is_linear(e: Expr, varying: Varying) -> bool:
    """Whether `e` is one linear operation after another, down to one variable."""
    while e.op != "symbol":
        if OPS[e.op].adjoint is None:
            return False
        varies = [arg for arg in e.args if varying.depends(arg)]
        if len(varies) != 1:
            return False
        if any(e.args[i] is varies[0] for i in OPS[e.op].not_linear_in):
            return False
        e = varies[0]
    return True
