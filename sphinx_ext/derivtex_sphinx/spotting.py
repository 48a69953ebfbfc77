"""Derivations spotted in a document's source, without reading the document.

Sphinx does not read by what stands here: a derivation that comes from elsewhere, or is set in a
way of its own, is not spotted, and one that a comment hides is. Only time may depend on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from textwrap import dedent

from derivtex.documents.fences import CommonMark, fences

_DIRECTIVE = re.compile(
    r"^( *)\.\. (?:derivtex:)?derivation::(?: +(.*))?((?:\n(?:\1 +.*| *))*)", re.M
)
_FENCE = re.compile(r"\{(?:derivtex:)?derivation\} *(.*)")
_OPTION = re.compile(r":([\w-]+):(?: +(.*))?$")

#: The options of a directive, and its problems.
Spotted = tuple[dict[str, str], str]


def derivations_in(source: str) -> Iterator[Spotted]:
    """Each derivation, as the directive takes options and text from its block."""
    if "derivation::" in source:
        for match in _DIRECTIVE.finditer(source.expandtabs(8)):
            yield _in_rst(match[2] or "", _lines(match[3]))
    if "derivation}" in source:
        for fence in fences(source, CommonMark()):
            start = _FENCE.match(fence.info)
            if start is not None:
                yield _in_myst(start[1], _lines(fence.text))


def _in_rst(title: str, lines: Sequence[str]) -> Spotted:
    """Title and options come first, up to a blank line."""
    head = [title] * bool(title) + list(takewhile(bool, lines[1:]))
    body = lines[1:][len(head) - bool(title) :]
    words = list(takewhile(lambda line: not _OPTION.match(line), head))
    # Without a blank line above it, the text stands where a title would.
    return _options(head[len(words) :]), _text(body) or "\n".join(words)


def _in_myst(title: str, lines: Sequence[str]) -> Spotted:
    """Options come first."""
    head = list(takewhile(_OPTION.match, lines))
    return _options(head), _text(lines[len(head) :]) or title


def _lines(block: str) -> list[str]:
    return [line.rstrip() for line in dedent(block).split("\n")]


def _text(lines: Sequence[str]) -> str:
    return "\n".join(lines).strip("\n")


def _options(lines: Sequence[str]) -> dict[str, str]:
    matches = map(_OPTION.match, lines)
    return {match[1]: match[2] or "" for match in matches if match is not None}
