"""TeX markup to tokens, their places kept.

What only styles, sizes or spaces an equation is dropped here, and every spelling of a mark becomes
one (`.*`, `⊙` and `\\odot` are the mark `\\odot`), so that the parser sees mathematics alone. The
macros are found by pylatexenc's `get_token`; its node parser recurses and is not used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any

from derivtex.errors import LimitError, ParseError, Span, UnsupportedError
from derivtex.language import lexicon
from derivtex.language.characters import MAX_NESTING, Characters
from derivtex.language.spelling import nearest
from derivtex.language.tokens import Statement, Token, statements
from derivtex.patterns import pattern

MAX_LENGTH = 200_000


_BLACKBOARD = pattern(r"\s*(?:\{\s*([A-Za-z01])\s*\}|([A-Za-z01]))")
_UPRIGHT = pattern(r"\*?\s*(?:\{([A-Za-z0-9\s-]*)\}|([A-Za-z]))")
#: Where TeX begins. All other characters mean themselves, and pylatexenc need not be asked.
_MARKUP = frozenset("\\$%")
_SWITCHED = pattern(r"\s*([A-Za-z][A-Za-z0-9]*)\s*\}")
_ENVIRONMENT = pattern(r"\s*\{([A-Za-z]*)\*?\}(?:\{[0-9]*\}|\[[a-z]\])?")
_ARGUMENT = pattern(r"\s*\*?\s*\{[^{}\n]*\}")
_ROW_SPACE = pattern(r"\*?(?:\[[^\]\n]*\])?")
#: `\overset{def}{=}`, what is set above being of no matter.
_OVER_EQUALS = pattern(r"\s*\{((?:[^{}]|\{[^{}]*\})*)\}\s*(?:\{\s*:?=\s*\}|=)")
_FACTOR = pattern(r"\s*[A-Za-z(]")
_CONTINUED = pattern(r"[ \t]*\r?\n?")
_BLACKBOARD_MARKS = {"R": r"\R", "N": r"\N", "Z": r"\Z", "S": r"\S", "1": r"\ones", "0": r"\zeros"}
_BLACKBOARD_MISSING: dict[str | None, tuple[str, str]] = {
    "E": (
        "an expectation is not derived",
        r"write the mean over data, \frac{1}{N}\sum_{i=1}^{N}, or declare a function",
    ),
    "P": ("a probability is not derived", r"declare a function, p : \R^n \to \R"),
    "C": ("there are no complex numbers here: everything is real", r"write \R"),
}


def _known_macros() -> list[str]:
    words = (
        lexicon.LETTERS, lexicon.ACCENTS, lexicon.STYLES, lexicon.UPRIGHT, lexicon.MARKS,
        lexicon.IGNORED, (r"\mathbb", r"\begin", r"\end"),
    )  # fmt: skip
    return sorted(set().union(*words))


def _ends_in_subscript(text: str) -> bool:
    """Whether what follows `text` is the first thing of a subscript."""
    return text.rstrip("{ ").endswith("_")


def read(
    text: str, words: Collection[str], start: int = 0, end: int | None = None
) -> list[Statement]:
    """The statements of `text[start:end]`, as tokens whose spans are places in `text`.

    `words` are the functions that may also be written as a macro (`\\tr`). Raises `ParseError` for
    what is not TeX mathematics and `LimitError` for what is too large.
    """
    end = len(text) if end is None else end
    if end - start > MAX_LENGTH:
        raise LimitError(
            f"the problem has {end - start} characters; the limit is {MAX_LENGTH}",
            span=Span(start, start + 1),
        )
    return statements(_Reader(text[start:end], start, words).tokens())


def _markup(text: str) -> Callable[[int], Any]:
    """What gives the TeX markup that begins at a place; None where that is a last backslash.

    pylatexenc is loaded for the first text that has any, not on `import derivtex`.
    """
    from pylatexenc.latexwalker import LatexWalker, LatexWalkerEndOfStream
    from pylatexenc.macrospec import LatexContextDb

    walker = LatexWalker(text, latex_context=LatexContextDb())
    state = walker.make_parsing_state()

    def token(start: int) -> Any:
        try:
            return walker.get_token(start, environments=False, parsing_state=state)
        except LatexWalkerEndOfStream:
            return None

    return token


class _Reader(Characters):
    """Macros on top of plain characters."""

    def __init__(self, text: str, offset: int, words: Collection[str]) -> None:
        super().__init__(text, offset)
        self.words = words
        self.displays: list[int] = []

    def tokens(self) -> list[Token]:
        text = self.text
        markup: Callable[[int], Any] | None = None
        while self.position < len(text):
            start = self.position
            c = text[start]
            if c not in _MARKUP:
                self.position = start + 1
                if c == "\n":
                    self.new_line(start)
                elif not c.isspace():
                    self.character(c, start)
                continue
            markup = markup or _markup(text)
            raw = markup(start)
            if raw is None:
                break
            # The space after a macro may be a new line, which ends a statement.
            self.position = start + raw.len - len(getattr(raw, "post_space", ""))
            if raw.tok == "macro":
                self.macro("\\" + raw.arg, start)
            elif raw.tok == "mathmode_display":
                self.display(start, opens=raw.arg == r"\[" or not self.displays)
        if self.open:
            token = self.open[-1].token
            raise ParseError(f"{token.text} is never closed", span=token.span)
        return self.out

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
            if name == "\\ ":
                self.left_division(start)
        elif name in {r"\underbrace", r"\overbrace"}:
            self.braced = "_" if name == r"\underbrace" else "^"
        elif name in {r"\overset", r"\underset", r"\stackrel"} and self.skip(_OVER_EQUALS):
            self.mark("=", start)
        elif name in {r"\\", r"\cr", r"\newline"}:
            self.skip(_ROW_SPACE if name == r"\\" else _CONTINUED)
            if not self.open:
                self.put("mark", r"\\", start)
            elif self.in_matrix:
                self.put("mark", r"\row", start)
        elif name[1].isspace():
            self.skip(_CONTINUED)
        elif name in lexicon.STYLES:
            self.styled, self.style_start = True, start
        elif name in {r"\color", r"\textcolor"}:
            self.skip(_ARGUMENT)
            self.styled, self.style_start = True, start
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
        elif name in {r"\max", r"\min"} and _ends_in_subscript(self.text[:start]):
            self.put("letter", name, start)
        elif name in {r"\max", r"\min"} and self.text[self.position :][:2].lstrip()[:1] == "_":
            raise UnsupportedError(
                f"{name}: a {name[1:]}imum over what stands below it cannot be derived",
                span=self.span(start),
                hint=rf"of all the entries of a vector x it is {name}(x); "
                r"a stationary point is asked for by \frac{\partial L}{\partial w} = 0",
            )
        elif name in lexicon.UNSUPPORTED:
            raise UnsupportedError(
                f"{name}: {lexicon.UNSUPPORTED[name]} cannot be derived",
                span=self.span(start),
                hint=lexicon.HINTS.get(name),
            )
        elif name[1:] in self.words:
            self.put("word", name[1:], start)
        else:
            self.unknown(name, start)

    def left_division(self, start: int) -> None:
        """`A \\ b` with spaces on both sides is a space in TeX, and a division in MATLAB."""
        before = self.out[-1] if self.out else None
        factor = before is not None and (before.kind != "mark" or before.text in {")", "]", "'"})
        if factor and self.text[start - 1].isspace() and _FACTOR.match(self.text, self.position):
            raise ParseError(
                "a space of TeX here, and a division from the left in MATLAB",
                span=self.span(start),
                hint=r"write A^{-1} b for the division, or \, for the space",
            )

    def skip(self, pattern: re.Pattern[str]) -> str | None:
        """Go past what `pattern` matches here; its first group."""
        match = pattern.match(self.text, self.position)
        if match is None:
            return None
        self.position = match.end()
        return next((group for group in match.groups() if group is not None), None)

    def upright(self, start: int) -> None:
        """`\\mathrm{Loss}` is a word, `\\mathrm d` a letter, `\\text{ at most}` two words."""
        before = self.position
        content = self.skip(_UPRIGHT)
        words = [] if content is None else content.replace("-", " ").split()
        if content is None or not all(word[0].isalpha() for word in words):
            self.position = before
            self.styled, self.style_start = True, start
            return
        for word in words:
            self.put("letter" if len(word) == 1 else "word", word, start)

    def switch(self, name: str, start: int) -> None:
        """`{\\rm Loss}` and `{\\bf x}`."""
        if not self.open or self.open[-1].place != len(self.out) - 1:
            return
        self.open[-1] = self.open[-1]._replace(style=True)
        self.styled, self.style_start = True, start
        if not lexicon.SWITCHES[name]:
            return
        match = _SWITCHED.match(self.text, self.position)
        if match is not None:
            word = match.group(1)
            self.position = match.end() - 1
            self.put("letter" if len(word) == 1 else "word", word, start)

    def blackboard(self, start: int) -> None:
        letter = self.skip(_BLACKBOARD)
        if letter in _BLACKBOARD_MISSING:
            what, hint = _BLACKBOARD_MISSING[letter]
            raise UnsupportedError(what, span=self.span(start), hint=hint)
        if letter is None or letter not in _BLACKBOARD_MARKS:
            raise ParseError(
                "unknown set",
                span=self.span(start),
                hint=r"known are \R, \N, \mathbb{Z}, \mathbb{S}",
            )
        self.put("mark", _BLACKBOARD_MARKS[letter], start)

    def environment(self, name: str, start: int) -> None:
        environment = self.skip(_ENVIRONMENT)
        if environment in lexicon.MATRICES:
            self.mark(r"\matrix" if name == r"\begin" else r"\endmatrix", start)
            return
        if environment not in lexicon.ENVIRONMENTS:
            raise UnsupportedError(
                f"the environment {environment!r} is not read"
                if environment
                else f"{name} has no name after it",
                span=self.span(start),
                hint="statements may stand in align, equation, gather, split and the like",
            )
        inside = self.out and self.out[-1].text not in {"\n", r"\\", "{"}
        if environment == "cases" and name == r"\begin" and inside:
            raise UnsupportedError(
                "a function by cases is not derived",
                span=self.span(start),
                hint="what there is by cases: relu, max(0, x), abs, sign, step",
            )
        self.display(start, opens=name == r"\begin")

    def display(self, start: int, *, opens: bool) -> None:
        r"""The border of a displayed equation. Where rows end with `\\`, a new line is a space."""
        if self.open:
            return
        if opens:
            self.displays.append(len(self.out))
            if len(self.displays) > MAX_NESTING:
                raise LimitError("the environments are nested too deep", span=self.span(start))
        elif self.displays:
            begin = self.displays.pop()
            rows = self.out[begin:]
            if any(token.text == r"\\" for token in rows):
                self.out[begin:] = [token for token in rows if token.text != "\n"]
        self.new_line(start)

    def unknown(self, name: str, start: int) -> None:
        spellings = [*_known_macros(), *("\\" + word for word in self.words)]
        primitive = name in lexicon.PRIMITIVES
        close = [] if primitive else nearest(name, spellings, cutoff=0.75)
        hint = f"did you mean {close[0]}?" if close else "derivtex reads mathematics, not macros"
        self.position = min(self.position, start + len(name))
        raise ParseError(f"unknown macro {name[:40]}", span=self.span(start), hint=hint)
