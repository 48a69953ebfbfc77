"""Where the fenced code blocks of a Markdown document are.

CommonMark is followed as far as a fence can be hidden by it: block quotes, lists, indented code,
other fences, raw HTML and comments. Python-Markdown, which lets blocks be indented for more
reasons than CommonMark knows, takes a fence at any indentation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from derivtex.documents.raw_html import html_end

_FENCE = re.compile(r"( *)(`{3,}(?=[^`]*$)|~{3,})(.*)$")
_MARKER = re.compile(r"([-+*]|(\d{1,9})[.)])(?= |$)")
_BREAK = re.compile(r" {0,3}(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})$")
_HEADING = re.compile(r" {0,3}#{1,6}(?: |$)")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+) *$")
_QUOTE = 0
#: Nobody nests deeper, and other readers of Markdown stop there, too.
MAX_NESTING = 100


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block.

    start, end  from the first character of the opening fence to the end of the closing line
    prefix      what a further line in the same place of the document begins with
    info        what stands behind the opening fence
    text, line, margins   the content, the number of its first line, and what each was moved by
    after_text  the line before belongs to a paragraph
    closed      the closing fence is there
    """

    start: int
    end: int
    prefix: str
    info: str
    text: str
    line: int
    margins: tuple[int, ...]
    after_text: bool
    closed: bool


class Layout(Protocol):
    """Which part of a line belongs to the blocks it is nested in."""

    #: How far a fence may be indented.
    deepest: int
    #: The last line goes on with a paragraph although it is not nested as deep.
    lazy: bool

    def enter(self, line: str, paragraph: bool) -> tuple[int, bool]:
        """Where the content of a line begins that may open blocks to nest in.

        `paragraph` says whether it may go on with a paragraph; so does what is returned.
        """

    def within(self, line: str) -> int | None:
        """The same in a fenced block; None where the block ends because what it is in ends."""


class CommonMark:
    """Block quotes and list items, by CommonMark's rules."""

    deepest = 3
    lazy = False

    def __init__(self) -> None:
        # `_QUOTE`, or by how much the content of a list item is indented.
        self.open: list[int] = []
        #: How many are open where the line before ended with the mark of a list item, else 0.
        self.begun = 0

    def _match(self, line: str) -> tuple[int, int]:
        """How many of the open blocks go on in this line, and where their content begins."""
        position = 0
        for number, width in enumerate(self.open):
            rest = line[position:]
            indent = len(rest) - len(rest.lstrip(" "))
            if width == _QUOTE:
                if indent > 3 or rest[indent : indent + 1] != ">":
                    return number, position
                position += indent + 1
                position += line[position : position + 1] == " "
            elif rest.strip(" "):
                if indent < width:
                    return number, position
                position += width
            elif self.begun == number + 1:
                return number, position  # an item may begin with one blank line, not with two
        return len(self.open), min(position, len(line))

    def within(self, line: str) -> int | None:
        number, position = self._match(line)
        return position if number == len(self.open) else None

    def enter(self, line: str, paragraph: bool) -> tuple[int, bool]:
        number, position = self._match(line)
        rest = line[position:]
        self.lazy = False
        if number < len(self.open):
            if paragraph and rest.strip(" ") and not _begins_block(rest):
                self.begun = 0
                self.lazy = True
                return position, paragraph
            del self.open[number:]
            paragraph = False
        self.begun = 0
        while (width := self._new(line[position:], paragraph)) is not None:
            position = min(position + width, len(line))
            paragraph = False
            hollow = self.open[-1] != _QUOTE and not line[position:].strip(" ")
            self.begun = len(self.open) if hollow else 0
        return position, paragraph

    def _new(self, rest: str, paragraph: bool) -> int | None:
        """Open the quote or list item that begins here; the width of its mark."""
        indent = len(rest) - len(rest.lstrip(" "))
        if indent > 3 or len(self.open) >= MAX_NESTING or _BREAK.match(rest):
            return None
        if rest[indent : indent + 1] == ">":
            self.open.append(_QUOTE)
            return indent + 1 + (rest[indent + 1 : indent + 2] == " ")
        marker = _MARKER.match(rest, indent)
        if marker is None:
            return None
        content = rest[marker.end() :]
        spaces = len(content) - len(content.lstrip(" "))
        if paragraph and (spaces == len(content) or marker[2] not in {None, "1"}):
            return None
        width = marker.end() + (spaces if spaces < min(5, len(content)) else 1)
        self.open.append(width)
        return width


