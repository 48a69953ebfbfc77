"""Expressions as written: tokens to a tree that knows nothing of shapes.

Loosest to tightest: sum, Frobenius product, a sequence of factors, superscripts. What a sequence
means where it mixes products (`A b \\odot c`) depends on shapes, so it is kept as it stands.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from derivtex.errors import LimitError, Span
from derivtex.language.atoms import Atoms
from derivtex.language.chains import is_chain
from derivtex.language.cursor import Vocabulary
from derivtex.language.tokens import Token
from derivtex.language.tree import MAX_DEPTH, Node, Steps, run

#: Marks that join two factors, each with the product it stands for.
PRODUCTS = {
    "*": "", r"\cdot": "", r"\odot": r"\odot", r"\oslash": r"\oslash", r"\otimes": r"\otimes",
    "/": "/", r"\times": r"\times",
}  # fmt: skip


def parse_tokens(
    tokens: Sequence[Token], vocabulary: Vocabulary, own: Collection[str] = ()
) -> Node:
    """The tree of a whole expression; `own` are the indices that it is written with itself."""
    parser = Parser(tokens, vocabulary)
    parser.own = frozenset(own)
    try:
        node = run(parser.expression())
    except LimitError as error:
        error.span = error.span or parser.token.span
        raise
    if not parser.done:
        parser.unexpected_here()
    return node


class Parser(Atoms):
    """Precedence climbing over one expression."""

    def expression(self) -> Steps:
        """A sum of terms, up to the mark that closes it."""
        start = self.token.span
        terms = []
        while True:
            negative = self.signs()
            first = self.token.span
            term = yield from self.term()
            terms.append(Node("negate", first.to(term.span), (term,)) if negative else term)
            if not self.at("+", "-"):
                break
        return terms[0] if len(terms) == 1 else Node("sum", self.since(start), tuple(terms))

    def signs(self) -> bool:
        negative = False
        while self.at("+", "-"):
            negative ^= self.next().text == "-"
        return negative

    def term(self) -> Steps:
        left = yield from self.sequence()
        while self.skip(":"):
            kind = self.contraction() if self.skip("_") else "inner"
            right = yield from self.sequence()
            left = Node(kind, left.span.to(right.span), (left, right))
        return left

    def contraction(self) -> str:
        """The index in `A :_1 B` and `A :_2 B`, braces round it or not."""
        braces = self.skip("{")
        token = self.next()
        if token.text not in {"1", "2"}:
            self.fail("contractions are :_1 and :_2", token.span)
        if braces:
            self.expect("}")
        return "contract first" if token.text == "1" else "contract second"

    def sequence(self, *, bare: bool = False) -> Steps:
        """Factors side by side. With `bare`, the argument of a function without parentheses."""
        start = self.token.span
        if bare and self.starts_application():
            # `\log\det X y`: the inner function takes what follows.
            return (yield from self.factor())
        factors: list[Node] = []
        products: list[str] = []
        while True:
            factors.append((yield from self.factor()))
            if self.at(r"\dots"):
                yield from self.chain(factors, products)
            elif products and products[-1] == "" and is_chain(factors[-2]):
                self.longer_chain(factors, products)
            if bare and self.argument_ends(start, factors[-1]):
                break
            if self.token.kind == "mark" and self.token.text in PRODUCTS:
                mark = self.next().text
                products.append(PRODUCTS[mark])
            elif self.starts_factor():
                if self.token.kind == "number":
                    self.fail(
                        f"{self.token.text} stands after a factor",
                        self.token.span,
                        hint=r"put numbers first, or write \cdot, a power x^2 or an index x_2",
                    )
                products.append("")
            else:
                break
        if not products:
            return factors[0]
        self.check_quotients(factors, products)
        return Node("sequence", self.since(start), tuple(factors), tuple(products))

    def argument_ends(self, start: Span, last: Node) -> bool:
        r"""Whether an argument without parentheses ends here: at another function, as a factor too.

        Another product could be of the argument or of the function's value; so could a function
        after a row, as in `\log c^T\exp(x)`.
        """
        joined = self.at(*PRODUCTS) and not self.at("/", r"\times")
        if self.starts_application(1 if joined else 0):
            if last.kind == "transpose" and not joined:
                self.fail(
                    "where the function's argument ends is not clear",
                    self.since(start).to(self.token.span),
                    hint=r"put the argument in parentheses: \log(c^T \exp(x)) or "
                    r"\log(c^T) \exp(x)",
                )
            return True
        if self.at(*PRODUCTS, r"\sqrt"):
            mark = self.token.text
            rest = {"/": "/2", r"\sqrt": r"\sqrt{y}"}.get(mark, f" {mark} y")
            self.fail(
                "where the function's argument ends is not clear",
                self.since(start).to(self.token.span),
                hint=rf"put the argument in parentheses: \log(x){rest} or \log(x{rest})",
            )
        return False

    def check_quotients(self, factors: list[Node], products: list[str]) -> None:
        """`a/b c` could be a/(bc) or (a/b)c; only `1/2 c` with two numbers is settled."""
        for i in range(len(products) - 1):
            if products[i] != "/" or products[i + 1] == "/":
                continue
            if all(f.kind == "number" for f in factors[i : i + 2]):
                continue
            span = factors[i].span.to(factors[i + 2].span)
            self.fail(
                "what is divided by what is not clear",
                span,
                hint=r"write \frac{a}{b} c, or a/(b c)",
            )

    # --- factors -----------------------------------------------------------------------------

    def factor(self) -> Steps:
        """An atom and its superscripts."""
        if self.at_differential():
            node = yield from self.differential()
        else:
            node = yield from self.atom()
        raised = False
        begin = self.position
        while True:
            if self.tokens[self.position].kind != "mark":
                return node
            if self.position - begin > MAX_DEPTH:
                raise LimitError(f"more than {MAX_DEPTH} transposes", span=self.token.span)
            if self.at("'", r"\top"):
                self.next()
                node = Node("transpose", self.since(node.span), (node,))
            elif self.at("^"):
                if raised:
                    self.fail("two superscripts", self.token.span, hint="write {X^T}^2 or (X^T)^2")
                raised = True
                node = yield from self.superscript(node)
            elif self.at("!"):
                self.next()
                node = Node("factorial", self.since(node.span), (node,))
            elif self.at("_"):
                self.fail("a subscript belongs to a name", self.token.span)
            else:
                return node

    def superscript(self, base: Node) -> Steps:
        self.expect("^")
        grouped = self.at("{")
        pieces = self.texts(4)
        inner = pieces[1:] if grouped else pieces
        closed = grouped and inner[1:2] == ("}",)
        single = inner[:1] if closed or not grouped else ()
        skip = 3 if grouped else 1
        if single and self.is_transpose(single[0]):
            self.position += skip
            return Node("transpose", self.since(base.span), (base,))
        minus_t = inner[:1] == ("-",) and self.is_transpose(inner[1])
        if minus_t and (not grouped or inner[2:3] == ("}",)):
            self.position += skip + 1
            inverse = self.integer_power(base, -1)
            return Node("transpose", self.since(base.span), (inverse,))
        pseudo_t = grouped and inner[0] in {"+", r"\dagger"} and self.is_transpose(inner[1])
        if pseudo_t and inner[2:3] == ("}",):
            self.position += skip + 1
            pseudo = Node("unsupported power", self.since(base.span), (base,), "+")
            return Node("transpose", self.since(base.span), (pseudo,))
        if single and single[0] in {"+", r"\dagger", "*", r"\cdot", r"\star", "H"}:
            self.position += skip
            if single[0] != "H" or not self.vocabulary.knows("H"):
                return Node("unsupported power", self.since(base.span), (base,), single[0])
            self.position -= skip
        kind = "power"
        if grouped:
            self.next()
        if self.at(r"\odot"):
            self.next()
            kind = "elementwise power"
        if grouped:
            exponent = yield self.expression()
            self.expect("}")
        else:
            exponent = yield from self.bare_exponent()
        return Node(kind, self.since(base.span), (base, exponent))

    def is_transpose(self, text: str) -> bool:
        return text in {r"\top", "'"} or (text == "T" and not self.vocabulary.knows("T"))

    def integer_power(self, base: Node, exponent: int) -> Node:
        span = self.since(base.span)
        return Node("power", span, (base, Node("number", span, data=exponent)))

    def bare_exponent(self) -> Steps:
        """The plain spellings `x^2`, `x^-1`, `x^(k+1)`: one token, as in TeX, or parentheses."""
        negative = self.skip("-")
        token = self.token
        if token.kind == "number" and len(token.text) > 1:
            first, rest = token.text[0], token.text[1:]
            self.fail(
                f"TeX reads ^{token.text} as ^{{{first}}}{rest}",
                token.span,
                hint=f"write ^{{{token.text}}}",
            )
        if token.kind in {"number", "letter"} or self.at("(", r"\frac"):
            node = yield from self.atom(scripts=False)
        else:
            self.unexpected("expected an exponent")
        return Node("negate", token.span, (node,)) if negative else node
