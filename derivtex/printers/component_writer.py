"""Components as text: entries, sums over subscripts, derivatives by an entry."""

from __future__ import annotations

from collections.abc import Sequence

from derivtex.expr import Expr
from derivtex.op_syntax import ATOM, FROBENIUS, POSTFIX, PRODUCT
from derivtex.printers.signs import PREFIX, Piece, Signs
from derivtex.symbols import GradientName


class ComponentWriter(Signs):
    """Writes what stands in index notation alone."""

    def write_subscript(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        return Piece(self.letters(e.data.name), ATOM)

    def write_entry(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        """`A_{ij}`, `(AB)_{ij}`, and `∂φ/∂D_{ij}` for the entry of a gradient."""
        A, script = e.args[0], self._script(e.args[1:])
        X = A.args[0] if A.op == "differential" else A
        if X.op == "symbol" or (X.op == "named" and isinstance(X.data, str)):
            name = X.data.name if X.op == "symbol" else X.data
            # A second subscript would be lost in the first.
            bare = "_" not in name and "'" not in name
            # An entry is a number, whatever the array is set in.
            plain = self.number_name(name, X) if X is A else parts[0].text
            base = plain if bare else self.parentheses(plain)
            precedence = ATOM if "^" not in name and X is A else POSTFIX
            return Piece(self.subscripted(base, script), precedence, differential=X is not A)
        if A.op == "named" and isinstance(A.data, GradientName):
            return self.fraction(self.letters(A.data.f), self._entry_of(A.data.x, script))
        if A.op == "partial" and len(A.data) == 2:
            function, index = A.data
            D = A.args[index]
            if D.op in {"named", "symbol"} and A.args.count(D) == 1:
                name = D.data.name if D.op == "symbol" else str(D.data)
                return self.fraction(self.letters(function.name), self._entry_of(name, script))
        return Piece(self.subscripted(self.parentheses(parts[0].text), script), ATOM)

    def _entry_of(self, name: str, script: str) -> str:
        plain = self.letters(name)
        bare = "_" not in name and "'" not in name
        return self.subscripted(plain if bare else self.parentheses(plain), script)

    def _script(self, subscripts: Sequence[Expr]) -> str:
        names = [self.letters(index.data.name) for index in subscripts]
        return ("" if all(len(name) == 1 for name in names) else ",").join(names)

    def write_delta(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        return Piece(self.subscripted(self.letters(r"\delta"), self._script(e.args)), ATOM)

    def write_sum_over(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        index, body = parts
        if body.precedence not in {PREFIX, FROBENIUS}:
            body = self.at_least(body, PRODUCT)
        return Piece(self.sum_sign(index.text, body.text), PREFIX)

    def write_direct(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        """`∂Y_{ij}/∂X_{dc}`; of more than a name, `∂/∂X_{dc}` stands before it."""
        of, by = parts
        if e.args[0].op in {"entry", "symbol", "named"}:
            return self.fraction(of.text, by.text)
        sign = self.fraction("", by.text)
        return Piece(self.juxtapose([sign, self.at_least(of, ATOM)]), PREFIX)

    def by_entry(self, e: Expr, of: str, by: str) -> Piece:
        """`∂L/∂X_{dc}`, and `∂²f/∂x_i∂x_k` of the entry of a gradient."""
        F = e.args[0].args[0] if e.args[0].op == "entry" else e.args[0]
        if F.op == "named" and isinstance(F.data, GradientName):
            script = self._script(e.args[0].args[1:])
            return self.mixed(self.letters(F.data.f), self._entry_of(F.data.x, script), by)
        return self.fraction(of, by)
