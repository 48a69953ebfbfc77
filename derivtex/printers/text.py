"""Expressions and derivations as Unicode that reads well in a terminal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from derivtex.derivation import Derivation, Reason
from derivtex.expr import Expr
from derivtex.notation import STANDARD, Detail
from derivtex.printers.detail import rows
from derivtex.printers.reasons import (
    Fragment,
    Reasons,
    Statement,
    Words,
    fragments,
    highlighted,
    in_words,
    shown,
)
from derivtex.printers.unicode import UnicodeWriter

_ESCAPE = re.compile("\x1b\\[[0-9;]*m")


def expression_text(e: Expr) -> str:
    """`e` as one line of Unicode."""
    return UnicodeWriter().write(e)


def text(
    derivation: Derivation,
    *,
    reasons: Reasons = False,
    detail: Detail | None = None,
    highlight: bool | Iterable[str] = False,
    width: int | None = None,
) -> str:
    """The title, the lines aligned at their signs of equality, and what was assumed."""
    notation = STANDARD.of(derivation.notation)
    writer = UnicodeWriter(highlighted(derivation, highlight), notation)
    plain = UnicodeWriter(notation=notation)
    lefts, rights, whys = [], [], []
    for line in rows(derivation, detail):
        lefts.append("" if line.left is None else writer.write(line.left))
        rights.append(writer.write(line.right))
        reason = shown(line, reasons)
        whys.append("" if reason is None else f"({reason_text(reason, plain)})")
    lines: list[tuple[str, str, str]]
    if width is None:
        whole = zip(lefts, rights, whys, strict=True)
        lines = [(left, f"= {right}", why) for left, right, why in whole]
    else:
        from derivtex.printers.breaking import TEXT, broken

        lines = [
            (row.left, f"    {row.right}", f" {row.why or ''}")
            if row.goes_on
            else (row.left, f"= {row.right}", row.why or "")
            for line in broken(lefts, rights, whys, width, TEXT)
            for row in line
        ]
    left_width = max((columns_of(left) for left, _, _ in lines), default=0)
    right_width = max((columns_of(right) for _, right, why in lines if why), default=0)
    parts = [] if derivation.problem.title is None else [derivation.problem.title, ""]
    for left, right, why in lines:
        row = " " * (left_width - columns_of(left)) + f"{left} {right}"
        parts.append(
            row + (" " * (right_width - columns_of(right) + 3) + why if why.strip() else "")
        )
    if derivation.conditions:
        conditions = [sentence(condition, plain) for condition in derivation.conditions]
        parts += ["", "assuming " + joined(conditions)]
    return "\n".join(parts)


def reason_text(reason: Reason, writer: UnicodeWriter) -> str:
    """The reason on one line; a rule that states an equation in TeX goes by its name."""
    return ", ".join(_together(parts, writer) for parts in fragments(reason))


def sentence(reason: Reason, writer: UnicodeWriter) -> str:
    """A condition, `X is invertible`."""
    return _together(in_words(reason), writer)


def _together(parts: Iterable[Fragment], writer: UnicodeWriter) -> str:
    words = ""
    for part in parts:
        match part:
            case Expr():
                words += writer.write(part)
            case Statement(_, name):
                words += name
            case Words(said):
                words += said
    return words


def joined(clauses: list[str]) -> str:
    """`a, b and c`."""
    *most, last = clauses
    return f"{', '.join(most)} and {last}" if most else last


def columns_of(line: str) -> int:
    """The columns a terminal gives the line: none to accents, two to wide characters."""
    line = _ESCAPE.sub("", line)
    return len(line) if line.isascii() else sum(map(_columns, line))


@lru_cache(maxsize=512)
def _columns(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
