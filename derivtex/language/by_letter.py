"""What a letter stands for that nothing is said of, and the places where that was not meant.

A small Greek letter that is not declared is a number. Where it is transposed, measured by a norm or
multiplied by a matrix from the left, the writer may well have meant a vector: two readings, so an
error that shows both. Written bold it is a vector, as in print.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import NoReturn

from derivtex.errors import ParseError, Span
from derivtex.expr import Expr
from derivtex.language.cursor import Vocabulary
from derivtex.language.lexicon import SMALL_GREEK, UNICODE
from derivtex.language.names import base_of, convention
from derivtex.language.terms import Term, Typing
from derivtex.language.tree import Node
from derivtex.op import OPS, strict
from derivtex.patterns import pattern
from derivtex.shapes import SCALAR, Shape, column, dim
from derivtex.symbols import STRUCTURES

_BOLD = pattern(
    r"\\(?:boldsymbol|bm|pmb|mathbf|symbf|mathbfit|bf|vec)(?![A-Za-z])[\s{]*"
    r"(?:\\(?:hat|bar|tilde|dot|widehat|widetilde|overline)(?![A-Za-z])[\s{]*)*(\\[a-z]+)"
)


@lru_cache(maxsize=256)
def acts_on_entries(name: str) -> bool:
    """Whether an operation does the same to a number as to each entry of an array."""
    op, A = OPS[name], Shape(dim("m"), dim("n"))
    return op.sample[0].startswith("m n") and (len(op.sample) > 1 or op.shape(strict, A) == A)


class ByLetter(Typing):
    """What the letter alone says, and how far that can be trusted."""

    #: Families whose members are taken for numbers, since only that fits.
    scalar_families: frozenset[str] = frozenset()
    vocabulary: Vocabulary
    #: Expressions that are there by name, and the symbols met, with what they were declared to be.
    given: Mapping[str, Expr]
    names: dict[str, Term]
    structure: dict[str, frozenset[str]]

    @cached_property
    def bold(self) -> frozenset[str]:
        """The small Greek letters that the text sets bold, or under an arrow, somewhere."""
        found = set(_BOLD.findall(self.text)) & SMALL_GREEK
        if not self.text.isascii():
            import unicodedata

            for character in self.text:
                plain = unicodedata.normalize("NFKD", character)
                if plain != character and " BOLD " in unicodedata.name(character, ""):
                    found.add(UNICODE.get(plain, ""))
        return frozenset(found)

    # --- names -------------------------------------------------------------------------------

    def name(self, node: Node, args: tuple[Term, ...]) -> Term:
        name = node.data
        known = self.names.get(name)
        if known is not None:
            return Term(known.op, known.args, known.shape, node.span, known.data)
        if name in self.given:
            expr = self.given[name]
            return Term("given", (), expr.shape, node.span, expr)
        self.assumed.add(name)
        return self.introduce(name, self.usual_shape(name), node.span)

    def is_known(self, name: str) -> bool:
        """Whether the name was declared, defined or used before."""
        return name in self.names or name in self.given

    def usual_shape(self, name: str) -> Shape:
        """The shape of what is not declared, by its letter."""
        if name in self.vocabulary.integers:
            self.structure[name] = STRUCTURES["integer"]
            return SCALAR
        kind = convention(base_of(name))
        if kind == "scalar" and base_of(name) not in self.bold:
            return SCALAR
        fresh = self.unifier.fresh
        return Shape(fresh(), fresh()) if kind == "matrix" else column(fresh())

    def introduce(self, name: str, shape: Shape, span: Span) -> Term:
        """A symbol from here on."""
        term = Term("symbol", (), shape, span, name)
        self.names[name] = term
        self.places.setdefault(name, span)
        return term

    # --- numbers -----------------------------------------------------------------------------

    def number_by_letter(self, term: Term) -> Span | None:
        """Where a number stands whose letters were not declared, as in `θ` or `θ − μ`."""
        if not term.shape.is_scalar:
            return None
        found = None
        pending = [term]
        while pending:
            part = pending.pop()
            if part.op in {"add", "negate", "mul"}:
                pending += part.args
            elif self._is_assumed_number(part):
                found = part.span
            elif not part.is_number:
                return None
        return found

    def _is_assumed_number(self, term: Term) -> bool:
        if term.op not in {"symbol", "member"}:
            return False
        # The key of a family ends with the place of its index: `\\theta_`.
        return term.data in self.scalar_families or (
            term.data in self.assumed and convention(base_of(term.data)) == "scalar"
        )

    def refuse_number(self, span: Span, what: str, otherwise: str) -> NoReturn:
        name = self.source(span)
        raise ParseError(
            f"{name} is a number by its letter, and {what}",
            span=span,
            hint=rf"if {name} is a vector, declare it: {name} \in \R^n; if not, {otherwise}",
        )
