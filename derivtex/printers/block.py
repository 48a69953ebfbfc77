"""A derivation as one block of aligned TeX."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from derivtex.derivation import Derivation, Reason
from derivtex.errors import DerivtexError
from derivtex.expr import Expr
from derivtex.notation import STANDARD, Detail, Notation
from derivtex.printers.detail import rows
from derivtex.printers.latex import LatexWriter
from derivtex.printers.reasons import (
    Fragment,
    Reasons,
    Statement,
    Words,
    fragments,
    highlighted,
    shown,
)

#: What LaTeX needs before the first `\eqalign`: plain TeX and MathJax know it, LaTeX does not.
EQALIGN_MACRO = (
    r"\makeatletter\providecommand{\eqalign}[1]{\null\,\vcenter{\openup\jot\m@th"
    r"\ialign{\strut\hfil$\displaystyle{##}$&&$\displaystyle{{}##}$\hfil\crcr#1\crcr}}\,}"
    r"\makeatother"
)

#: More rows than this may need more than a page, and an `\eqalign` stands on one.
LONG = 20


class Style(NamedTuple):
    """What stands before and after the rows, between them, and before a reason."""

    begin: str
    end: str
    stop: str
    last_stop: str
    reason: str


def _environment(name: str) -> Style:
    # Columns of these environments alternate, so a left-aligned one follows an empty one.
    return Style(rf"\begin{{{name}}}", rf"\end{{{name}}}", r" \\", "", r" &&\quad")


STYLES = {
    "eqalign": Style(r"\eqalign{", "}", r" \cr", r" \cr", r" \quad&"),
    **{name: _environment(name) for name in ("aligned", "align", "align*")},
}


def block(
    derivation: Derivation,
    style: str = "eqalign",
    *,
    reasons: Reasons = False,
    highlight: bool | Iterable[str] = False,
    detail: Detail | None = None,
    notation: Notation = STANDARD,
    width: int | None = None,
) -> str:
    """The lines of `derivation` as TeX; the options are those of `latex`."""
    if style not in STYLES:
        raise DerivtexError(f"the style {style!r} is not known", hint=f"one of {', '.join(STYLES)}")
    table = rows_of(
        derivation,
        reasons=reasons,
        highlight=highlight,
        detail=detail,
        notation=notation,
        width=width,
    )
    return in_style(table, style)


#: A row in three columns: the left side, the right side with its sign, and the reason.
Columns = tuple[str, str, str | None]


def rows_of(
    derivation: Derivation,
    *,
    reasons: Reasons = False,
    highlight: bool | Iterable[str] = False,
    detail: Detail | None = None,
    notation: Notation = STANDARD,
    width: int | None = None,
) -> list[list[Columns]]:
    """The rows of each line: one, or more where it is broken to fit `width`."""
    colored = highlighted(derivation, highlight)
    notation = notation.of(derivation.notation)
    writer = LatexWriter(notation, colored)
    # Reasons and statements of rules speak of letters of their own: no colour there.
    plain = LatexWriter(notation) if reasons else writer
    lines = rows(derivation, detail)
    lefts = ["" if line.left is None else writer.write(line.left) for line in lines]
    rights = [writer.write(line.right) for line in lines]
    reasons_of = [shown(line, reasons) for line in lines]
    whys = [None if reason is None else reason_latex(reason, plain) for reason in reasons_of]
    if width is None:
        whole = zip(lefts, rights, whys, strict=True)
        return [[(left, f"= {right}", why)] for left, right, why in whole]
    from derivtex.printers.breaking import TEX, broken

    # Half an em; Pandoc's converters, to Word for one, do not know \enspace.
    return [
        [
            (row.left, _going_on(row.right), row.why and rf"\;\, {row.why}")
            if row.goes_on
            else (row.left, f"= {row.right}", row.why)
            for row in line
        ]
        for line in broken(lefts, rights, whys, width, TEX)
    ]


def _going_on(right: str) -> str:
    """What goes on with a line: an operation it begins with stands between two things."""
    if not right:
        return ""
    return rf"\qquad {{}}{right}" if right.startswith(_BETWEEN) else rf"\qquad {right}"


_BETWEEN = ("+ ", "- ", ":", r"\odot ", r"\otimes ", r"\oslash ", r"\cdot ")


def in_style(table: Iterable[Sequence[Columns]], style: str) -> str:
    """Rows as one block."""
    begin, end, stop, last_stop, before_reason = STYLES[style]
    numbers = style == "align"
    body: list[str] = []
    for line in table:
        for index, (left, right, why) in enumerate(line, 1):
            text = f"{left} &{right}" if left else f"&{right}"
            if why is not None:
                text += before_reason + why
            if numbers and index < len(line):  # a line has one number
                text += r" \notag"
            body.append(text)
    last = [body[-1] + last_stop] if body else []
    return "\n".join([begin, *[text + stop for text in body[:-1]], *last, end])


def numbered(block: str, label: str) -> str:
    r"""An `align*` as an `align` whose last row bears the number; an `align` has its own."""
    begin, *lines, end = block.replace("{align*}", "{align}").split("\n")
    rows = lines[:-1]
    if "{align*}" in block:
        rows = [line.removesuffix(r" \\") + r" \notag \\" for line in rows]
    return "\n".join([begin, *rows, f"{lines[-1]} {label}", end])


def reason_latex(reason: Reason, writer: LatexWriter) -> str:
    r"""`\big(\text{differential of }D\big)`."""
    inside = r",\ ".join(
        "".join(fragment_latex(part, writer) for part in parts) for parts in fragments(reason)
    )
    return rf"\big({inside}\big)"


def fragment_latex(part: Fragment, writer: LatexWriter) -> str:
    match part:
        case Expr():
            return writer.write(part)
        case Statement(tex, _):
            return statement_latex(tex, writer.notation)
        case Words(" = "):
            return " = "
        case Words(text):
            return rf"\text{{{escaped(text)}}}"


def statement_latex(tex: str, notation: Notation) -> str:
    """What a rule states, with the signs for a transpose and a trace that the notation has."""
    if notation.transpose != STANDARD.transpose:
        sign = notation.transpose
        tex = tex.replace("^T", f"^{{{sign}}}").replace("^{-T}", f"^{{-{sign}}}")
    return tex.replace(STANDARD.trace, notation.trace)


_ESCAPES = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: "\\" + sign for sign in "{}$&#%_"},
}


def escaped(words: str) -> str:
    """Words that TeX reads as they stand."""
    return "".join(_ESCAPES.get(c, " " if c.isspace() else c) for c in words)
