"""Index notation: the way from one objective to its gradients, entry by entry.

Each definition is written in components. The derivative by an entry of each name, latest first, is
taken with the chain rule by means of those before it; Kronecker's deltas are contracted; the sums
that are left are recognised as products of matrices, and the gradient is the matrix again.
"""

from __future__ import annotations

from derivtex.book import Book
from derivtex.derivation import LineKind, Reason, Step
from derivtex.descent import Descent
from derivtex.errors import UnsupportedError
from derivtex.expr import Expr, outside_names, walk
from derivtex.ops import add, derivative, differential, mul, number, partial
from derivtex.ops.components import delta, direct, entry, sum_over
from derivtex.ops.indices import name_of
from derivtex.ops.leaves import function_of
from derivtex.phases import Trail, exhaust
from derivtex.rules.identify import CALLED, DEFINITION, ENTRIES_READ_OFF, UNKNOWN_GRADIENT
from derivtex.rules.index.contract import CONTRACTION
from derivtex.rules.index.entries import ENTRIES
from derivtex.rules.index.gather import GATHER
from derivtex.rules.index.slopes import base, occurs
from derivtex.rules.index.terms import gathered
from derivtex.rules.kronecker import KRONECKER
from derivtex.shapes import ONE
from derivtex.structure import transposed
from derivtex.subscripts import Scope, by_entry, letters_of
from derivtex.sweep import by_rules, slopes, sweep
from derivtex.tidying import Names
from derivtex.unknowns import spelled_out

EXPANSION = by_rules(tuple(ENTRIES.values()))
CONTRACT = by_rules(CONTRACTION)
RECOGNISE = by_rules(GATHER)


DELTA = r"\delta"
_INDEXED = frozenset({"family", "member", "indexed_sum", "indexed_product", "index"})


def scope_for(problem_nodes: list[Expr], variables: list[Expr]) -> Scope:
    """No sum is over a letter that something in the problem is called by."""
    if any(node.op in _INDEXED for node in problem_nodes):
        raise UnsupportedError(
            "sums over a family are not written in components",
            hint="derive it in another notation: frobenius, trace or inner",
        )
    called_delta = [e for e in problem_nodes if e.op in {"symbol", "named"} and name_of(e) == DELTA]
    if any(e.shape.is_matrix for e in called_delta):
        raise UnsupportedError(
            "the entries of a matrix δ would look like Kronecker's delta",
            hint="call the matrix by another name",
        )
    names = [name_of(e) for e in problem_nodes if e.op == "symbol" or e.op == "named"]
    names += [function.name for function in map(function_of, problem_nodes) if function is not None]
    return Scope(variables, letters_of(names), problem_nodes)


