"""What the classes of the parser have in common: the place, what is open, and what each calls."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import NoReturn

from derivtex.errors import ParseError, Span
from derivtex.language.cursor import END, Cursor, Vocabulary
from derivtex.language.names import base_of
from derivtex.language.tokens import Token
from derivtex.language.tree import Node, Steps

OPENING = {"(": ")", "[": "]", "{": "}", r"\{": r"\}"}
BARS = frozenset({"|", r"\|"})


class Grammar(Cursor, ABC):
    """A place in the tokens of an expression; the parts of the grammar build on each other."""

    def __init__(self, tokens: Sequence[Token], vocabulary: Vocabulary) -> None:
        super().__init__(tokens, vocabulary)
        #: The brackets that are open, for bars: the same mark opens and closes.
        self.fences: list[str] = []
        #: The indices that sums round this place bind.
        self.scope: list[str] = []
        #: Whether an index may stand outside its sum, as that of a variable does.
        self.free = False
        #: The indices that the definition of every member of a family is written with.
        self.own: frozenset[str] = frozenset()

    @abstractmethod
    def expression(self) -> Steps: ...

    @abstractmethod
    def sequence(self, *, bare: bool = False) -> Steps: ...

    @abstractmethod
    def factor(self) -> Steps: ...

    @abstractmethod
    def superscript(self, base: Node) -> Steps: ...

    @abstractmethod
    def atom(self, *, scripts: bool = True) -> Steps: ...

    @abstractmethod
    def signs(self) -> bool: ...

    @abstractmethod
    def term(self) -> Steps: ...

    @abstractmethod
    def starts_factor(self) -> bool: ...

    @abstractmethod
    def member(self, name: str, span: Span) -> Node | None: ...

    @abstractmethod
    def of_an_index(self, name: str) -> bool: ...

    def unexpected_here(self) -> NoReturn:
        token = self.token
        if token.text == END:
            raise ParseError("the statement ends too early", span=token.span)
        raise ParseError(f"unexpected {token.spelling}", span=token.span)

    def starts_function(self) -> bool:
        token = self.token
        return token.kind == "word" and token.text not in self.vocabulary.words

    def starts_application(self, distance: int = 0) -> bool:
        """Whether a function with its arguments begins so many tokens on, a declared one too."""
        token = self.ahead(distance)
        vocabulary = self.vocabulary
        if token.kind == "word" and token.text not in vocabulary.words:
            return True
        if token.text == r"\sigma" and not vocabulary.knows(token.text):
            return self.ahead(distance + 1).text in {"(", "'"}
        return token.kind in {"letter", "word"} and any(
            base_of(name) == token.text for name in vocabulary.functions
        )