class Anywhere:
    """Python-Markdown's: a fence may be indented, and quoted, at will."""

    deepest = 1_000
    lazy = False

    def __init__(self) -> None:
        self.quotes = 0

    def enter(self, line: str, paragraph: bool) -> tuple[int, bool]:
        match = re.match(r"[ >]*>|", line)
        assert match is not None
        self.quotes = match.group().count(">")
        return match.end(), paragraph

    def within(self, line: str) -> int | None:
        if not self.quotes:
            return 0
        match = re.match(rf"(?: *>){{{self.quotes}}}", line)
        return None if match is None else match.end()


def fences(text: str, layout: Layout) -> Iterator[Fence]:
    """Every fenced block, in order."""
    return _Scanner(text, layout).fences()


@dataclass(slots=True)
class _Open:
    """A fence that is not closed yet."""

    start: int
    mark: str
    indent: int
    prefix: str
    info: str
    line: int
    after_text: bool
    lines: list[str]
    margins: list[int]

    def closed_by(self, rest: str, deepest: int) -> bool:
        mark = rest.strip(" ")
        if len(rest) - len(rest.lstrip(" ")) > deepest:
            return False
        return len(mark) >= len(self.mark) and set(mark) == {self.mark[0]}

    def take(self, rest: str, margin: int) -> None:
        """A line of the content, without the indentation that the opening fence has."""
        cut = min(self.indent, len(rest) - len(rest.lstrip(" ")))
        self.lines.append(rest[cut:])
        self.margins.append(margin + cut)

    def fence(self, end: int, closed: bool) -> Fence:
        return Fence(
            self.start, end, self.prefix, self.info, "\n".join(self.lines), self.line,
            tuple(self.margins), self.after_text, closed,
        )  # fmt: skip


class _Scanner:
    def __init__(self, text: str, layout: Layout) -> None:
        self.text = text
        self.layout = layout
        self.paragraph = False
        #: What ends the raw HTML that we are in: a pattern, or "" for a blank line.
        self.html: str | None = None

    def fences(self) -> Iterator[Fence]:
        opened: _Open | None = None
        offset = 0
        before = 0
        for number, raw in enumerate(self.text.split("\n"), 1):
            content = raw.removesuffix("\r")
            line = content.expandtabs(4)
            if opened is not None:
                margin = self.layout.within(line)
                if margin is None:
                    yield opened.fence(before, closed=False)
                    opened = None
                elif opened.closed_by(line[margin:], self.layout.deepest):
                    yield opened.fence(offset + len(content), closed=True)
                    opened = None
                    self.paragraph = False
                    offset, before = offset + len(raw) + 1, offset + len(content)
                    continue
                else:
                    opened.take(line[margin:], margin)
            if opened is None:
                opened = self._line(line, offset, number)
                if opened is not None:
                    opened.start = offset + _fence_start(content, opened.mark)
            offset, before = offset + len(raw) + 1, offset + len(content)
        if opened is not None:
            yield opened.fence(len(self.text), closed=False)

    def _line(self, line: str, offset: int, number: int) -> _Open | None:
        """A line outside fences; the fence that it opens."""
        if self.html is not None:
            inside = self.layout.within(line)
            if inside is not None and (self.html or line[inside:].strip(" ")):
                if self.html and re.search(self.html, line, re.I):
                    self.html = None
                return None
            self.html = None
        margin, self.paragraph = self.layout.enter(line, self.paragraph)
        rest = line[margin:]
        if not rest.strip(" "):
            self.paragraph = False
            return None
        match = _FENCE.match(rest)
        if match is not None and len(match[1]) <= self.layout.deepest:
            # Quotes go on in the next line; the mark of a list item is indentation there.
            after_text, self.paragraph = self.paragraph, False
            prefix = "".join(c if c == ">" else " " for c in line[: margin + len(match[1])])
            return _Open(
                offset, match[2], len(match[1]), prefix, match[3].strip(), number + 1,
                after_text, [], [],
            )  # fmt: skip
        self.html = html_end(rest, self.paragraph)
        html = self.html is not None
        if self.html and re.search(self.html, rest.partition("<")[2], re.I):
            self.html = None
        indented = rest.startswith("    ") and not self.paragraph
        underline = self.paragraph and not self.layout.lazy and _UNDERLINE.match(rest)
        ended = html or indented or underline or _HEADING.match(rest) or _BREAK.match(rest)
        self.paragraph = not ended
        return None


def _begins_block(rest: str) -> bool:
    indent = len(rest) - len(rest.lstrip(" "))
    if indent > 3:
        return False
    return bool(
        rest[indent] == ">"
        or _FENCE.match(rest)
        or _HEADING.match(rest)
        or _BREAK.match(rest)
        or html_end(rest, paragraph=True) is not None
        or _MARKER.match(rest, indent)
    )


def _fence_start(line: str, mark: str) -> int:
    """The column of the fence in a line that may have tabs."""
    return line.index(mark)
