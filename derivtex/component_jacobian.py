"""Jacobians and Hessians in index notation: `∂F_{ij}/∂X_{dc}`, and the matrix these make."""

from __future__ import annotations

from derivtex.book import Book
from derivtex.componentwise import EXPANSION, RECOGNISE, contracted, scope_for, since
from derivtex.derivation import Reason
from derivtex.errors import UnsupportedError
from derivtex.expr import Expr, replace, walk
from derivtex.jacobian import Linearisation
from derivtex.ops import derivative, jacobian, zeros
from derivtex.ops.components import direct, entry
from derivtex.ops.leaves import is_zero
from derivtex.phases import Trail
from derivtex.rules.index.kronecker import kronecker
from derivtex.rules.index.terms import gathered
from derivtex.shapes import ONE
from derivtex.structure import transposed
from derivtex.subscripts import by_entry
from derivtex.sweep import slopes, sweep


class ComponentJacobian(Linearisation):
    """The way from F to its Jacobian in X, entry by entry."""

    def __init__(self, book: Book, F: Expr, X: Expr) -> None:
        super().__init__(book, F, X)
        self.scope = scope_for(list(walk(F, X, *book.problem.symbols.values())), [X])

    def write(self) -> Expr:
        """Write the lines, and give the Jacobian."""
        scope, F, X = self.scope, self.F, self.X
        if not self.varying.depends(F):
            return self._zero()
        scope.at(F)
        rows = tuple(scope.letter(size) for size in F.shape if size != ONE)
        scope.target = rows
        of = entry(F, *rows)
        self.trail = Trail(entry(self._put_in_all(F.args[0]), *rows))
        sweep(self.trail, EXPANSION, scope)
        if self.trail.steps:
            self._line("restate", of, Reason("{} in components", (F,)))
        columns = by_entry(X.shape, scope.reserved)
        scope.target = (*rows, *columns)
        x = entry(X, *columns)
        self.trail = Trail(direct(self.trail.current, x))
        sweep(self.trail, slopes, scope)
        self._line("differential", derivative(of, x), since(x, scope))
        contracted(self.book, self.trail, scope)
        return self._read_off(self._matrix_of(rows, columns))

    def _put_in_all(self, value: Expr) -> Expr:
        """The value with the definitions put in that depend on X."""
        while True:
            names = [n for n in walk(value) if n.op == "named" and n is not self.X]
            inside = {n: n.args[0] for n in names if self.varying.depends(n)}
            after = replace(value, inside)
            if after is value:
                return value
            value = after

    def _matrix_of(self, rows: tuple[Expr, ...], columns: tuple[Expr, ...]) -> Expr:
        """The matrix that has the entries under way."""
        trail, F, X = self.trail, self.F, self.X
        sweep(trail, RECOGNISE, self.scope)
        if is_zero(trail.current):
            J: Expr | None = zeros(jacobian(F, X).shape)
        elif X.shape.is_scalar or F.shape.is_scalar:
            J = gathered(trail.current, (*rows, *columns))
            as_row = F.shape.is_row if X.shape.is_scalar else not X.shape.is_scalar
            J = transposed(J) if J is not None and as_row else J
        else:
            J = kronecker(trail.current, F.shape, rows, X.shape, columns)
        if J is None:
            raise UnsupportedError(
                "these entries are not those of a matrix that is known here",
                hint="derive it in another notation: frobenius, trace or inner",
            )
        return J
