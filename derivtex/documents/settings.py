"""The options of one derivation in a document, over those of the command."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeVar

from derivtex.errors import ParseError
from derivtex.notation import DETAILS, NOTATIONS, SYMMETRIC, Detail, Symmetric

if TYPE_CHECKING:
    from derivtex.batch import Options
    from derivtex.derivation import Derivation
    from derivtex.printers.reasons import Reasons

NAMES = (
    *("notation", "detail", "style", "reasons", "highlight", "symmetric", "wrt", "width"),
    *("title", "conditions", "label"),
)
Choice = TypeVar("Choice", bound=str)
_LABEL = re.compile(r"[\w:./+-]+")
_FLAGS = {"": True, "true": True, "yes": True, "false": False, "no": False}


@dataclass(frozen=True, slots=True)
class Settings:
    """How one derivation of a document is made and shown."""

    style: str
    wrt: str | None = None
    notation: str = "frobenius"
    detail: Detail = "normal"
    reasons: Reasons = False
    highlight: bool = False
    #: Say how the check went, also where it went well.
    check: bool = False
    symmetric: Symmetric = "projection"
    #: The columns of a row, two to an em in TeX; None: lines are not broken.
    width: int | None = None
    #: Whether the title and what is assumed are said around the block.
    title: bool = True
    conditions: bool = True
    #: The style was asked for, not only the default.
    style_asked: bool = False
    #: What references know the equation by.
    label: str | None = None

    @classmethod
    def of(cls, options: Options, style: str, width: int | None, words: bool) -> Settings:
        """What the command was asked; `words`: the title and what is assumed are said."""
        return cls(
            style,
            options.wrt,
            options.notation,
            options.detail,
            options.reasons,
            options.highlight,
            options.check,
            options.symmetric,
            (width if options.width is None else options.width) or None,
            words,
            words,
        )

    def spoken(self, derivation: Derivation) -> Derivation:
        """The derivation with as much around its lines as is to be shown."""
        problem = derivation.problem if self.title else derivation.problem._replace(title=None)
        conditions = derivation.conditions if self.conditions else ()
        return replace(derivation, problem=problem, conditions=conditions)

    def updated(self, pairs: Iterable[tuple[str, str]], styles: Sequence[str]) -> Settings:
        """These settings with options put over them; a flag's value may be empty."""
        changed = self
        for name, value in pairs:
            match name:
                case "notation":
                    changed = replace(changed, notation=_choice(name, value, NOTATIONS))
                case "detail":
                    changed = replace(changed, detail=_choice(name, value, DETAILS))
                case "symmetric":
                    changed = replace(changed, symmetric=_choice(name, value, SYMMETRIC))
                case "style":
                    style = _choice(name, value, styles)
                    changed = replace(changed, style=style, style_asked=True)
                case "reasons":
                    named = value == "named"
                    reasons: Reasons = "named" if named else value == "all" or _flag(name, value)
                    changed = replace(changed, reasons=reasons)
                case "highlight":
                    changed = replace(changed, highlight=_flag(name, value))
                case "title":
                    changed = replace(changed, title=_flag(name, value))
                case "conditions":
                    changed = replace(changed, conditions=_flag(name, value))
                case "width":
                    changed = replace(changed, width=_number(name, value) or None)
                case "wrt":
                    if not value:
                        raise ParseError("wrt needs the name of a variable", hint="wrt=w")
                    changed = replace(changed, wrt=value)
                case "label":
                    if not _LABEL.fullmatch(value):
                        raise ParseError(f"{value!r} is no label", hint="label=eq:ols")
                    changed = replace(changed, label=value)
                case _:
                    close = get_close_matches(name, NAMES, n=1)
                    hint = f"did you mean {close[0]}?" if close else f"known: {', '.join(NAMES)}"
                    raise ParseError(f"a derivation has no option {name!r}", hint=hint)
        return changed


def _choice(name: str, value: str, choices: Sequence[Choice]) -> Choice:
    for choice in choices:
        if choice == value:
            return choice
    raise ParseError(f"{value!r} is no {name}", hint=f"one of {', '.join(choices)}")


def _number(name: str, value: str) -> int:
    if not (value.isascii() and value.isdecimal() and len(value) < 5):
        raise ParseError(f"{value!r} is no {name}", hint="a number of columns; 0: no limit")
    return int(value)


def _flag(name: str, value: str) -> bool:
    if value not in _FLAGS:
        raise ParseError(f"{value!r} is neither true nor false: {name} is a flag")
    return _FLAGS[value]