class ComponentDescent(Descent):
    """The way from one objective down through the definitions to its variables."""

    def __init__(self, book: Book, L: Expr, asked: list[Expr], nodes: tuple[Expr, ...]) -> None:
        super().__init__(book, L, asked, nodes)
        self.scope = scope_for(list(walk(L, *book.problem.symbols.values())), self.variables)
        #: What a definition is in components, with the subscripts that are free in it.
        self.components: dict[Expr, tuple[tuple[Expr, ...], Expr]] = {}
        #: The gradients found on the way, by the name they belong to.
        self.through: dict[Expr, Expr] = {}

    # --- into components ------------------------------------------------------------------------

    def restate(self) -> None:
        """The definitions, and what they are entry by entry."""
        book, trail = self.book, self.trail
        for Y in book.definitions(self.L):
            book.line("definition", Y, Y.args[0], Reason("definition of {}", (Y,)))
            if self.varying.depends(Y):
                self._in_components(Y, Y.args[0])
        if self._is_written(self.L):
            exhaust(trail, KRONECKER, self.varying)
            self._line("definition", self.L, Reason("definition of {}", (self.L,)))
        self._in_components(self.L, trail.current)

    def _is_written(self, Y: Expr) -> bool:
        """Whether there is a line that says what Y is: not of an unknown function asked for."""
        return Y in self.book.order or Y.args[0].op != "apply"

    def _in_components(self, Y: Expr, value: Expr) -> None:
        """`Y_{ij} = …`."""
        scope = self.scope
        scope.target = ()
        scope.at(value)
        subscripts = tuple(scope.letter(size) for size in Y.shape if size != ONE)
        scope.target = subscripts
        trail = Trail(entry(value, *subscripts))
        sweep(trail, EXPANSION, scope)
        self.components[Y] = subscripts, trail.current
        if trail.current is not entry(value, *subscripts) or trail.current.op != "entry":
            left = entry(Y, *subscripts) if subscripts or not self._is_written(Y) else None
            if trail.steps or subscripts:
                reason = Reason("{} in components", (Y,))
                self.book.line("restate", left, trail.current, reason, trail.take())

    # --- the derivatives ------------------------------------------------------------------------

    def descend(self) -> None:
        """Each name latest first; a variable as soon as all that it is in is done."""
        users = self._direct_users()
        self.letters = spelled_out(self.nodes, self.asked, self.varying)
        names = sorted(
            (Y for Y in users if Y.op == "named" and Y not in self.variables), key=self._rank
        )
        done = {self.L}
        pending = [v for v in self.variables if v in users]
        while True:
            for X in [v for v in pending if done.issuperset(users[v])]:
                pending.remove(X)
                self._derive(X, users[X])
            if not names:
                break
            Y = names.pop()
            self._derive(Y, users[Y])
            done.add(Y)

    def _direct_users(self) -> dict[Expr, list[Expr]]:
        """The definitions that each name and each variable is written in, latest first."""
        users: dict[Expr, list[Expr]] = {}
        pending, seen = [self.L], {self.L}
        while pending:
            Y = pending.pop()
            for node in walk(Y.args[0], into=outside_names):
                if node.op not in {"named", "symbol"} or not self.varying.depends(node):
                    continue
                users.setdefault(node, []).append(Y)
                if node.op == "named" and node not in self.variables and node not in seen:
                    seen.add(node)
                    pending.append(node)
        for found in users.values():
            found.sort(key=lambda Y: -self._rank(Y) if Y is not self.L else -len(self.book.order))
        return users

    def _derive(self, X: Expr, users: list[Expr]) -> None:
        """`∂L/∂X`, by the chain rule through all that X is written in."""
        if self._is_known(X, users):
            return
        scope = self.scope
        scope.target = by_entry(X.shape, scope.reserved)
        x = entry(X, *scope.target)
        trail = Trail(add(*[self._share(Y, x) for Y in users]))
        left: Expr | None = derivative(self.L, x)
        # Where X is a scalar, every line is one of its gradient.
        kind: LineKind = "gradient" if X.shape.is_scalar else "differential"
        between = [Y for Y in users if Y is not self.L]
        if between:
            self.book.line(kind, left, trail.current, Reason("chain rule"), trail.take())
            left = None
        self._put_definitions_in(trail, between, x)
        sweep(trail, slopes, scope)
        for Y in between:
            self._call_by_name(trail, Y)
        trail.put(UNKNOWN_GRADIENT, self.letters)
        self.book.line(kind, left, trail.current, since(x, scope), trail.take())
        moved: LineKind = "gradient" if X.shape.is_scalar else "move"
        M = back_to_matrices(self.book, trail, scope, moved)
        self._read(trail, X, transposed(M) if X.shape.is_row else M)

    def _is_known(self, X: Expr, users: list[Expr]) -> bool:
        """Whether the gradient is that of an unknown function, which has a sign of its own."""
        f = self.L.args[0]
        if self.L in self.book.order or f.op != "apply" or X in self.asked or users != [self.L]:
            return False
        if f.args.count(X) != 1:
            return False
        index = f.args.index(X)
        if any(X in set(walk(arg)) for arg in f.args if arg is not X):
            return False
        self.through[X] = partial(f.data, index, *f.args)
        return True

    def _share(self, Y: Expr, x: Expr) -> Expr:
        """`Σ_i Σ_j ∂L/∂Y_{ij} ∂Y_{ij}/∂x`; of L itself, the derivative of what it is."""
        subscripts, body = self.components[Y]
        if Y is self.L:
            terms = body.args if body.op == "add" else (body,)
            return direct(add(*[term for term in terms if occurs(base(x), term)]), x)
        term = mul(
            entry(self.through[Y], *subscripts),
            direct(entry(Y, *subscripts), x),
        )
        for index in reversed(subscripts):
            term = sum_over(index, term)
        return term

    def _put_definitions_in(self, trail: Trail, names: list[Expr], x: Expr) -> None:
        for Y in names:
            subscripts, body = self.components[Y]
            trail.put(DEFINITION.name, {direct(entry(Y, *subscripts), x): direct(body, x)})

    def _call_by_name(self, trail: Trail, Y: Expr) -> None:
        """What the derivative of Y says by means of its value, it says by its name."""
        Names([Y]).call(trail)
        subscripts, body = self.components[Y]
        if trail.current is not body:
            trail.put(CALLED.name, {body: entry(Y, *subscripts)})

    # --- back to matrices -----------------------------------------------------------------------

    def _read(self, trail: Trail, X: Expr, M: Expr) -> None:
        """`∂L/∂X = M`, tidied."""
        read = Trail(M)
        if not X.shape.is_scalar:
            read.steps.append(Step(ENTRIES_READ_OFF, (), trail.current, M))
            reason = self._within_structure(read, X) or Reason("gradient wrt {}", (X,))
            self._gradient_line(read, derivative(self.L, X), reason)
        if X in self.variables and len(self.asked) == 1:
            self._put_back(read)
        self._keep(read, X)
        if X in self.stages:
            self.through[X] = self.stages[X]


