"""What can go wrong, said once: a message, the place in the text, and a hint.

An error is raised with a `Span` of offsets by whoever finds it; `located` turns the span into
line, column and caret once the whole text is known.
"""

from __future__ import annotations

from typing import NamedTuple, Self

from derivtex.patterns import pattern


class Span(NamedTuple):
    """A half-open range of offsets into the text of a run."""

    start: int
    end: int

    def to(self, other: Span) -> Span:
        """The range from the beginning of this span to the end of `other`."""
        start, end = other
        return Span(
            self.start if self.start < start else start, self.end if self.end > end else end
        )


#: The place of what was not read from a text.
NOWHERE = Span(0, 0)


#: What ends a line besides a line feed, with or without a carriage return before it.
_LINE_ENDS = "\r\u2028\u2029\x85"
_LINE_END = pattern("\r(?!\n)|[\u2028\u2029\x85]")


def with_line_feeds(text: str) -> str:
    """The same text, place by place, with a line feed at the end of each line."""
    # Most texts have nothing else, and to look for a character takes next to no time.
    return _LINE_END.sub("\n", text) if any(end in text for end in _LINE_ENDS) else text


class DerivtexError(ValueError):
    """Base of all errors: `message`, `hint`, and `line`/`column` (1-based) once located."""

    def __init__(self, message: str, *, span: Span | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.span = span
        self.hint = hint
        self.filename: str | None = None
        self.line: int | None = None
        self.column: int | None = None
        self.excerpt: str | None = None

    def located(self, text: str, filename: str | None = None) -> Self:
        """Find the span in `text`; the first call wins, so an inner place is never lost."""
        if filename is not None and self.filename is None:
            self.filename = filename
        if self.line is None and self.span is not None:
            text = with_line_feeds(text)
            start = min(self.span.start, len(text))
            begin = text.rfind("\n", 0, start) + 1
            stop = text.find("\n", start)
            stop = len(text) if stop < 0 else stop
            self.line = text.count("\n", 0, start) + 1
            self.column = start - begin + 1
            self.excerpt = _excerpt(
                text[begin:stop], start - begin, self.span.end - self.span.start
            )
        return self

    def __str__(self) -> str:
        place = "".join(
            f"{part}:" for part in (self.filename, self.line, self.column) if part is not None
        )
        lines = [f"{place} {self.message}" if place else self.message]
        if self.excerpt is not None:
            lines.append(self.excerpt)
        if self.hint is not None:
            lines.append(f"  hint: {self.hint}")
        return "\n".join(lines)


class ParseError(DerivtexError):
    """The text is not in the language, or could mean two things."""


class ShapeError(DerivtexError):
    """Dimensions that do not fit; the message names both places."""


class UnsupportedError(DerivtexError):
    """Understood, but there is no rule for it; the message names what is missing."""


class LimitError(DerivtexError):
    """A bound that protects against hostile or runaway input was reached."""


_WIDTH = 76


def _excerpt(line: str, column: int, length: int) -> str:
    """The source line with a caret under the place, cut to a readable window."""
    line = "".join(
        c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line.expandtabs(1)
    )
    begin = max(0, min(column - _WIDTH // 2, len(line) - _WIDTH))
    window = line[begin : begin + _WIDTH]
    marks = "^" * max(1, min(length, len(window) - (column - begin)))
    return f"  {window}\n  {' ' * (column - begin)}{marks}"
