"""What a fraction and a division mean: of numbers one number, by a scalar a reciprocal."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from derivtex.errors import ParseError, ShapeError, Span
from derivtex.language.by_letter import ByLetter
from derivtex.language.terms import Term, walk
from derivtex.language.tree import Node
from derivtex.shapes import SCALAR


class Quotients(ByLetter):
    """Readings of `a / b` and `\\frac{a}{b}`."""

    def divided(
        self, args: Sequence[Term], products: Sequence[str]
    ) -> tuple[list[Term], list[str]]:
        """Each `/ b` as a factor `b^{-1}`; of two numbers, the one rational number."""
        factors = [args[0]]
        joined: list[str] = []
        for arg, product in zip(args[1:], products, strict=True):
            if product != "/":
                factors.append(arg)
                joined.append(product)
                continue
            last = factors[-1]
            if last.is_number and arg.is_number:
                factors[-1] = self.quotient(last, arg, last.span.to(arg.span))
            else:
                factors.append(self.reciprocal(arg, last))
                joined.append("")
        return factors, joined

    def reciprocal(self, term: Term, numerator: Term) -> Term:
        """`1/b` for a scalar b."""
        if not term.shape.is_scalar:
            hint = (
                r"elementwise: \oslash; for a matrix: A B^{-1}"
                if term.shape.is_matrix
                else rf"elementwise: {self.source(numerator.span)} \oslash {self.source(term.span)}"
            )
            if (part := self.assumed_part(term)) is not None:
                name = self.source(part.span)
                hint = rf"if {name} is a scalar, declare it, {name} \in \R, or let it be a size" + (
                    "" if numerator.shape.is_scalar else f"; {hint}"
                )
            raise ShapeError(
                f"division by what is not a scalar: {self.describe(term)}",
                span=term.span,
                hint=hint,
            )
        if term.is_number:
            return self.quotient(Term("number", (), SCALAR, term.span, 1), term, term.span)
        minus = Term("number", (), SCALAR, term.span, -1)
        return Term("power", (term, minus), SCALAR, term.span)

    def assumed_part(self, term: Term) -> Term | None:
        """What makes the divisor an array, if that is one letter which nothing was said about."""
        arrays = [part for part in walk(term) if not part.args and not part.shape.is_scalar]
        return arrays[0] if len(arrays) == 1 and self.is_assumed(arrays[0]) else None

    def quotient(self, a: Term, b: Term, span: Span) -> Term:
        """`a/b` of two numbers, exactly."""
        if b.data == 0:
            raise ParseError("division by zero", span=span)
        value = Fraction(a.data) / b.data
        number = value.numerator if value.denominator == 1 else value
        return Term("number", (), SCALAR, span, number)

    def fraction(self, node: Node, args: tuple[Term, ...]) -> Term:
        numerator, denominator = args
        if numerator.is_number and denominator.is_number:
            return self.quotient(numerator, denominator, node.span)
        inverse = self.reciprocal(denominator, numerator)
        if numerator.is_number and numerator.data == 1:
            return Term(inverse.op, inverse.args, SCALAR, node.span, inverse.data)
        return Term("mul", (numerator, inverse), numerator.shape, node.span)
