"""Names of members of families: `x_i`, `W^{[l-1]}`, and the indices that tell a member."""

from __future__ import annotations

from typing import NamedTuple

from derivtex.language.cursor import Vocabulary
from derivtex.patterns import pattern

_RAISED = pattern(r"(?P<base>.+)\^(?:\{(?P<open>[\[(])(?P<inside>[^\])]+)[\])]\}|"
                     r"\{(?P<braced>[^{}]+)\}|(?P<single>\\?\w+))$")  # fmt: skip
_LOWERED = pattern(r"(?P<base>[^_]+)_(?:\{(?P<braced>[^{}]+)\}|(?P<single>\\?\w+))(?P<rest>\^.*)?$")
_PIECE = pattern(r"\\[A-Za-z]+|[A-Za-z]|[0-9]+|[-+,]")


class Script(NamedTuple):
    """A name with an index taken off: `x_i` is the family `x`, its place `_` and the text `i`."""

    base: str
    place: str
    text: str

    @property
    def key(self) -> str:
        """What tells the family from others."""
        return self.base + self.place


def scripts(name: str) -> list[Script]:
    """The readings of a name as a member of a family, a superscript first."""
    found = []
    raised = _RAISED.match(name) if "^" in name else None
    if raised is not None:
        place = "^" + (raised["open"] or "")
        text = raised["inside"] or raised["braced"] or raised["single"]
        if place != "^" or text != "T":
            found.append(Script(raised["base"], place, text))
    lowered = _LOWERED.match(name) if "_" in name else None
    if lowered is not None:
        base = lowered["base"] + (lowered["rest"] or "")
        found.append(Script(base, "_", lowered["braced"] or lowered["single"]))
    return found


def pieces(text: str) -> list[str] | None:
    """The letters, numbers and signs of an index; None for a word."""
    found = _PIECE.findall(text)
    plain = "".join(found) == text.replace(" ", "")
    return found if plain and found and text not in {"+", "-"} else None


def letters_of(text: str) -> set[str]:
    """The letters in an index."""
    return {piece for piece in pieces(text) or () if piece[-1].isalpha()}


def index_letters(script: Script) -> list[str]:
    """The indices that the definition of every member is written with, `i` and `j` for `d_{ij}`."""
    return [piece for piece in pieces(script.text) or () if piece[-1].isalpha()]


def stands_for_all(script: Script, vocabulary: Vocabulary) -> bool:
    """Whether what is said of `x_i` is said of every member: its index is a letter that runs.

    `x_1` and `W^N` are said to be something for themselves.
    """
    text = script.text
    found = pieces(text) or []
    runs = all(p in vocabulary.bound or (p.isalpha() and p.islower()) for p in found if p != ",")
    return (bool(found) and runs) or (script.key, text) in vocabulary.listed
