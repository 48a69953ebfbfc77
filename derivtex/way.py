"""Where a descent has got to: what varies, what is still to be put in, and what was found."""

from __future__ import annotations

from derivtex.accumulation import Accumulation
from derivtex.book import Book
from derivtex.derivation import LineKind, Reason
from derivtex.expr import Expr, outside_names, walk
from derivtex.phases import Trail
from derivtex.rules.collect import target
from derivtex.series import primes
from derivtex.tidying import Names
from derivtex.varying import Varying


class Way:
    """The state of the way from one objective to its variables.

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
        self.names = Names([*definitions, *primes(book.problem.applied)], L)

    def _root(self, asked: Expr) -> Expr | None:
        """What varies for the sake of what is asked: of a member, its family."""
        if asked.op in {"symbol", "family"}:
            return asked
        if asked.op == "member":
            return asked.args[0]
        return None if set(self.asked) & set(walk(asked.args[0])) else asked

    def _terms(self) -> dict[Expr, Expr]:
        """The terms of the line, by the name whose differential is in them."""
        return {target(term, self.varying): term for _, term in self.trail.terms()}

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

    def _gradient_line(
        self, trail: Trail, left: Expr | None, reason: Reason, kind: LineKind = "gradient"
    ) -> None:
        self.book.line(kind, left, trail.current, reason, trail.take(), self.open)
