"""The way from one objective down through the definitions to its variables."""

from __future__ import annotations

from derivtex.derivation import Reason
from derivtex.expr import Expr, at, outside_names, walk
from derivtex.op import OPS
from derivtex.ops import derivative, differential, named, split
from derivtex.ops.indices import defined_member, free_indices
from derivtex.phases import Trail, exhaust, expand_differentials, is_finished, move_round, restate
from derivtex.reading_off import ReadingOff
from derivtex.rules.blocks import BLOCKS
from derivtex.rules.elementwise import cancel_in_differential
from derivtex.rules.identify import DEFINITION, UNKNOWN_GRADIENT
from derivtex.rules.kronecker import KRONECKER
from derivtex.rules.tidy_factors import common_factor
from derivtex.rules.tidy_products import symmetric
from derivtex.rules.tidy_sums import like_terms
from derivtex.surface import bits
from derivtex.symbols import Family
from derivtex.tidying import STRUCTURE, Names
from derivtex.unknowns import scalar_functions, spelled_out
from derivtex.varying import Varying

_SUM = bits({"add"})
#: What is said of no, one, two or three matrices.
_ARE_SYMMETRIC = (
    "",
    Reason("{} is symmetric").words,
    Reason("{} and {} are symmetric").words,
    Reason("{}, {} and {} are symmetric").words,
)


class Descent(ReadingOff):
    """The way from one objective down through the definitions to its variables."""

    # --- before the differential ----------------------------------------------------------------

    def restate(self) -> None:
        """The definitions, then the objective as the notation says it."""
        book, trail, moves = self.book, self.trail, self.moves
        for node in book.definitions(self.L):
            book.line("definition", node, node.args[0], Reason("definition of {}", (node,)))
        if self.L.args[0].op == "apply" and self.L not in book.order:
            return
        defined = Reason("definition of {}", (self.L,))
        posed = trail.current
        used = exhaust(trail, (*BLOCKS, *KRONECKER), self.varying)
        if used:
            # As it was posed, and what that comes to on a line of its own.
            steps = trail.take()
            trail.current, restated = posed, trail.current
            self._line("definition", self.L, defined)
            trail.current, trail.steps = restated, [*steps]
        restate(trail, moves.spell, self.varying)
        if used:
            self._line("restate", None, Reason("", (), used))
        else:
            self._line("definition", self.L, defined)
        for rules in (moves.restate, moves.isolate):
            used = restate(trail, rules, self.varying)
            if used:
                self._line("restate", None, Reason("", (), used))

    def _name_unknown_gradients(self) -> None:
        """`G = ∂φ/∂D` for every unknown function of something that varies."""
        book = self.book
        for node in scalar_functions(self.nodes):
            if not self.varying.depends(node):
                continue
            for index, D in enumerate(node.args):
                if not self.varying.depends(D) or (D in self.asked and D.op == "named"):
                    continue
                partial = OPS["apply"].differentiate(node, index, differential(D)).args[0]
                G = self._letter_for(partial)
                self.letters[partial] = book.unknown[partial] = G
                if D.op == "named" and D not in self.variables:
                    inner = Trail(differential(D.args[0]))
                    expand_differentials(inner, self.varying, self.moves.respell)
                    book.call_by_letters(inner)
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
                self._forget_users_above(Y)
                self._stage(terms)
                rearranged = False
            else:
                self._put_in(Y)
                rearranged = self._rearrange()
        self._read_off([t for t in self.asked if t in terms and t.op != "member"], terms)
        for X in self.asked:
            if X.op == "member":
                self._read_off_member(X)

    def _forget_users_above(self, Y: Expr) -> None:
        """Definitions after Y, the latest one left, that use Y have cancelled, where there are."""
        if self._users_of(Y):
            self.users = {
                name: {user for user in users if self._rank(user) <= self._rank(Y)}
                for name, users in self.users.items()
            }

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
        exhaust(self.trail, (cancel_in_differential,), self.varying)
        self.book.call_by_letters(self.trail)
        if of is not None:
            Names([of]).call(self.trail)
        if self.letters:
            self.trail.put(UNKNOWN_GRADIENT, self.letters)
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
        while used := move_round(trail, moves.next_move, self.varying):
            self._merge()
            rounds += used
            if moves.adjoint is None:
                self._line("move", None, Reason("", (), used))
        if moves.adjoint is not None and rounds:
            self._line("move", None, moves.adjoint(rounds, trail.steps))
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
        """ "A and B are symmetric" where that is what was used."""
        found = dict.fromkeys(
            _declared(at(step.before, step.path).args[0])
            for step in self.trail.steps
            if step.rule == symmetric.name
        )
        # WᵀSW is symmetric as S is.
        inside = {e: set(walk(e, into=outside_names)) for e in found}
        said = tuple(S for S in found if not any(S is not T and T in inside[S] for T in found))
        if 0 < len(said) < len(_ARE_SYMMETRIC):
            return Reason(_ARE_SYMMETRIC[len(said)], said)
        return Reason("", (), tuple(name for name in used if name != self.moves.merge.name))

    def _put_in(self, Y: Expr) -> None:
        """Put the definition of Y in where dY stands."""
        self.trail.put(DEFINITION.name, {differential(Y): differential(Y.args[0])})
        done = self.book.definition(Y)
        self.users = {name: users - {done} for name, users in self.users.items() if name != done}
        self._expand(Y)
        self._line("differential", None, Reason("differential of {}", (Y,)))


def _declared(S: Expr) -> Expr:
    """What a symmetric matrix is the inverse of."""
    return S.args[0] if S.op == "inverse" else S


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
