"""Atoms of an expression: numbers, brackets, bars, fractions and roots."""

from __future__ import annotations

from fractions import Fraction

from derivtex.errors import ParseError, Span
from derivtex.language.grammar import BARS, OPENING
from derivtex.language.integrals import Integrals
from derivtex.language.names import convention
from derivtex.language.series import SERIES
from derivtex.language.sizes import read_sizes, shape_of
from derivtex.language.tokens import Token
from derivtex.language.tree import Node, Steps

#: Letters of norms that are no weights by themselves: Frobenius, Hilbert, Lebesgue, Schatten.
_SPACES = frozenset("FHLS")
_STARTS = frozenset(
    {*OPENING, *BARS, r"\matrix", r"\langle", r"\frac", r"\sqrt", r"\ones", r"\zeros", r"\nabla"}
)


class Atoms(Integrals):
    """What a factor is made of."""

    def starts_factor(self) -> bool:
        """Whether another factor begins here, or a bracket or the statement ends."""
        token = self.token
        if token.kind != "mark":
            return True
        if token.text in SERIES or token.text in {r"\infty", r"\int"}:
            return True
        if token.text in BARS:
            if token.side:
                return token.side == "open"
            return not (self.fences and self.fences[-1] == token.text)
        return token.text in _STARTS

    def atom(self, *, scripts: bool = True) -> Steps:
        token = self.token
        start = token.span
        if token.kind == "number":
            self.next()
            value = Fraction(token.text)
            if scripts and self.at("_") and token.text in {"0", "1"}:
                return self.array("ones" if token.text == "1" else "zeros", start)
            number = value.numerator if value.denominator == 1 else value
            return Node("number", start, data=number)
        if token.kind != "mark":
            if not scripts:
                self.next()
                kind = "index" if token.text in self.scope else "name"
                return Node(kind, start, data=token.text)
            return (yield from self.named())
        if token.text in OPENING:
            return (yield from self.group())
        if token.text in BARS:
            return (yield from self.bars())
        if token.text == r"\langle":
            self.next()
            left = yield self.expression()
            self.expect(",")
            right = yield self.expression()
            self.expect(r"\rangle")
            if self.skip("_"):
                if self.at_weight():
                    weight = yield from self.argument()
                    return Node("weighted inner", self.since(start), (left, right, weight))
                place = self.token.span
                if self.subscript() != ["F"]:
                    self.fail(
                        "the subscript of an inner product is not understood",
                        self.since(place),
                        hint=r"a weight is a matrix, \langle x, y\rangle_A",
                    )
            return Node("inner", self.since(start), (left, right))
        if token.text == r"\matrix":
            return (yield from self.matrix())
        if token.text == r"\frac":
            return (yield from self.fraction())
        if token.text == r"\sqrt":
            self.next()
            index = None
            if self.skip("["):
                index = yield self.expression()
                self.expect("]")
            body = yield from self.radicand()
            args = (body,) if index is None else (body, index)
            return Node("root", self.since(start), args)
        if token.text in {r"\ones", r"\zeros"}:
            self.next()
            return self.array(token.text[1:], start)
        if token.text in SERIES:
            return (yield from self.series())
        if token.text == r"\int":
            return (yield from self.integral())
        if token.text == r"\dots":
            self.fail(
                "dots stand between the factors of a product",
                start,
                hint=r"a sum is written \sum_{i=1}^{N} x_i",
            )
        if token.text == r"\infty":
            self.next()
            return Node("infinity", start)
        if token.text == r"\nabla":
            return (yield from self.nabla())
        self.unexpected_here()

    def array(self, kind: str, start: Span) -> Node:
        """`\\mathbf 1`, `1_n`, `0_{m \\times n}`: of a size that is given or inferred."""
        shape = None
        if self.skip("_"):
            shape = shape_of(read_sizes(self))
        return Node(kind, self.since(start), data=shape)

    def group(self) -> Steps:
        opening = self.next()
        self.fences.append(opening.text)
        node = yield self.expression()
        self.fences.pop()
        if self.at(","):
            self.fail(
                "a list of arguments, but no function is applied to it",
                opening.span.to(self.token.span),
                hint=r"declare the function: f : \R^m \times \R^n \to \R",
            )
        self.expect(OPENING[opening.text])
        if opening.text == "[" and self.texts(2) == ("_", r"\times"):
            self.position += 2
            return Node("call", self.since(opening.span), (node,), "cross_matrix")
        for plus in (("_", "+"), ("_", "{", "+", "}")):
            if self.texts(len(plus)) == plus:
                self.position += len(plus)
                return Node("call", self.since(opening.span), (node,), "relu")
        # The tree without brackets; the place with them.
        return Node(node.kind, self.since(opening.span), node.args, node.data)

    def matrix(self) -> Steps:
        """Blocks between `&`, rows of them between `\\\\`."""
        opening = self.next()
        self.fences.append(opening.text)
        rows: list[list[Node]] = [[]]
        while not self.at(r"\endmatrix"):
            rows[-1].append((yield self.expression()))
            if self.skip(r"\row"):
                if not self.at(r"\endmatrix"):
                    rows.append([])
            elif not self.skip("&"):
                break
        self.fences.pop()
        self.expect(r"\endmatrix")
        span = self.since(opening.span)
        if len({len(row) for row in rows}) != 1 or not rows[0]:
            self.fail("the rows of a matrix have the same number of blocks", span)
        return Node("blocks", span, tuple(block for row in rows for block in row), len(rows))

    def bars(self) -> Steps:
        opening = self.next()
        self.fences.append(opening.text)
        node = yield self.expression()
        self.fences.pop()
        if self.done:
            self.fail(f"{opening.text} is never closed", opening.span)
        self.expect(opening.text)
        if opening.text == "|":
            return Node("bars", self.since(opening.span), (node,))
        kind = ""
        if self.skip("_"):
            if self.at_weight():
                weight = yield from self.argument()
                return Node("weighted norm", self.since(opening.span), (node, weight))
            kind = "".join(self.subscript())
        return Node("norm", self.since(opening.span), (node,), kind)

    def at_weight(self) -> bool:
        """Whether a subscript begins with the letter of a matrix, and of no kind of norm."""
        place = 0
        while self.ahead(place).text == "{" or self.ahead(place).kind == "accent":
            place += 1
        token, *after = (self.ahead(place + i) for i in range(4))
        grouped = place > 0
        if token.kind != "letter" or convention(token.text) != "matrix":
            return False
        if grouped and after[0].kind == "letter":
            return False  # a word
        inverted = grouped and [t.text for t in after] == ["^", "{", "-"]
        return token.text not in _SPACES or inverted or self.vocabulary.knows(token.text)

    def subscript(self) -> list[str]:
        """The spellings of a subscript that names a kind of norm."""
        if not self.at("{"):
            return [self.next().text]
        self.next()
        pieces = []
        while not self.at("}", "{"):
            pieces.append(self.next().text)
            if self.done:
                break
        self.expect("}")
        return pieces

    def argument(self) -> Steps:
        """The argument of a TeX macro: a group, or one token."""
        token = self.token
        if self.at("{"):
            return (yield from self.group())
        if token.kind == "number" and len(token.text) > 1:
            if "." in token.text:
                self.fail(
                    f"TeX takes one digit of {token.text}",
                    token.span,
                    hint=f"write {{{token.text}}}",
                )
            # `\frac12`: each digit is an argument.
            head = Token("number", token.text[0], Span(token.span.start, token.span.start + 1))
            rest = Token("number", token.text[1:], Span(token.span.start + 1, token.span.end))
            self.tokens[self.position : self.position + 1] = [head, rest]
        if token.kind in {"number", "letter"}:
            return (yield from self.atom(scripts=False))
        return (yield self.factor())

    def radicand(self) -> Steps:
        """As an argument, but a name with its subscript, `\\sqrt x_1^2` is (√x₁)², and a function
        with its argument."""
        token = self.token
        if token.kind == "letter":
            applied = token.text in self.vocabulary.functions or token.text == r"\sigma"
            named = self.ahead().text == "_" or (applied and self.ahead().text in {"(", "'"})
        else:
            named = token.kind == "accent"
        return (yield from (self.named() if named else self.argument()))

    def fraction(self) -> Steps:
        start = self.next().span
        if self.texts(2) == ("{", r"\partial"):
            return self.derivative(start)
        if self.texts(2) == ("{", "d") and self.vocabulary.differentials:
            position = self.position
            try:
                return self.derivative(start)
            except ParseError:
                self.position = position
        numerator = yield from self.argument()
        denominator = yield from self.argument()
        return Node("fraction", self.since(start), (numerator, denominator))
