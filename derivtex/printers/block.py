"""A derivation as one block of aligned TeX."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from derivtex.derivation import Derivation, Detail, Line, Reason
from derivtex.errors import DerivtexError
from derivtex.expr import Expr
from derivtex.notation import STANDARD, Notation
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
) -> str:
    """The lines of `derivation` as TeX, one row a line; the options are those of `latex`."""
    if style not in STYLES:
        raise DerivtexError(f"the style {style!r} is not known", hint=f"one of {', '.join(STYLES)}")
    begin, end, stop, last_stop, before_reason = STYLES[style]
    colored = highlighted(derivation, highlight)
    notation = notation.of(derivation.notation)
    writer = LatexWriter(notation, colored)
    # Reasons and statements of rules speak of letters of their own: no colour there.
    plain = LatexWriter(notation) if reasons else writer
    texts = []
    for line in rows(derivation, detail):
        reason = shown(line, reasons)
        column = "" if reason is None else before_reason + reason_latex(reason, plain)
        texts.append(_row(line, writer) + column)
    body = [text + stop for text in texts[:-1]] + [text + last_stop for text in texts[-1:]]
    return "\n".join([begin, *body, end])


def _row(line: Line, writer: LatexWriter) -> str:
    left = "" if line.left is None else writer.write(line.left) + " "
    return f"{left}&= {writer.write(line.right)}"


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
