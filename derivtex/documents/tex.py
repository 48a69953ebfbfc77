r"""`derivtex paper.tex -o out.tex`: each `derivation` environment replaced by its block.

    \begin{derivation}[notation=trace, reasons]
      L = \|Xw - y\|^2
      \nabla_w L
    \end{derivation}

What is between is an expression file. Every other byte of the document stays as it is, but for the
macro `\eqalign`, which is put before `\begin{document}` where it is needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from derivtex.documents.latex_scan import Environment, Outline, scan
from derivtex.documents.page import columns
from derivtex.documents.settings import Settings
from derivtex.documents.work import Converted, Failed, Passage, derive_passage
from derivtex.errors import DerivtexError, Span
from derivtex.expr import Expr

if TYPE_CHECKING:
    from derivtex.derivation import Derivation, Reason
    from derivtex.printers.block import Columns

STYLES = ("eqalign", "aligned", "align", "align*")
#: These are displays by themselves.
_DISPLAYS = ("align", "align*")


def convert(text: str, name: str, settings: Settings, *, fit: bool = False) -> Converted:
    """The document with its derivations written out; one that fails is left as it is.

    `fit`: lines are as wide as those of the document's class.
    """
    try:
        outline = scan(text)
    except DerivtexError as error:
        return Converted(text, (str(error.located(text, name)),), failed=True)
    if fit:
        width = columns(outline.class_name, outline.class_options, outline.two_columns)
        settings = replace(settings, width=width)
    failures = [(error.span or Span(0, 0), str(error.located(text, name)))
                for error in outline.errors]  # fmt: skip
    edits: list[tuple[Span, str]] = []
    figures: list[str] = []
    needs_macro = False
    for environment in outline.environments:
        try:
            own = _settings(environment, text, name, settings)
            derived = derive_passage(_passage(environment, text), own, name, partial(_show, own))
            edits.append((environment.whole, _placed(derived.blocks, environment, text)))
            figures += derived.figures
            needs_macro = needs_macro or any(r"\eqalign" in block for block in derived.blocks)
        except Failed as failed:
            failures += [(environment.whole, message) for message in failed.messages]
    if needs_macro and not outline.has_eqalign:
        edits.insert(0, _macro(outline, text))
    failures.sort(key=lambda failure: failure[0].start)
    messages = (*figures, *(message for _, message in failures))
    return Converted("".join(_applied(text, edits)), messages, bool(failures))


def _applied(text: str, edits: list[tuple[Span, str]]) -> Iterator[str]:
    position = 0
    for span, new in edits:
        yield text[position : span.start]
        yield new
        position = span.end
    yield text[position:]


def _settings(environment: Environment, text: str, name: str, settings: Settings) -> Settings:
    span = environment.options
    try:
        return settings.updated(_pairs(text[span.start : span.end]), STYLES)
    except DerivtexError as error:
        error.span = span
        raise Failed(str(error.located(text, name))) from None


def _pairs(options: str) -> Iterator[tuple[str, str]]:
    """`notation=trace, reasons` as names and values; a value may stand in braces."""
    for option in options.split(","):
        key, _, value = option.partition("=")
        if key.strip():
            yield key.strip(), value.strip().removeprefix("{").removesuffix("}").strip()


def _passage(environment: Environment, text: str) -> Passage:
    start, end = environment.content
    line_start = text.rfind("\n", 0, start) + 1
    content = text[start:end].replace("\r\n", "\n")
    return Passage(content, text.count("\n", 0, start) + 1, (start - line_start,))


def _show(settings: Settings, derivation: Derivation) -> str:
    from derivtex.printers.block import LONG, escaped, in_style, numbered
    from derivtex.printers.text import joined

    derivation = settings.spoken(derivation)
    style = settings.style
    lines = _lines(derivation, settings, style in _DISPLAYS)
    long = sum(map(len, lines)) > LONG and not settings.style_asked and style not in _DISPLAYS
    if long:
        lines = _lines(derivation, settings, display=True)
    block = in_style(lines, "align*" if long else style)
    label = rf"\label{{{settings.label}}}" if settings.label else ""
    if label and (long or style in _DISPLAYS):
        block = numbered(block, label)
    if long:
        # An \eqalign stands on one page.
        block = f"{{\\allowdisplaybreaks\n{block}}}"
    elif style not in _DISPLAYS:
        begin, end = (rf"\begin{{equation}}{label}", r"\end{equation}") if label else (r"\[", r"\]")
        block = f"{begin}\n{block}\n{end}"
    title = derivation.problem.title
    if title is not None:
        block = f"\\par\\noindent\\textbf{{{escaped(title)}}}\n{block}"
    if derivation.conditions:
        conditions = joined([_sentence(condition) for condition in derivation.conditions])
        block += f"\nAssuming {conditions}."
    return block


def _lines(derivation: Derivation, settings: Settings, display: bool) -> list[list[Columns]]:
    from derivtex.printers.block import rows_of

    width = settings.width
    if display and settings.reasons and width:
        # These environments keep their pairs of columns ten points apart.
        width -= 2
    return rows_of(derivation, reasons=settings.reasons, highlight=settings.highlight, width=width)


def _sentence(reason: Reason) -> str:
    from derivtex.printers.block import escaped
    from derivtex.printers.reasons import in_words

    return "".join(
        f"${part.latex()}$" if isinstance(part, Expr) else escaped(part[0])
        for part in in_words(reason)
    )


def _placed(blocks: Iterable[str], environment: Environment, text: str) -> str:
    """The blocks where the environment was, with its indentation and newlines."""
    # A blank line would end the formula.
    lines = [line for line in "\n".join(blocks).split("\n") if line.strip()]
    begin = text.rfind("\n", 0, environment.whole.start) + 1
    before = text[begin : environment.whole.start]
    return (_newline(text) + (before if before.isspace() else "")).join(lines)


def _macro(outline: Outline, text: str) -> tuple[Span, str]:
    r"""Before `\begin{document}`; in a part of a document, below the comments at its top."""
    from derivtex.printers.block import EQALIGN_MACRO

    place = outline.document
    if place is None:
        place = 0
        while text.startswith("%", place) and "\n" in text[place:]:
            place = text.index("\n", place) + 1
    return Span(place, place), EQALIGN_MACRO + _newline(text)


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
