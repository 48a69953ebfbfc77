"""A place in a list of tokens, and the reading of names, which every part of the parser needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, NoReturn

from derivtex.errors import ParseError, Span
from derivtex.language.lexicon import LETTERS
from derivtex.language.names import base_of, compose, join
from derivtex.language.tokens import Token
from derivtex.symbols import Function

END = "end of the statement"


class Template(NamedTuple):
    """A function that is said what it is: its arguments and its body, still unread."""

    formals: tuple[str, ...]
    body: Sequence[Token]


class Vocabulary:
    """The names that a problem has said something about.

    `names` are declared or defined, `defined` have a definition, `formals` are the arguments that
    a definition `L(w, b) = …` lists, `integers` what stands as a dimension or an exponent,
    `assumed` the structure of names of which nothing else is said, `words` the bases of names
    that are written with several letters, `templates` the functions with values in arrays that
    are said what they are, `applied` the definitions with an argument that are applied to other
    ones, and where. With `differentials`, `dX` and `\\frac{\\partial f}{\\partial X}` are
    quantities, as they are in a derivation.

    Of families, `families` has each that was met, by its base and the place of its index,
    `raised` those whose index is a plain superscript, `listed` the members in `x_1, …, x_N`;
    `bound` are the letters that a sum binds, `limits` those that stand in its limits.
    """

    def __init__(self, differentials: bool = False) -> None:
        self.differentials = differentials
        self.names: set[str] = set()
        self.defined: set[str] = set()
        self.functions: dict[str, Function] = {}
        self.formals: dict[str, tuple[str, ...]] = {}
        self.integers: set[str] = set()
        self.words: set[str] = set()
        self.assumed: dict[str, tuple[frozenset[str], Span]] = {}
        self.families: dict[str, Any] = {}
        self.templates: dict[str, Template] = {}
        self.bound: set[str] = set()
        self.limits: set[str] = set()
        self.raised: set[str] = set()
        self.listed: set[tuple[str, str]] = set()
        self.applied: dict[str, Span] = {}

    def add(self, name: str) -> None:
        self.names.add(name)
        base, mark, script = name.rpartition("^")
        if mark and script.isalpha() and len(script) == 1 and script.islower():
            self.raised.add(base)
        self.see(name)

    def see(self, name: str) -> None:
        """Let the letters of a long name be read as one word from here on."""
        base = base_of(name)
        if len(base) > 1 and not base.startswith("\\"):
            self.words.add(base)

    def knows(self, name: str) -> bool:
        return name in self.names or name in self.functions


class Cursor:
    """Tokens and a position. `tokens` ends with a mark that nothing matches."""

    def __init__(self, tokens: Sequence[Token], vocabulary: Vocabulary) -> None:
        last = tokens[-1].span.end if tokens else 0
        self.tokens = [*tokens, Token("mark", END, Span(max(0, last - 1), last))]
        self.position = 0
        self.vocabulary = vocabulary

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    def ahead(self, distance: int = 1) -> Token:
        return self.tokens[min(self.position + distance, len(self.tokens) - 1)]

    def texts(self, count: int) -> tuple[str, ...]:
        """The spellings of the next tokens."""
        return tuple(t.text for t in self.tokens[self.position : self.position + count])

    def at(self, *marks: str) -> bool:
        token = self.tokens[self.position]
        return token.kind == "mark" and token.text in marks

    @property
    def done(self) -> bool:
        return self.at(END)

    def next(self) -> Token:
        token = self.tokens[self.position]
        if self.position < len(self.tokens) - 1:
            self.position += 1
        return token

    def skip(self, mark: str) -> bool:
        """Go past `mark` if it is here."""
        if self.at(mark):
            self.position += 1
            return True
        return False

    def skip_word(self, word: str) -> bool:
        """Go past `word` if it is here."""
        if self.token.kind == "word" and self.token.text == word:
            self.position += 1
            return True
        return False

    def expect(self, mark: str) -> Token:
        if not self.at(mark):
            self.unexpected(f"expected {mark}")
        return self.next()

    def since(self, start: Span) -> Span:
        """From `start` to the last token that was read."""
        position = self.position
        return start.to(self.tokens[position - 1 if position else 0].span)

    def unexpected(self, wanted: str, hint: str | None = None) -> NoReturn:
        raise ParseError(f"{wanted}, found {self.token.spelling}", span=self.token.span, hint=hint)

    def fail(self, message: str, span: Span, hint: str | None = None) -> NoReturn:
        raise ParseError(message, span=span, hint=hint)

    # --- names -------------------------------------------------------------------------------

    def at_name(self) -> bool:
        return self.tokens[self.position].kind in {"letter", "word", "accent"}

    def name(self, *, introduced: bool = False) -> str:
        """The canonical name that begins here, its decorations included.

        A superscript belongs to the name where it is a bracketed index or a star, where the name
        with it is known, or (when it is being introduced) where it is no transpose or inverse.
        """
        token = self.tokens[self.position]
        start = token.span
        if token.kind == "letter":
            # Most names are a letter, or one with a subscript of one letter or digit.
            after = self.ahead().text
            if after not in {"_", "^"}:
                self.position += 1
                return token.text
            script = self.ahead(2)
            plain = len(script.text) == 1 and script.kind in {"letter", "number"}
            if after == "_" and plain and self.ahead(3).text not in {"_", "^"}:
                self.position += 3
                return f"{token.text}_{script.text}"
        accents, base = self._base(introduced)
        sub = sup = ""
        while True:
            if self.at("_") and not sub:
                self.next()
                sub = self._script()
            elif self.at("^") and not sup:
                sup = self._decoration(accents, base, sub, introduced)
                if not sup:
                    break
            else:
                break
        if self.at("_"):
            self.fail("two subscripts", self.since(start).to(self.token.span))
        return compose(accents, base, sub, sup)

    def _base(self, introduced: bool) -> tuple[list[str], str]:
        accents: list[str] = []
        braces = 0
        while self.token.kind == "accent" or self.at("{"):
            if self.at("{"):
                braces += 1
            else:
                accents.append(self.token.text)
            self.next()
        if self.token.kind not in {"letter", "word"}:
            self.unexpected("expected a name")
        token = self.next()
        base = token.text
        if token.kind == "word" and "\\" + base in LETTERS:
            # `lambda in R`: the word is the Greek letter, here and from here on.
            if introduced:
                self.vocabulary.words.add(base)
            base = "\\" + base
        while braces and self.skip("}"):
            braces -= 1
        if braces:
            self.unexpected("an accent stands over one letter")
        return accents, base

    def _script(self) -> str:
        """A script as text: one token, or the contents of braces."""
        if not self.at("{"):
            token = self.next()
            if token.kind == "mark" and token.text not in {"*", "+", "-"}:
                self.position -= 1
                self.unexpected("expected a subscript")
            if token.kind == "number" and len(token.text) > 1:
                self.fail(
                    f"TeX reads _{token.text} as _{{{token.text[0]}}}{token.text[1:]}",
                    token.span,
                    hint=f"write _{{{token.text}}}",
                )
            return token.text
        opening = self.next()
        pieces: list[str] = []
        while not self.at("}"):
            token = self.next()
            if token.text in {END, "{", "_", "^"}:
                self.fail("a subscript is letters, numbers and commas", opening.span.to(token.span))
            pieces.append(token.text)
        self.next()
        if not pieces:
            self.fail("an empty subscript", opening.span)
        return join(pieces)

    def _decoration(self, accents: list[str], base: str, sub: str, introduced: bool) -> str:
        """The superscript here if it is part of the name, which then is behind; else ''."""
        grouped = self.ahead().text == "{" and self.ahead().kind == "mark"
        first = self.position + (2 if grouped else 1)
        opener = self.tokens[min(first, len(self.tokens) - 1)]
        stop = first
        if opener.kind == "mark" and opener.text in {"[", "("}:
            exponential = base == "e" and not (introduced or accents or sub)
            if opener.text == "(" and (exponential or not grouped):
                return ""
            closer = {"[": "]", "(": ")"}[opener.text]
            stop += 1
            while self.tokens[stop].text not in {closer, END, "/", "{", "^", "(", "["}:
                stop += 1
            if self.tokens[stop].text != closer:
                return ""
            stop += 1
        elif opener.text in {"*", r"\star", r"\cdot"}:
            stop += 1
        else:
            return self._known_superscript(accents, base, sub, introduced, first, grouped)
        pieces = [t.text for t in self.tokens[first:stop]]
        sup = "*" if pieces in ([r"\star"], [r"\cdot"]) else join(pieces)
        if not grouped or self.tokens[stop].text == "}":
            self.position = stop + (1 if grouped else 0)
            return sup
        if self.tokens[stop].text == "^":
            stop += 1
        # `W^{[1]T}`: what is left of the superscript is an exponent of its own.
        self.tokens[stop - 2 : stop] = self.tokens[self.position : self.position + 2]
        self.position = stop - 2
        return sup

    def _known_superscript(
        self, accents: list[str], base: str, sub: str, introduced: bool, first: int, grouped: bool
    ) -> str:
        """`W^1` and the like, which only a declaration makes a name."""
        stop = first
        if grouped:
            while self.tokens[stop].text not in {"}", "{", END}:
                stop += 1
            if self.tokens[stop].text != "}":
                return ""
        else:
            stop += 1
        pieces = [t.text for t in self.tokens[first:stop]]
        if not pieces or pieces[0] in {"T", r"\top", "-", "'", "+", END}:
            return ""
        sup = join(pieces)
        known = self.vocabulary.knows(compose(accents, base, sub, sup))
        family = compose(accents, base, sub) in self.vocabulary.raised
        if not introduced and not known and not family:
            return ""
        self.position = stop + (1 if grouped else 0)
        return sup
