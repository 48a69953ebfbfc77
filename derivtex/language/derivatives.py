"""Differentials and derivatives as quantities: `dX`, `\\nabla_X f`, `\\partial f / \\partial X`."""

from __future__ import annotations

from derivtex.errors import Span, UnsupportedError
from derivtex.language.application import Applications
from derivtex.language.tree import Node, Steps


class Derivatives(Applications):
    """What only a derivation has, and a problem asks for."""

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

    def nabla(self) -> Steps:
        """`\\nabla_X f` as a quantity; `\\nabla\\phi(X)` and `\\nabla_2\\psi(x, y)` too."""
        start = self.next().span
        slot = self.ahead() if self.at("_") else None
        if slot is None or slot.kind == "number":
            self.position += 0 if slot is None else 2
            name = self.name()
            if name not in self.vocabulary.functions:
                self.fail(f"the gradient of {name} with respect to what?", self.since(start))
            arguments = yield from self.arguments()
            index = 0 if slot is None else int(slot.text) - 1
            return Node("slot gradient", self.since(start), arguments.args, (name, index))
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
