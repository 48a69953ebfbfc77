r"""`derivtex notes.md -o out.md`: each fenced `derivation` block replaced by its mathematics.

    ```derivation notation=trace reasons
    L = \|Xw - y\|^2
    \nabla_w L
    ```

becomes `$$ … $$` with `aligned`, which Quarto, Jupyter Book and Obsidian show; GitHub wants the
style `github`. Pandoc's attributes ` ```{.derivation notation=trace} ` are read too, and in a
Quarto document (`.qmd`) cells ` ```{derivation} ` with their options in lines `#| notation: trace`.
In other documents ` ```{derivation} ` is MyST's directive, for Sphinx to read, and is left alone.

What an equation is called stands behind it as it stood before: `#eq-ols` in braces, and the label
of a cell, as Quarto and pandoc-crossref have it, `$$ {#eq-ols}`; `label=ols` as MyST, `$$ (ols)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from derivtex.documents.fences import CommonMark, Fence, fences
from derivtex.documents.settings import Settings
from derivtex.documents.work import Converted, Failed, Passage, derive_passage
from derivtex.errors import DerivtexError, ParseError

if TYPE_CHECKING:
    from derivtex.derivation import Derivation

STYLES = ("eqalign", "aligned", "align", "align*", "github")
_WORD = re.compile(r"""([^\s=,]+)(?:=("[^"]*"|'[^']*'|[^\s,]+))?""")
#: Quarto's and pandoc-crossref's names of equations; others are no business of ours.
_IDENTIFIER = re.compile(r"#(eq[-:][^\s}]+)")
_CELL_OPTION = re.compile(r"#\|[ \t]*([\w-]+)[ \t]*:[ \t]*(.*?)[ \t]*$")


def convert(text: str, name: str, settings: Settings, *, cells: bool = False) -> Converted:
    """The document with its derivations written out; one that fails is left as it is.

    `cells`: blocks ` ```{derivation} ` are derivations as well.
    """
    parts: list[str] = []
    messages: list[str] = []
    figures: list[str] = []
    position = 0
    start = _front_matter(text)
    skipped = text.count("\n", 0, start)
    newline = "\r\n" if "\r\n" in text else "\n"
    for fence in fences(text[start:], CommonMark()):
        pairs = options_of(fence.info, cells=cells)
        if pairs is None:
            continue
        braces = fence.info.startswith("{")
        pairs += [("label", name) for name in _IDENTIFIER.findall(fence.info) if braces]
        line = fence.line + skipped
        try:
            block = _block(fence, line, pairs, name, settings, figures)
        except Failed as failed:
            messages += failed.messages
            continue
        before = text[position : start + fence.start]
        parts += _placed(block, fence, before, text[start + fence.end :], newline)
        position = start + fence.end
    converted = "".join([*parts, text[position:]])
    return Converted(converted, (*figures, *messages), bool(messages))


def options_of(info: str, *, cells: bool = False) -> list[tuple[str, str]] | None:
    """The options behind an opening fence, or None if it opens no derivation."""
    if info.startswith("{"):
        words = _WORD.findall(info.strip("{}"))
        kinds = {".derivation", "derivation"} if cells else {".derivation"}
    else:
        words = _WORD.findall(info)
        kinds = {"derivation"}
    if not words or words[0][0] not in kinds:
        return None
    # An identifier and further classes are for whoever reads the document next.
    return [(key, value.strip("\"'")) for key, value in words[1:] if key[0] not in "#."]


def passage_of(fence: Fence, line: int) -> tuple[Passage, list[tuple[str, str]]]:
    """The problem in a fence, and the options that stand in lines `#| name: value` above it."""
    lines = fence.text.split("\n")
    pairs = []
    for number, text in enumerate(lines):
        match = _CELL_OPTION.match(text)
        if match is None:
            break
        pairs.append((match[1], match[2]))
        lines[number] = ""
    return Passage("\n".join(lines), line, fence.margins), pairs


def _block(
    fence: Fence,
    line: int,
    pairs: list[tuple[str, str]],
    name: str,
    settings: Settings,
    figures: list[str],
) -> str:
    passage, more = passage_of(fence, line)
    try:
        if not fence.closed:
            raise ParseError("this derivation is never closed")
        settings = settings.updated([*pairs, *more], STYLES)
    except DerivtexError as error:
        error.filename, error.line = name, line - 1
        raise Failed(str(error)) from None
    braces = fence.info.startswith("{")
    derived = derive_passage(passage, settings, name, partial(_show, settings, braces))
    figures += derived.figures
    return "\n".join(derived.blocks)


def _show(settings: Settings, braces: bool, derivation: Derivation) -> str:
    text = settings.spoken(derivation).markdown(
        style=settings.style,
        reasons=settings.reasons,
        highlight=settings.highlight,
        width=settings.width,
    )
    before, end, after = text.rpartition("\n$$\n")
    if settings.label is None or not end:
        return text
    label = f"{{#{settings.label}}}" if braces else f"({settings.label})"
    return f"{before}\n$$ {label}\n{after}"


def _placed(block: str, fence: Fence, before: str, after: str, newline: str) -> Iterator[str]:
    """The block where the fence was: behind `before`, in the same quotes and list items.

    Words beside the mathematics are paragraphs of their own.
    """
    blank = fence.prefix.rstrip()
    first, *rest = block.rstrip("\n").split("\n")
    alone = fence.after_text and not before.rpartition("\n")[2].strip(" \t>")
    apart = alone and not first.startswith("$$")
    yield before.rstrip(" ") + newline + fence.prefix if apart else before
    yield first
    for line in rest:
        yield newline + (fence.prefix + line if line else blank)
    following = after.removeprefix("\r").removeprefix("\n").split("\n", 1)[0]
    if not rest[-1].startswith("$$") and following.strip(" \t\r>"):
        yield newline + blank


def _front_matter(text: str) -> int:
    """Where the document begins behind its YAML."""
    match = re.match(r"---[ \t]*\r?\n(?:.*\n)*?(?:---|\.\.\.)[ \t]*(?:\r?\n|$)", text)
    return 0 if match is None else match.end()
