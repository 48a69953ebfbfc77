"""TeX markup to tokens, their places kept.

What only styles, sizes or spaces an equation is dropped here, and every spelling of a mark becomes
one (`.*`, `⊙` and `\\odot` are the mark `\\odot`), so that the parser sees mathematics alone. The
macros are found by pylatexenc's `get_token`; its node parser recurses and is not used.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from difflib import get_close_matches
from typing import Literal, NamedTuple

from derivtex import lexicon
from derivtex.errors import LimitError, ParseError, Span, UnsupportedError

Kind = Literal["letter", "run", "word", "number", "accent", "mark"]

MAX_LENGTH = 400_000
MAX_NESTING = 200
MAX_DIGITS = 64


class Token(NamedTuple):
    """One mark of mathematics.

    A `letter` is a Latin letter or a Greek macro, a `run` several letters written together
    (whether they are a word depends on what is declared), a `word` letters set as one. `side` says
    of a bar whether it opens or closes, where the text does (`\\left|`).
    """

    kind: Kind
    text: str
    span: Span
    side: str = ""


Statement = tuple[Token, ...]

_RUN = re.compile(r"[A-Za-z]+(?![\u0300-\u036f])|[A-Za-z]")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+")
_SCIENTIFIC = re.compile(r"[eE][+-]?[0-9]")
_BLACKBOARD = re.compile(r"\s*(?:\{\s*([A-Za-z01])\s*\}|([A-Za-z01]))")
_UPRIGHT = re.compile(r"\*?\s*(?:\{([A-Za-z][A-Za-z0-9 -]*|[\s-]*)\}|([A-Za-z]))")
_SWITCHED = re.compile(r"\s*([A-Za-z][A-Za-z0-9]*)\s*\}")
_ENVIRONMENT = re.compile(r"\s*\{([A-Za-z]*)\*?\}(?:\{[0-9]*\}|\[[a-z]\])?")
_ARGUMENT = re.compile(r"\s*\*?\s*\{[^{}\n]*\}")
_ROW_SPACE = re.compile(r"\*?(?:\[[^\]\n]*\])?")
_CONTINUED = re.compile(r"[ \t]*\r?\n?")
_PAIRS = {")": "(", "]": "[", "}": "{", r"\}": r"\{", r"\rangle": r"\langle"}
_OPENERS = frozenset(_PAIRS.values())
_DIGRAPHS = {".*": r"\odot", "./": r"\oslash", "||": r"\|", "->": r"\to", ":=": "="}
_BLACKBOARD_MARKS = {"R": r"\R", "N": r"\N", "Z": r"\Z", "S": r"\S", "1": r"\ones", "0": r"\zeros"}
_KNOWN_MACROS = sorted(
    {
        *lexicon.LETTERS, *lexicon.ACCENTS, *lexicon.STYLES, *lexicon.UPRIGHT, *lexicon.MARKS,
        *lexicon.IGNORED, r"\mathbb", r"\begin", r"\end",
    }
)  # fmt: skip


def read(text: str, words: Collection[str], start: int = 0, end: int | None = None) -> list[Statement]:
    """The statements of `text[start:end]`, as tokens whose spans are places in `text`.

    `words` are the functions that may also be written as a macro (`\\tr`). Raises `ParseError` for
    what is not TeX mathematics and `LimitError` for what is too large.
    """
    end = len(text) if end is None else end
    if end - start > MAX_LENGTH:
        raise LimitError(
            f"a problem of {end - start} characters; the limit is {MAX_LENGTH}",
            span=Span(start, start + 1),
        )
    return _split(_Reader(text[start:end], start, words).tokens())


def _split(tokens: list[Token]) -> list[Statement]:
    """Tokens into statements, without what ends a sentence."""
    statements: list[Statement] = []
    current: list[Token] = []
    for token in [*tokens, Token("mark", "\n", Span(0, 0))]:
        if token.kind != "mark" or token.text not in {"\n", r"\\"}:
            current.append(token)
            continue
        while current and current[-1].kind == "mark" and current[-1].text in {",", ".", ";"}:
            current.pop()
        if current:
            statements.append(tuple(current))
        current = []
    return statements


class _Open(NamedTuple):
    """An open bracket: its token, where it stands, and whether only a style needed it."""

    token: Token
    index: int
    style: bool


class _Reader:
    """One pass over the text; `out` is what has been read."""

    def __init__(self, text: str, offset: int, words: Collection[str]) -> None:
        self.text = text
        self.offset = offset
        self.words = words
        self.position = 0
        self.out: list[Token] = []
        self.open: list[_Open] = []
        self.displays: list[int] = []
        self.side = ""
        self.styled = False

    def tokens(self) -> list[Token]:
        # Loaded on the first use, not on `import derivtex`.
        from pylatexenc.latexwalker import LatexWalker, LatexWalkerEndOfStream
        from pylatexenc.macrospec import LatexContextDb

        walker = LatexWalker(self.text, latex_context=LatexContextDb())
        state = walker.make_parsing_state()
        while True:
            try:
                raw = walker.get_token(self.position, environments=False, parsing_state=state)
            except LatexWalkerEndOfStream:
                break
            start, self.position = raw.pos, raw.pos + raw.len
            if "\n" in raw.pre_space:
                self.new_line(start)
            if raw.tok == "char":
                self.character(raw.arg, start)
            elif raw.tok == "macro":
                after = len(raw.post_space)
                self.position -= after
                self.macro("\\" + raw.arg, start)
            elif raw.tok == "comment":
                self.position -= len(raw.post_space)
            elif raw.tok == "mathmode_display":
                self.display(start, opens=raw.arg == r"\[" or not self.displays)
            elif raw.tok in {"brace_open", "brace_close"}:
                self.mark(raw.arg, start)
        if self.open:
            token = self.open[-1].token
            raise ParseError(f"{token.text!r} is never closed".replace("\\\\", "\\"), span=token.span)
        return self.out

    # --- what is put out ---------------------------------------------------------------------

    def span(self, start: int) -> Span:
        """From `start` to where the reader is, as a place in the whole text."""
        return Span(self.offset + start, self.offset + max(self.position, start + 1))

    def put(self, kind: Kind, text: str, start: int) -> None:
        self.out.append(Token(kind, text, self.span(start), self.side))
        self.side, self.styled = "", False

    def new_line(self, start: int) -> None:
        if not self.open:
            self.out.append(Token("mark", "\n", self.span(start)))

    def mark(self, text: str, start: int) -> None:
        """A mark; brackets are matched here, with a stack."""
        if text in _OPENERS:
            if len(self.open) >= MAX_NESTING:
                raise LimitError(f"brackets nested deeper than {MAX_NESTING}", span=self.span(start))
            style, self.styled = self.styled, False
            self.put("mark", text, start)
            self.open.append(_Open(self.out[-1], len(self.out) - 1, style))
            self.styled = style
        elif text in _PAIRS:
            self.close(text, start)
        else:
            self.put("mark", text, start)

    def close(self, text: str, start: int) -> None:
        span = self.span(start)
        if not self.open:
            raise ParseError(f"{text} closes nothing", span=span)
        token, index, style = self.open.pop()
        if token.text != _PAIRS[text]:
            raise ParseError(f"{text} does not close {token.text}", span=token.span.to(span))
        if style and len(self.out) == index + 2:
            del self.out[index]
            self.styled = False
        else:
            self.put("mark", text, start)

    # --- characters --------------------------------------------------------------------------

    def character(self, c: str, start: int) -> None:
        text = self.text
        pair = text[start : start + 2]
        if c == "#":
            stop = text.find("\n", start)
            self.position = len(text) if stop < 0 else stop
        elif c.isascii() and c.isalpha():
            match = _RUN.match(text, start)
            assert match is not None
            self.position = match.end()
            run = match.group()
            if len(run) == 1 and text[self.position : self.position + 1] in lexicon.COMBINING:
                self.accented(run, start)
            else:
                self.put("letter" if len(run) == 1 else "run", run, start)
        elif (number := _NUMBER.match(text, start)) is not None:
            self.position = number.end()
            self.number(number.group(), start)
        elif pair in _DIGRAPHS:
            self.position = start + 2
            self.mark(_DIGRAPHS[pair], start)
        elif c in lexicon.PLAIN:
            if not (c == "." and self.side):
                self.mark(c, start)
            self.side = ""
        elif c in "&~" or c.isspace():
            if c == "\n\n":
                self.new_line(start)
        else:
            self.unicode(c, start)

    def number(self, digits: str, start: int) -> None:
        if len(digits) > MAX_DIGITS:
            raise LimitError(f"a number of {len(digits)} digits", span=self.span(start))
        if _SCIENTIFIC.match(self.text, self.position):
            raise ParseError(
                f"{self.text[start : self.position + 2]}… could be a number or a product with e",
                span=self.span(start),
                hint=rf"write {digits} \cdot 10^{{…}}, or put a space before e",
            )
        if self.styled and digits in {"0", "1"}:
            self.put("mark", r"\ones" if digits == "1" else r"\zeros", start)
        else:
            self.put("number", digits, start)

    def unicode(self, c: str, start: int) -> None:
        """A character outside ASCII: what it stands for in TeX."""
        if c in lexicon.RAISED or c == "ᵀ":
            self.script("^", lexicon.RAISED | {"ᵀ": "⊤"}, start)
        elif c in lexicon.LOWERED:
            self.script("_", lexicon.LOWERED, start)
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
            plain = unicodedata.normalize("NFKD", c)
            if plain == c or not all(p.isalnum() or p in lexicon.COMBINING for p in plain):
                raise ParseError(f"unexpected character {c!r}", span=self.span(start))
            self.accented(lexicon.UNICODE.get(plain[0], plain[0]), start, plain[1:])

    def accented(self, letter: str, start: int, marks: str = "") -> None:
        """A letter with the combining accents after it, which TeX writes before it."""
        while (following := self.text[self.position : self.position + 1]) in lexicon.COMBINING:
            if not following:
                break
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
        for piece in re.findall(r"[0-9]+|.", "".join(table[c] for c in self.text[start:stop])):
            if piece.isdigit():
                self.number(piece, start)
            elif piece.isalpha():
                self.put("letter", piece, start)
            else:
                self.put("mark", r"\top" if piece == "⊤" else piece, start)
        self.put("mark", "}", start)

    # --- macros ------------------------------------------------------------------------------

    def macro(self, name: str, start: int) -> None:
        if name in lexicon.OPENING or name in lexicon.CLOSING:
            self.side = "open" if name in lexicon.OPENING else "close"
        if name in lexicon.MARKS:
            self.mark(lexicon.MARKS[name], start)
        elif name in lexicon.LETTERS:
            self.put("letter", name, start)
        elif name in lexicon.ACCENTS:
            self.put("accent", lexicon.ACCENTS[name], start)
        elif name in lexicon.IGNORED:
            pass
        elif name in {r"\\", r"\cr", r"\newline"}:
            self.skip(_ROW_SPACE if name == r"\\" else _CONTINUED)
            if not self.open:
                self.put("mark", r"\\", start)
        elif name[1].isspace():
            self.skip(_CONTINUED)
        elif name in lexicon.STYLES:
            self.styled = True
        elif name in lexicon.UPRIGHT:
            self.upright(start)
        elif name in {r"\mathbb", r"\mathbbm", r"\mathds", r"\Bbb"}:
            self.blackboard(start)
        elif name in lexicon.SWITCHES:
            self.switch(name, start)
        elif name in {r"\begin", r"\end"}:
            self.environment(name, start)
        elif name in lexicon.WITH_ARGUMENT:
            self.skip(_ARGUMENT)
        elif name in lexicon.UNSUPPORTED:
            raise UnsupportedError(
                f"{name}: {lexicon.UNSUPPORTED[name]} cannot be derived", span=self.span(start)
            )
        elif name[1:] in self.words:
            self.put("word", name[1:], start)
        else:
            self.unknown(name, start)

    def skip(self, pattern: re.Pattern[str]) -> str | None:
        """Go past what `pattern` matches here; its first group."""
        match = pattern.match(self.text, self.position)
        if match is None:
            return None
        self.position = match.end()
        return next((group for group in match.groups() if group is not None), None)

    def upright(self, start: int) -> None:
        """`\\mathrm{Loss}` is a word, `\\mathrm d` a letter, `\\text{ positive definite}` two words."""
        content = self.skip(_UPRIGHT)
        if content is None:
            self.styled = True
            return
        for word in content.replace("-", " ").split():
            self.put("letter" if len(word) == 1 else "word", word, start)

    def switch(self, name: str, start: int) -> None:
        """`{\\rm Loss}` and `{\\bf x}`."""
        if not self.open or self.open[-1].index != len(self.out) - 1:
            return
        token, index, _ = self.open[-1]
        self.open[-1] = _Open(token, index, True)
        self.styled = True
        if not lexicon.SWITCHES[name]:
            return
        match = _SWITCHED.match(self.text, self.position)
        if match is not None:
            word = match.group(1)
            self.position = match.end() - 1
            self.put("letter" if len(word) == 1 else "word", word, start)

    def blackboard(self, start: int) -> None:
        letter = self.skip(_BLACKBOARD)
        if letter is None or letter not in _BLACKBOARD_MARKS:
            raise ParseError(
                "unknown set", span=self.span(start), hint=r"known are \R, \N, \mathbb{Z}, \mathbb{S}"
            )
        self.put("mark", _BLACKBOARD_MARKS[letter], start)

    def environment(self, name: str, start: int) -> None:
        environment = self.skip(_ENVIRONMENT)
        if environment not in lexicon.ENVIRONMENTS:
            raise UnsupportedError(
                f"the environment {environment!r}" if environment else f"{name} without a name",
                span=self.span(start),
                hint="statements may stand in align, equation, gather, split and the like",
            )
        self.display(start, opens=name == r"\begin")

    def display(self, start: int, *, opens: bool) -> None:
        r"""The border of a displayed equation. Where rows end with `\\`, a new line is a space."""
        if self.open:
            return
        if opens:
            self.displays.append(len(self.out))
            if len(self.displays) > MAX_NESTING:
                raise LimitError("environments nested too deep", span=self.span(start))
        elif self.displays:
            begin = self.displays.pop()
            rows = self.out[begin:]
            if any(token.text == r"\\" for token in rows):
                self.out[begin:] = [token for token in rows if token.text != "\n"]
        self.new_line(start)

    def unknown(self, name: str, start: int) -> None:
        spellings = [*_KNOWN_MACROS, *("\\" + word for word in self.words)]
        close = get_close_matches(name[:24], spellings, n=1, cutoff=0.6)
        hint = f"did you mean {close[0]}?" if close else "derivtex reads mathematics, not macros"
        self.position = min(self.position, start + len(name))
        raise ParseError(f"unknown macro {name[:40]}", span=self.span(start), hint=hint)
