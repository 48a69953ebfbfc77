"""Plain characters to tokens: letters, numbers, marks, brackets, and Unicode mathematics."""

from __future__ import annotations

from string import ascii_letters
from typing import NamedTuple

from derivtex.errors import LimitError, ParseError, Span
from derivtex.language import lexicon
from derivtex.language.tokens import Kind, Token
from derivtex.patterns import pattern

MAX_NESTING = 200
MAX_DIGITS = 64

_RUN = pattern(r"[A-Za-z]+(?![\u0300-\u036f])|[A-Za-z]")
_NUMBER = pattern(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+")
_LETTERS = frozenset(ascii_letters)
#: What a number can begin with.
_NUMERIC = frozenset("0123456789.")
_SCIENTIFIC = pattern(r"[eE][+-]?[0-9]")
_DECIMAL_COMMA = pattern(r",[0-9]+")
_ATTRIBUTE = pattern(r"(?<=[A-Za-z)\]])\.[A-Za-z]")
_LABEL = pattern(r"\s*([_^])\s*(?:\{|(?=[^\s{}]))")
_PIECES = pattern(r"[0-9]+|.")
_PAIRS = {
    ")": "(", "]": "[", "}": "{", r"\}": r"\{", r"\rangle": r"\langle", r"\endmatrix": r"\matrix",
}  # fmt: skip
_OPENERS = frozenset(_PAIRS.values())
_DIGRAPHS = {
    ".*": r"\odot", "./": r"\oslash", "||": r"\|", "->": r"\to", ":=": "=",
    "**": "^", ".'": "'",
}  # fmt: skip
#: Alignment, a tie, and characters that nobody sees: zero-width spaces and joiners, soft hyphens,
#: invisible operators, marks of the direction.
_NOTHING = frozenset("&~\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\ufeff\u00ad\u200e\u200f")
#: Marks that are always marks by themselves.
_ALONE = lexicon.PLAIN - {pair[0] for pair in _DIGRAPHS} - {"."}
_new = tuple.__new__


class Open(NamedTuple):
    """An open bracket: its token, where it stands, whether only a style needed it, whether a
    bar was open before it, on which side a horizontal brace has its label."""

    token: Token
    place: int
    style: bool
    bar: bool = False
    braced: str = ""


class Characters:
    """One pass over the text; `out` is what has been read."""

    def __init__(self, text: str, offset: int) -> None:
        self.text = text
        self.offset = offset
        self.position = 0
        self.out: list[Token] = []
        self.open: list[Open] = []
        self.side = ""
        #: Whether a bar is open in the innermost bracket.
        self.bar = False
        #: Whether a style waits for what comes next, and where it stands.
        self.styled = False
        self.style_start = 0
        #: Where the label of a horizontal brace stands at the group that comes next: `_` or `^`.
        self.braced = ""

    # --- what is put out ---------------------------------------------------------------------

    def span(self, start: int) -> Span:
        """From `start` to where the reader is, as a place in the whole text."""
        return Span(self.offset + start, self.offset + max(self.position, start + 1))

    def put(self, kind: Kind, text: str, start: int) -> None:
        begin, end = self.offset + start, self.offset + self.position
        # As the calls `Span(…)` and `Token(…)`, but this is done for every mark of a text.
        span = _new(Span, (begin, end if end > begin else begin + 1))
        self.out.append(_new(Token, (kind, text, span, self.side)))
        self.side, self.styled = "", False

    @property
    def in_matrix(self) -> bool:
        """Whether `&` and `\\\\` stand between the blocks of a matrix here."""
        return bool(self.open) and self.open[-1].token.text == r"\matrix"

    def new_line(self, start: int) -> None:
        if not self.open:
            self.bar = False
            self.out.append(Token("mark", "\n", self.span(start)))

    def mark(self, text: str, start: int) -> None:
        """A mark; brackets are matched here, with a stack."""
        if text in _OPENERS:
            if len(self.open) >= MAX_NESTING:
                raise LimitError(
                    f"the brackets are nested deeper than {MAX_NESTING}", span=self.span(start)
                )
            style, self.styled = self.styled, False
            self.put("mark", text, start)
            self.open.append(Open(self.out[-1], len(self.out) - 1, style, self.bar, self.braced))
            self.styled, self.bar, self.braced = style, False, ""
        elif text in _PAIRS:
            self.close(text, start)
        else:
            if text == "|":
                self.bar = self.side == "open" or (self.side == "" and not self.bar)
            self.put("mark", text, start)

    def close(self, text: str, start: int) -> None:
        span = self.span(start)
        if not self.open:
            raise ParseError(f"{text} closes nothing", span=span)
        token, place, style, self.bar, braced = self.open.pop()
        if token.text != _PAIRS[text]:
            raise ParseError(f"{text} does not close {token.text}", span=token.span.to(span))
        if style and len(self.out) == place + 2:
            del self.out[place]
            self.styled = False
        else:
            self.put("mark", text, start)
        if braced:
            self.label(braced)

    def label(self, script: str) -> None:
        """Go past the label of `\\underbrace{…}_{…}`, which says nothing."""
        match = _LABEL.match(self.text, self.position)
        if match is None or match.group(1) != script:
            return
        stop, depth = match.end(), 1 if match.group().endswith("{") else 0
        while depth and stop < len(self.text):
            depth += (self.text[stop] == "{") - (self.text[stop] == "}")
            stop += 1
        self.position = stop if match.group().endswith("{") else stop + 1

    # --- characters --------------------------------------------------------------------------

    def character(self, c: str, start: int) -> None:
        text = self.text
        following = text[start + 1 : start + 2]
        if c in _LETTERS and following not in _LETTERS and following < "\x80":
            self.put("letter", c, start)  # most letters stand alone
        elif c in _ALONE:
            self.mark(c, start)
            self.side = ""
        elif c == "#":
            stop = text.find("\n", start)
            self.position = len(text) if stop < 0 else stop
        elif c in _LETTERS:
            match = _RUN.match(text, start)
            assert match is not None
            self.position = match.end()
            run = match.group()
            if len(run) == 1 and text[self.position : self.position + 1] in lexicon.COMBINING:
                self.accented(run, start)
            else:
                self.put("letter" if len(run) == 1 else "run", run, start)
        elif c in _NUMERIC and (number := _NUMBER.match(text, start)) is not None:
            self.position = number.end()
            self.number(number.group(), start)
        elif (pair := c + following) == ".^":
            self.position = start + 2
            self.mark("^", start)
            self.mark(r"\odot", start)
        elif pair in _DIGRAPHS and not (pair == "||" and self.bar):
            self.position = start + 2
            self.mark(_DIGRAPHS[pair], start)
        elif c in lexicon.PLAIN:
            if c == "." and not self.side and _ATTRIBUTE.match(text, start):
                raise ParseError(
                    "a dot between names",
                    span=self.span(start),
                    hint="write A^T for A.T, and a function by its own name: tr(A), inv(A), sum(x)",
                )
            if not (c == "." and self.side):
                self.mark(c, start)
            self.side = ""
        elif c == "&" and self.in_matrix:
            self.mark(c, start)
        elif c in _NOTHING:
            pass
        else:
            self.unicode(c, start)

    def number(self, digits: str, start: int) -> None:
        if len(digits) > MAX_DIGITS:
            raise LimitError(
                f"the number has {len(digits)} digits; the limit is {MAX_DIGITS}",
                span=self.span(start),
            )
        following = self.text[self.position : self.position + 1]
        if following in "eE" and _SCIENTIFIC.match(self.text, self.position):
            raise ParseError(
                f"{self.text[start : self.position + 2]}… could be a number or a product with e",
                span=self.span(start),
                hint=rf"write {digits} \cdot 10^{{…}}, or put a space before e",
            )
        comma = following == "," and not self.open
        if comma and (group := _DECIMAL_COMMA.match(self.text, self.position)):
            raise ParseError(
                f"{digits}{group.group()} could be one number or two",
                span=self.span(start),
                hint="a decimal point is a point; no comma stands in a number",
            )
        if self.styled and digits in {"0", "1"}:
            self.put("mark", r"\ones" if digits == "1" else r"\zeros", self.style_start)
        else:
            self.put("number", digits, start)

    def unicode(self, c: str, start: int) -> None:
        """A character outside ASCII: what it stands for in TeX."""
        if c in lexicon.ALL_RAISED or c == "ᵀ":
            self.script("^", lexicon.ALL_RAISED | {"ᵀ": "⊤"}, start)
        elif c in lexicon.ALL_LOWERED:
            self.script("_", lexicon.ALL_LOWERED, start)
        elif c in lexicon.UNICODE:
            spelling = lexicon.UNICODE[c]
            if spelling.startswith("^"):
                self.put("mark", "^", start)
                spelling = spelling[1:]
            if spelling in lexicon.LETTERS:
                if self.text[self.position : self.position + 1] in lexicon.COMBINING:
                    self.accented(spelling, start)
                else:
                    self.put("letter", spelling, start)
            else:
                self.mark(spelling, start)
        else:
            # Few texts have a character of which nothing else is known.
            import unicodedata

            plain = unicodedata.normalize("NFKD", c)
            kind = unicodedata.decomposition(c).partition(" ")[0]
            if kind == "<fraction>" and plain[0].isdigit() and plain[-1].isdigit():
                self.fraction(plain, start)
                return
            accented = plain[0].isalnum() and set(plain[1:]) <= lexicon.COMBINING.keys()
            if plain == c or kind in {"<super>", "<sub>"} or not accented:
                hint = "the matrix product is A B or A * B" if c == "@" else None
                raise ParseError(f"unexpected character {c!r}", span=self.span(start), hint=hint)
            self.accented(lexicon.UNICODE.get(plain[0], plain[0]), start, plain[1:])

    def fraction(self, text: str, start: int) -> None:
        """`½`, in braces; behind a number it would be added to it."""
        if self.out and self.out[-1].kind == "number":
            raise ParseError("a number and a fraction side by side", span=self.span(start))
        above, _, below = text.partition("\u2044")
        self.put("mark", "{", start)
        self.number(above, start)
        self.put("mark", "/", start)
        self.number(below, start)
        self.put("mark", "}", start)

    def accented(self, letter: str, start: int, marks: str = "") -> None:
        """A letter with the combining accents after it, which TeX writes before it."""
        while (following := self.text[self.position : self.position + 1]) in lexicon.COMBINING:
            marks += following
            self.position += 1
        for combining in reversed(marks):
            self.put("accent", lexicon.COMBINING.get(combining, r"\hat"), start)
        if letter.isdigit():
            self.number(letter, start)
        else:
            self.put("letter", letter, start)

    def script(self, script: str, table: dict[str, str], start: int) -> None:
        """A run of raised or lowered characters, as `^{…}` or `_{…}`."""
        stop = start
        while stop < len(self.text) and self.text[stop] in table:
            stop += 1
        self.position = stop
        self.put("mark", script, start)
        self.put("mark", "{", start)
        for piece in _PIECES.findall("".join(table[c] for c in self.text[start:stop])):
            if piece.isdigit():
                self.number(piece, start)
            elif piece.isalpha():
                self.put("letter", piece, start)
            else:
                self.put("mark", r"\top" if piece == "⊤" else piece, start)
        self.put("mark", "}", start)
