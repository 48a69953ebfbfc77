"""How sums and products are written: signs, numbers, fractions, and what stands in parentheses."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from derivtex.expr import Expr
from derivtex.op import OPS
from derivtex.op_syntax import ADD, ATOM, FROBENIUS, HADAMARD, POSTFIX, PRODUCT, Infix
from derivtex.ops.leaves import value_of
from derivtex.printers.blocks import BlockWriter, tells_its_shape
from derivtex.printers.signs import NEGATIVE, PREFIX, Piece
from derivtex.shapes import SCALAR

UNIT = Piece("1", ATOM)


class ProductWriter(BlockWriter):
    """Writes sums and products, in one script."""

    def write_add(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        text = self.at_least(parts[0], NEGATIVE).text
        for part in parts[1:]:
            if part.precedence == NEGATIVE:
                text += f" {self.minus} {part.text[len(self.minus) :]}"
            else:
                text += f" + {self.at_least(part, HADAMARD).text}"
        return Piece(text, ADD)

    def write_mul(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        """`-2λAᵀx/‖x‖`: sign, number, scalars and chain, with what divides put below."""
        coefficient: int | Fraction = 1
        above: list[Piece] = []
        below: list[Piece] = []
        chain: list[Piece] = []
        for arg, part in zip(e.args, parts, strict=True):
            if arg.op == "number":
                coefficient *= arg.data
            elif arg.shape is not SCALAR:
                # A product with dots goes on in the product it stands in.
                dots = arg.op == "indexed_product" and arg.data.dots
                chain.append(part._replace(precedence=POSTFIX) if dots else part)
            elif part.power is not None and part.power[1] < 0:
                base, exponent = part.power
                below.append(self.to_the(base, -exponent))
            else:
                above.append(part)
        if len(chain) > 1:
            # A scalar may stand before A:B without parentheses, a matrix not before A:_2 B.
            chain = [
                self.at_least(part, POSTFIX) if part.precedence == FROBENIUS else part
                for part in chain
            ]
        # No fraction in the numerator of another: it stands beside, as in 1/c (A - B/c).
        nested = bool(below) and any(map(_has_fraction, e.args))
        if coefficient < 0:
            return self.negated(self._quotient(-coefficient, above, below, chain, nested))
        return self._quotient(coefficient, above, below, chain, nested)

    def _quotient(
        self,
        coefficient: int | Fraction,
        above: list[Piece],
        below: list[Piece],
        chain: list[Piece],
        nested: bool = False,
    ) -> Piece:
        head = [Piece(str(coefficient.numerator), ATOM)] if coefficient.numerator != 1 else []
        foot = [Piece(str(coefficient.denominator), ATOM)] if coefficient.denominator != 1 else []
        if not below:
            if foot:
                head = [self.ratio(*[self._factors(side) for side in (head, foot)])]
            return self._factors([*head, *above, *chain])
        # A short chain stands in the numerator, any other, and a sum, beside the fraction.
        sums = any(part.precedence == PREFIX for part in chain)
        short = len(chain) <= 3 and not sums and not nested
        numerator = self._factors([*head, *above, *(chain if short else ())])
        fraction = self.ratio(numerator, self._factors([*foot, *below]))
        return fraction if short else self._factors([fraction, *chain])

    def _factors(self, factors: list[Piece]) -> Piece:
        """Factors side by side; a product, or a bare function, may run on at the end: `2A:B`."""
        if not factors:
            return UNIT
        if len(factors) == 1:
            return factors[0]
        *front, last = factors
        runs_on = last.precedence in {FROBENIUS, PREFIX}
        pieces = [self.at_least(factor, POSTFIX) for factor in front]
        pieces.append(last if runs_on else self.at_least(last, POSTFIX))
        return Piece(self.juxtapose(pieces), last.precedence if runs_on else PRODUCT)

    def to_the(self, base: Piece, exponent: int | Fraction) -> Piece:
        return base if exponent == 1 else self.raised(base, str(exponent))

    def infix(self, syntax: Infix, parts: Sequence[Piece]) -> Piece:
        sign = self.sign(syntax)
        first, *rest = parts
        # -A:B is (-A):B and -(A:B) alike; a Hadamard product keeps its parentheses.
        loose = syntax.precedence == FROBENIUS and first.precedence == NEGATIVE
        head = first if loose else self.at_least(first, syntax.operand)
        texts = [head.text, *[self.at_least(part, syntax.operand).text for part in rest]]
        if syntax.precedence == FROBENIUS and parts[-1].precedence == PREFIX:
            texts[-1] = parts[-1].text  # a sum over an index runs on to the end of the term
        text = (sign if syntax.precedence == FROBENIUS else f" {sign} ").join(texts)
        return Piece(text, NEGATIVE if loose else syntax.precedence)

    def write_contract_first(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        """`G:_1 A`; an identity and ones with their sizes, which nothing else would tell."""
        syntax = OPS[e.op].syntax
        assert isinstance(syntax, Infix)
        return self.infix(syntax, list(map(self._with_size, e.args, parts)))

    write_contract_second = write_contract_first

    def _with_size(self, e: Expr, piece: Piece) -> Piece:
        return piece if tells_its_shape(e) else self.sized(e)

    def write_cross_matrix(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        """`[a]_×`."""
        return Piece(self.cross_brackets(parts[0].text), ATOM)

    def write_unvec(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        """`unvec_{m×n}(x)`."""
        return Piece(self.call(self.shaped("unvec", e.shape), parts[0].text), ATOM)


def _has_fraction(total: Expr) -> bool:
    """Whether a term of this sum of arrays is written as a fraction."""
    return (
        total.op == "add"
        and not total.shape.is_scalar
        and any(
            factor.op == "power" and (value_of(factor.args[1]) or 0) < 0
            for term in total.args
            for factor in (term.args if term.op == "mul" else ())
        )
    )
