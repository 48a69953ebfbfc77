"""Sums and products over an index, and members of families: `\\sum_{i=1}^N x_i`."""

from __future__ import annotations

from derivtex.errors import Span, UnsupportedError
from derivtex.language.chains import descends, ends, extended, letters, same
from derivtex.language.derivatives import Derivatives
from derivtex.language.member_names import (
    Script,
    letters_of,
    pieces,
    scripts,
    stands_for_all,
)
from derivtex.language.tokens import Token
from derivtex.language.tree import Node, Steps
from derivtex.ops.indexed import Order

SERIES = {r"\sum": "indexed_sum", r"\prod": "indexed_product"}
_WORDS = {r"\sum": "sum", r"\prod": "product"}
_INDEX_LETTERS = frozenset("ijklmn")


class Series(Derivatives):
    """What binds an index, and what is told by one."""

    def series(self) -> Steps:
        """`\\sum_{i=1}^N x_i`: the body runs to the end of the term."""
        token = self.next()
        limits: dict[str, Node] = {}
        names: list[str] = []
        while self.at("_", "^"):
            mark = self.next().text
            if mark in limits or (mark == "_" and names):
                self.fail(f"two limits of the {_WORDS[token.text]}", self.token.span)
            grouped = self.skip("{")
            if mark == "_":
                names = self.index_names(token.text, grouped)
            if mark == "^" and not grouped:
                limits[mark] = yield from self.atom(scripts=False)
            elif mark == "^" or (grouped and self.skip("=")):
                limits[mark] = yield self.expression()
            if grouped:
                self.expect("}")
        self.check_limits(token, names, limits)
        for name in names:
            self.bind(name, token.span)
        negative = self.signs()
        if not self.starts_factor() and not self.at_differential():
            self.fail(f"the {_WORDS[token.text]} has nothing to run over", self.since(token.span))
        body = yield self.term()
        if negative:
            body = Node("negate", body.span, (body,))
        del self.scope[-len(names) :]
        span = self.since(token.span)
        for name in reversed(names):
            lower = limits.get("_", Node("number", span, data=1))
            upper = limits.get("^", Node("extent", span, data=name))
            body = Node("series", span, (body, lower, upper), (SERIES[token.text], name, Order()))
        return body

    def check_limits(self, token: Token, names: list[str], limits: dict[str, Node]) -> None:
        """A sum has an index, and both limits or none."""
        word = _WORDS[token.text]
        example = rf"{token.text}_{{{names[0] if names else 'i'}=1}}^{{N}}"
        if not names:
            self.fail(f"the {word} over which index?", token.span, hint=f"write {example}")
        if len(limits) == 1:
            self.fail(
                f"the {word} over {names[0]} has one limit only",
                self.since(token.span),
                hint=f"say from where to where: {example}",
            )
        if limits:
            self.vocabulary.limits |= letters(limits["^"])

    def index_names(self, sign: str, grouped: bool) -> list[str]:
        """The `i` of `i=1`, the `i` and `j` of `i,j`, and nothing else before the sign.

        Without braces it is one letter: `\\sum_i y_i`.
        """
        names = []
        while True:
            token = self.token
            if token.kind != "letter":
                self.unexpected("expected an index")
            names.append(self.next().text)
            if not grouped:
                after, beyond = self.token, self.ahead()
                alone = after.span.start == token.span.end and beyond.span.start > after.span.end
                if alone and after.text in _INDEX_LETTERS and beyond.text not in {"_", "^", "("}:
                    both = token.text + after.text
                    self.fail(
                        rf"TeX reads {sign}_{both} as {sign}_{token.text} {after.text}",
                        token.span.to(after.span),
                        hint=rf"write {sign}_{{{both}}}, or a space after {token.text}",
                    )
                return names
            if not self.skip(",") and self.token.kind != "letter":
                break
        if self.at(r"\in"):
            raise UnsupportedError(
                f"a {_WORDS[sign]} over a set",
                span=token.span.to(self.token.span),
                hint=rf"number its elements: {sign}_{{{names[0]}=1}}^{{N}}",
            )
        if self.at("<", ">", r"\ge", r"\le", r"\geq", r"\leq"):
            raise UnsupportedError(
                f"a {_WORDS[sign]} over the indices that fulfil a condition",
                span=token.span.to(self.token.span),
                hint=rf"run over all, {sign}_{{{names[0]}=1}}^{{N}}, with a factor that is 0 for "
                "those left out",
            )
        return names

    def chain(self, factors: list[Node], products: list[str]) -> Steps:
        """`W^{N-1} \\cdots W^1` in place of its first factors: `A_1 A_2 \\cdots A_m` has two."""
        dots = self.next()
        if self.at("+", ",") or not self.starts_factor():
            self.fail(
                "dots stand between the factors of a product",
                dots.span,
                hint=r"a sum is written \sum_{i=1}^{N} x_i",
            )
        last = yield from self.factor()
        name = next(c for c in "jikltsrpq" if c not in self.scope and not self.vocabulary.knows(c))
        hole = Node("index", dots.span, data=name)
        found = ends(factors[-1], last, hole, self.as_member)
        if found is None:
            self.fail(
                "the factors before and after the dots are of no one family",
                factors[-1].span.to(last.span),
                hint=r"as in A_1 \cdots A_m",
            )
        start = factors.pop()
        if factors and products and products[-1] == "":
            before = ends(factors[-1], last, hole, self.as_member)
            if before is not None and same(before.body, found.body):
                start, found = factors.pop(), before
                products.pop()
        down = descends(found.first, found.last, self.vocabulary.limits)
        lower, upper = (found.last, found.first) if down else (found.first, found.last)
        self.vocabulary.limits |= letters(upper)
        span = start.span.to(last.span)
        order = Order(descending=down, dots=True)
        factors.append(
            Node("series", span, (found.body, lower, upper), ("indexed_product", name, order))
        )
        return factors[-1]

    def longer_chain(self, factors: list[Node], products: list[str]) -> None:
        """`W_3 \\cdots W_2 W_1`: the factors after the dots may be two as well."""
        longer = extended(factors[-2], factors[-1], self.as_member)
        if longer is not None:
            factors[-2:] = [longer]
            products.pop()

    def as_member(self, node: Node) -> Node | None:
        """A name read as the member of a family, where its script is an index."""
        if node.kind != "name":
            return None
        for script in scripts(node.data):
            indices = self.indices(script, node.span)
            if indices is not None:
                self.vocabulary.families.setdefault(script.key, script)
                return Node("member", node.span, indices, script._replace(text=""))
        return None

    def bind(self, name: str, span: Span) -> None:
        """An index from here to the end of the body."""
        if name in self.scope:
            self.fail(f"{name} is an index already", span, hint="use another letter inside")
        if name in self.vocabulary.names and name not in self.vocabulary.integers:
            self.fail(
                f"{name} is a quantity of the problem, and no index",
                span,
                hint="use another letter for the index",
            )
        self.scope.append(name)
        self.vocabulary.bound.add(name)

    # --- members -----------------------------------------------------------------------------

    def member(self, name: str, span: Span) -> Node | None:
        """`x_i` as the member i of a family, where i is an index or x is known as a family."""
        if not (self.scope or self.vocabulary.families):
            return None
        for script in scripts(name):
            if not letters_of(script.text) & set(self.scope):
                declared = name in self.vocabulary.names
                alone = declared and not stands_for_all(script, self.vocabulary)
                if alone or script.key not in self.vocabulary.families:
                    continue
            indices = self.indices(script, span)
            if indices is not None:
                self.vocabulary.families.setdefault(script.key, script)
                return Node("member", span, indices, script._replace(text=""))
        return None

    def of_an_index(self, name: str) -> bool:
        """Whether a name bears an index that a sum round it binds."""
        return any(letters_of(script.text) & set(self.scope) for script in scripts(name))

    def indices(self, script: Script, span: Span) -> tuple[Node, ...] | None:
        """What is written as an index: `i`, `ij`, `i,j`, `k+1`; None where that is a word."""
        found = pieces(script.text)
        if found is None:
            return None
        signs = {"+", "-"} & set(found)
        parts: list[list[str]] = [[]]
        for piece in found:
            if piece == ",":
                parts.append([])
            elif signs or not parts[-1]:
                parts[-1].append(piece)
            else:
                parts.append([piece])
        return tuple(self.index_expression(part, span) for part in parts)

    def index_expression(self, part: list[str], span: Span) -> Node:
        """`k - j - 1`, whose signs stand between single letters and numbers."""
        terms: list[Node] = []
        sign = "+"
        expects = True
        for piece in part:
            if piece in {"+", "-"}:
                sign, expects = piece, True
                continue
            if not expects:
                self.fail("the index is a sum of letters and numbers", span, hint="as in x_{k+1}")
            if piece.isdigit():
                node = Node("number", span, data=int(piece))
            elif piece in self.scope:
                node = Node("index", span, data=piece)
            elif piece in self.vocabulary.bound - self.own and not self.free:
                self.fail(
                    f"{piece} is used outside the sum that runs over it",
                    span,
                    hint=f"put what has the index {piece} into the sum, or use another letter",
                )
            else:
                self.vocabulary.integers.add(piece)
                node = Node("name", span, data=piece)
            terms.append(Node("negate", span, (node,)) if sign == "-" else node)
            expects = False
        if not terms or expects:
            self.fail("an index is missing", span)
        return terms[0] if len(terms) == 1 else Node("sum", span, tuple(terms))
