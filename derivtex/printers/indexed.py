"""How indices, members of families, and sums and products over an index are written."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from derivtex.expr import Expr
from derivtex.op_syntax import ATOM, FROBENIUS, POSTFIX, PRODUCT, Call
from derivtex.ops.indices import substitute
from derivtex.printers.signs import PREFIX, Piece, Signs
from derivtex.symbols import Family, attach


class IndexWriter(Signs):
    """Writes what has to do with an index, in one script."""

    @abstractmethod
    def piece(self, e: Expr) -> Piece: ...

    def write_index(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        return Piece(self.letters(e.data), ATOM)

    def write_family(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        return self.name(e.data.name, e)

    def write_member(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        """`x_i`, `x_{ij}`, `W^{[l-1]}`."""
        return self.with_index(e.args[0].data, [part.text for part in parts[1:]], e)

    def with_index(self, family: Family, indices: Sequence[str], e: Expr) -> Piece:
        single = all(len(text) == 1 or text[0] == "\\" for text in indices)
        text = ("" if single else ",").join(indices)
        text = text if "\\" in text else text.replace(" ", "")
        return self.name(attach(family.name, family.place, text), e)

    def write_infinity(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        return Piece(self.sign(Call(r"\infty", "∞")), ATOM)

    def write_indexed_sum(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        """`Σ_{k=1}^N`, before a product; it runs on to the end of the term."""
        body, *limits = parts[:2] if e.args[3].op == "extent" else parts
        text = self.series(Call(r"\sum", "∑"), [limit.text for limit in limits])
        runs_on = self.at_least(body, FROBENIUS)
        return Piece(self.before(text, runs_on), PREFIX)

    def write_indexed_product(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        body, *limits = parts[:2] if e.args[3].op == "extent" else parts
        if e.data.dots:
            return self._with_dots(e)
        text = self.series(Call(r"\prod", "∏"), [limit.text for limit in limits])
        return Piece(self.before(text, self.at_least(body, PRODUCT)), PREFIX)

    def write_integral(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        """`∫_0^1 A ds`."""
        body, variable, lower, upper = parts
        sign = self.integral_sign(lower.text, upper.text)
        end = Piece(f"d{variable.text}", POSTFIX, differential=True)
        inside = self.juxtapose([self.at_least(body, PRODUCT), end])
        return Piece(f"{sign} {inside}", PRODUCT)

    def before(self, sign: str, body: Piece) -> str:
        """The sign of a sum before its body; a number needs no dot there."""
        digit = body.text[:1].isdigit()
        return f"{sign} {body.text}" if digit else self.juxtapose([Piece(sign, ATOM), body])

    def _with_dots(self, e: Expr) -> Piece:
        """`A_1 ⋯ A_m`, or from the last factor down to the first."""
        body, index, lower, upper = e.args
        ends = [self.piece(substitute(body, {index: limit})) for limit in (lower, upper)]
        first, last = reversed(ends) if e.data.descending else ends
        dots = Piece(self.sign(Call(r"\cdots", "⋯")), ATOM)
        factors = [self.at_least(first, POSTFIX), dots, self.at_least(last, POSTFIX)]
        return Piece(self.juxtapose(factors), PRODUCT)

    def write_extent(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        """The number of values of an index: what a sum without limits runs to."""
        return self.write_index(e, parts)

    def write_factorial(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        return Piece(self.at_least(parts[0], ATOM).text + "!", POSTFIX)
