"""The segments of a statement: what stands between commas, and behind words like `where`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derivtex.language.script import CLOSE, OPEN
from derivtex.language.tokens import Token

_FOR_ALL = frozenset({"for", r"\forall"})
#: Words that begin a segment.
_WORDS = frozenset({"where", "with", *_FOR_ALL})
_BREAKS = frozenset({*_WORDS, ",", ";"})
#: Words that a sentence may begin with, and that say nothing.
OPENING = frozenset({*_WORDS, "let", "and", "assume", "suppose", "given"})


def segments(statement: Sequence[Token]) -> list[list[Token]]:
    """The segments, without those that say which values an index takes: a sum says so itself."""
    if _BREAKS.isdisjoint({token.text for token in statement}):
        return [list(statement)]
    parts = list(_parts(statement))
    found = []
    while parts:
        count = _values_of_index(parts)
        if count == 0:
            found.append(parts[0])
        del parts[: max(count, 1)]
    return found


def _parts(statement: Sequence[Token]) -> Iterator[list[Token]]:
    depth = 0
    part: list[Token] = []
    for token in statement:
        begins = depth == 0 and token.text in _WORDS
        if token.kind == "mark":
            depth += (token.text in OPEN) - (token.text in CLOSE)
        ends = token.kind == "mark" and depth == 0 and token.text in {",", ";"}
        if (begins or ends) and part:
            yield part
            part = []
        if not ends:
            part.append(token)
    if part:
        yield part


def _values_of_index(parts: list[list[Token]]) -> int:
    """How many segments `i = 1, \\dots, N` or `\\forall i` takes here."""
    first, *others = parts
    named = first[0].text in _FOR_ALL
    texts = [token.text for token in first[named:]]
    is_letter = bool(texts) and first[named].kind == "letter"
    if is_letter and len(texts) == 3 and texts[1] == "=" and len(others) > 1:
        dots, last = others[:2]
        return 3 if [t.text for t in dots] == [r"\dots"] and len(last) == 1 else 0
    return int(named and is_letter and len(texts) == 1)