def since(x: Expr, scope: Scope) -> Reason:
    """`∂X_{ij}/∂X_{dc} = δ_{id}δ_{jc}`."""
    if x.op != "entry":
        return Reason("derivative with respect to {}", (x,))
    X, *places = x.args
    scope.at(x)
    others = [scope.letter(index.data.size) for index in places]
    deltas = mul(*[delta(i, d) for i, d in zip(others, places, strict=True)])
    return Reason("since {} = {}", (direct(entry(X, *others), x), deltas))


def contracted(book: Book, trail: Trail, scope: Scope, kind: LineKind = "move") -> None:
    """Contract the deltas, and recognise products, a line each."""
    for choose, in_blocks in ((CONTRACT, False), (RECOGNISE, True), (RECOGNISE, False)):
        used = sweep(trail, choose, scope, in_blocks=in_blocks)
        if trail.steps:
            book.line(kind, None, trail.current, Reason("", (), used), trail.take())


def back_to_matrices(book: Book, trail: Trail, scope: Scope, kind: LineKind = "move") -> Expr:
    """The matrix with the entries under way."""
    contracted(book, trail, scope, kind)
    M = gathered(trail.current, scope.target)
    if M is None:
        raise UnsupportedError(
            "what is left over in components is no product of matrices",
            hint="derive it in another notation: frobenius, trace or inner",
        )
    return M


def total_differential(book: Book, L: Expr, variables: list[Expr], nodes: tuple[Expr, ...]) -> Expr:
    """`dL = Σ_d Σ_c ∂L/∂X_{dc} dX_{dc} + …`, in all the variables, after their gradients."""
    if not L.shape.is_scalar:
        raise UnsupportedError(
            f"the differential of {name_of(L)}, an array, is not written in components",
            hint="ask for its Jacobian, or take another notation",
        )
    descent = ComponentDescent(book, L, variables, nodes)
    descent.restate()
    descent.descend()
    terms = []
    for X, G in descent.found.items():
        places = by_entry(X.shape, descent.scope.reserved)
        gradient = G.args[0] if G.op == "sized" else G
        term = mul(entry(gradient, *places), entry(differential(X), *places))
        for index in reversed(places):
            term = sum_over(index, term)
        terms.append(term)
    dL = add(number(0), *terms)
    book.line("differential", differential(L), dL, Reason("chain rule"), (), tuple(variables))
    book.assume(nodes, descent.varying)
    return dL
