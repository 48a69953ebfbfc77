"""Integrals, `\\int_0^1 e^{sX}\\,ds`: read where a derivation says something with one."""

from __future__ import annotations

from derivtex.errors import UnsupportedError
from derivtex.language.series import Series
from derivtex.language.tokens import Token
from derivtex.language.tree import Node, Steps
from derivtex.ops.indexed import Order

#: The mark that the `ds` of an integral is read as.
END_OF_INTEGRAL = r"\differential"
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")


class Integrals(Series):
    """The reading of an integral; a problem has none."""

    def integral(self) -> Steps:
        sign = self.next()
        if not self.vocabulary.differentials:
            raise UnsupportedError(r"\int: an integral cannot be derived", span=sign.span)
        limits = []
        for mark in ("_", "^"):
            self.expect(mark)
            if self.skip("{"):
                limits.append((yield self.expression()))
                self.expect("}")
            else:
                limits.append((yield from self.atom(scripts=False)))
        name = self.variable_of_integration(sign)
        self.bind(name, sign.span)
        body = yield self.term()
        self.expect(END_OF_INTEGRAL)
        self.scope.pop()
        span = self.since(sign.span)
        return Node("series", span, (body, *limits), ("integral", name, Order()))

    def variable_of_integration(self, sign: Token) -> str:
        """The s of the `ds` that ends the term; from here on these two are one mark."""
        depth = 0
        found = None
        for place in range(self.position, len(self.tokens) - 1):
            token = self.tokens[place]
            if token.kind == "mark":
                depth += (token.text in _OPENING) - (token.text in _CLOSING)
                if depth < 0 or (depth == 0 and token.text in {"+", "-", "="}):
                    break
            elif depth == 0 and token.text == "d" and self.tokens[place + 1].kind == "letter":
                found = place
        if found is None:
            self.fail("an integral over what?", sign.span, hint=r"it ends in \,ds")
        end, variable = self.tokens[found : found + 2]
        mark = Token("mark", END_OF_INTEGRAL, end.span.to(variable.span))
        self.tokens[found : found + 2] = [mark]
        return variable.text
