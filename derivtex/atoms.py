"""Atoms of an expression: numbers, names, brackets, fractions, and functions with arguments."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NoReturn

from derivtex.cursor import END, Cursor, Vocabulary
from derivtex.errors import ParseError, Span, UnsupportedError
from derivtex.functions import function_word
from derivtex.sizes import read_sizes, shape_of
from derivtex.tex import Token
from derivtex.tree import Node, Steps

OPENING = {"(": ")", "[": "]", "{": "}", r"\{": r"\}"}
BARS = frozenset({"|", r"\|"})
STARTS = frozenset({*OPENING, *BARS, r"\langle", r"\frac", r"\sqrt", r"\ones", r"\zeros", r"\nabla"})
SERIES = {r"\sum": "a sum over an index", r"\prod": "a product over an index"}
_TYPICAL_FUNCTIONS = frozenset(
    ["f", "g", "h", "F", "J", "L", r"\phi", r"\psi", r"\varphi", r"\ell", r"\sigma"]
)


class Atoms(Cursor):
    """What a factor is made of. What is in brackets is read by the class that builds on this."""

    def __init__(self, tokens: Sequence[Token], vocabulary: Vocabulary) -> None:
        super().__init__(tokens, vocabulary)
        self.fences: list[str] = []

    def expression(self) -> Steps:
        raise NotImplementedError

    def sequence(self, *, bare: bool = False) -> Steps:
        raise NotImplementedError

    def factor(self) -> Steps:
        raise NotImplementedError

    def starts_factor(self) -> bool:
        """Whether another factor begins here, or a bracket or the statement ends."""
        token = self.token
        if token.kind != "mark":
            return True
        if token.text in SERIES:
            return True
        if token.text in BARS:
            if token.side:
                return token.side == "open"
            return not (self.fences and self.fences[-1] == token.text)
        return token.text in STARTS

    def starts_function(self) -> bool:
        token = self.token
        return token.kind == "word" and token.text not in self.vocabulary.words

    def unexpected_here(self) -> NoReturn:
        token = self.token
        if token.text == END:
            raise ParseError("the statement ends too early", span=token.span)
        raise ParseError(f"unexpected {token.text}", span=token.span)

    # --- atoms -------------------------------------------------------------------------------

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
                return Node("name", start, data=token.text)
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
            return Node("inner", self.since(start), (left, right))
        if token.text == r"\frac":
            return (yield from self.fraction())
        if token.text == r"\sqrt":
            self.next()
            index = None
            if self.skip("["):
                index = yield self.expression()
                self.expect("]")
            body = yield from self.argument()
            args = (body,) if index is None else (body, index)
            return Node("root", self.since(start), args)
        if token.text in {r"\ones", r"\zeros"}:
            self.next()
            return self.array(token.text[1:], start)
        if token.text in SERIES:
            self.next()
            return Node("unsupported", start, data=SERIES[token.text])
        if token.text == r"\nabla":
            return self.nabla()
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
        # The tree without brackets; the place with them.
        return Node(node.kind, self.since(opening.span), node.args, node.data)

    def bars(self) -> Steps:
        opening = self.next()
        self.fences.append(opening.text)
        node = yield self.expression()
        self.fences.pop()
        self.expect(opening.text)
        if opening.text == "|":
            return Node("bars", self.since(opening.span), (node,))
        kind = ""
        if self.skip("_"):
            kind = "".join(self.subscript())
        return Node("norm", self.since(opening.span), (node,), kind)

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
            # `\frac12`: each digit is an argument.
            head = Token("number", token.text[0], Span(token.span.start, token.span.start + 1))
            rest = Token("number", token.text[1:], Span(token.span.start + 1, token.span.end))
            self.tokens[self.position : self.position + 1] = [head, rest]
        if token.kind in {"number", "letter"}:
            return (yield from self.atom(scripts=False))
        return (yield self.factor())

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

    def derivative(self, start: Span) -> Node:
        """`\\frac{\\partial f}{\\partial X}` as a quantity."""
        self.next()
        mark = self.next()
        f = self.name()
        self.expect("}")
        self.expect("{")
        if self.next().text != mark.text:
            self.fail("a derivative is taken with respect to a name", self.since(start))
        x = self.name()
        self.expect("}")
        return self.gradient(f, x, start)

    def nabla(self) -> Node:
        """`\\nabla_X f` as a quantity."""
        start = self.next().span
        self.expect("_")
        braces = self.skip("{")
        x = self.name()
        if braces:
            self.expect("}")
        return self.gradient(self.name(), x, start)

    def gradient(self, f: str, x: str, start: Span) -> Node:
        span = self.since(start)
        if not self.vocabulary.differentials:
            raise UnsupportedError(
                "a derivative inside an expression",
                span=span,
                hint="define the quantity and ask for its derivative on a line of its own",
            )
        return Node("derivative", span, data=(f, x))

    # --- differentials -----------------------------------------------------------------------

    def at_differential(self) -> bool:
        """Whether `d` stands here as the differential of what follows."""
        if self.token.text != "d" or self.token.kind != "letter" or self.vocabulary.knows("d"):
            return False
        following = self.ahead()
        if following.kind == "mark":
            return following.text in {"(", "[", "|", r"\|"} and following.side != "close"
        return following.kind != "number"

    def differential(self) -> Steps:
        """`dX`, `d(XY)`, `d\\log\\det X`; `dX^{-1}` is the differential of the inverse."""
        start = self.next().span
        if not self.vocabulary.differentials:
            self.fail(
                f"d{self.token.text} is a differential, and a problem has none",
                start.to(self.token.span),
                hint=r"if d is a quantity, declare it: d \in \R^n",
            )
        if not self.at_name() or self.starts_function():
            body = yield self.factor()
            return Node("differential", self.since(start), (body,))
        span = self.token.span
        body = Node("name", span, data=self.name())
        if self.texts(4) == ("^", "{", "-", "1"):
            self.position += 5
            minus = Node("number", self.since(span), data=-1)
            body = Node("power", self.since(span), (body, minus))
        elif self.at("^") and (self.ahead().kind == "number" or self.ahead(2).kind == "number"):
            self.fail(
                "the square of a differential, or the differential of a square?",
                self.since(start).to(self.ahead().span),
                hint="write (dX)^2 or d(X^2)",
            )
        return Node("differential", self.since(start), (body,))

    # --- names and functions -----------------------------------------------------------------

    def named(self) -> Steps:
        """A name, a constant that has one, or a function with its arguments."""
        if self.starts_function():
            return (yield from self.call())
        start, position = self.token.span, self.position
        vocabulary = self.vocabulary
        name = self.name()
        if name in vocabulary.functions:
            return (yield from self.apply(name, start))
        span = self.since(start)
        if name in vocabulary.names:
            self.skip_formals(name)
            return Node("name", span, data=name)
        if name == "e" and self.at("^"):
            return Node("e", span)
        if name == "I":
            return Node("identity", span)
        if name.startswith("I_") and "^" not in name:
            self.position = position + 2
            return Node("identity", span, data=shape_of(read_sizes(self)))
        if name == r"\pi":
            return Node("pi", span)
        if name == r"\sigma" and (self.at("(") or self.texts(2) == ("'", "(")):
            prime = "'" if self.skip("'") else ""
            arguments = yield from self.arguments()
            operation, _ = function_word("sigmoid" + prime, span)
            return Node("call", self.since(start), arguments.args, operation)
        if self.at("(") and (name in _TYPICAL_FUNCTIONS or name.startswith(r"\sigma")):
            self.fail(
                f"{name}(…) could be a function or a product",
                span,
                hint=rf"declare it, {name} : \R^n \to \R, or write {name} \cdot (…)",
            )
        return Node("name", span, data=name)

    def skip_formals(self, name: str) -> None:
        """`L(w)` for an `L(w) = …` that was defined so: the arguments only repeat its variables."""
        formals = self.vocabulary.formals.get(name)
        if formals is None or not self.at("("):
            return
        opening = self.next().span
        actual = []
        while self.at_name():
            actual.append(self.name())
            if not (self.skip(",") or self.skip(";")):
                break
        if not self.at(")") or tuple(actual) != formals:
            raise UnsupportedError(
                f"{name} at other arguments than ({', '.join(formals)})",
                span=self.since(opening).to(self.token.span),
                hint="write the expression out, with the new arguments",
            )
        self.next()

    def call(self) -> Steps:
        """`\\operatorname{tr}(AB)`, `\\log\\det X`, `\\sin^2 x`."""
        token = self.next()
        word = token.text
        if self.at("'") and self.ahead().text == "(":
            self.next()
            word += "'"
        if word not in {"max", "min"} and self.at("_"):
            raise UnsupportedError(f"{word} with a subscript", span=token.span.to(self.token.span))
        operation, span = function_word(word, token.span, applied=self.ahead_is_argument())
        exponent: Node | None = None
        if self.at("^"):
            exponent = (yield from self.superscript(Node("number", span, data=2))).args[-1]
            if exponent.kind != "number":
                self.fail(
                    f"the inverse function of {word}, or one over it?",
                    self.since(span),
                    hint=rf"write \arc{word}(x), or {word}(x)^{{-1}}",
                )
        if self.at(*OPENING):
            args = (yield from self.arguments()).args
        elif self.at(*BARS):
            args = ((yield self.factor()),)
        else:
            args = ((yield self.sequence(bare=True)),)
        node = Node("call", self.since(span), args, operation)
        return node if exponent is None else Node("power", node.span, (node, exponent))

    def superscript(self, base: Node) -> Steps:
        raise NotImplementedError

    def ahead_is_argument(self) -> bool:
        return self.at(*OPENING)

    def apply(self, name: str, start: Span) -> Steps:
        """`φ(X)`, `g'(z)`: a declared function."""
        order = 0
        while self.at("'") or self.texts(2) == ("^", "'") or self.texts(3) == ("^", "{", "'"):
            grouped = self.texts(2) == ("^", "{")
            self.position += 2 if grouped else 1 if self.at("^") else 0
            while self.skip("'"):
                order += 1
            if grouped:
                self.expect("}")
        if not self.at("("):
            self.fail(
                f"{name} is a function: say what it is applied to",
                self.since(start),
                hint=f"write {name}(…)",
            )
        arguments = yield from self.arguments()
        return Node("apply", self.since(start), arguments.args, (name, order))

    def arguments(self) -> Steps:
        """What stands in the brackets of a function, separated by commas."""
        opening = self.next()
        self.fences.append(opening.text)
        args = []
        while True:
            args.append((yield self.expression()))
            if not (self.skip(",") or self.skip(";")):
                break
        self.fences.pop()
        self.expect(OPENING[opening.text])
        return Node("arguments", self.since(opening.span), tuple(args))
