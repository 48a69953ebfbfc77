"""A document with its derivations written out: bytes in, bytes out."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

from derivtex.documents import markdown, tex
from derivtex.documents.encoding import decode
from derivtex.documents.settings import Settings

if TYPE_CHECKING:
    from derivtex.batch import Options

#: The lines of a page on the web, in columns of half an em.
MARKDOWN_WIDTH = 80


class Document(NamedTuple):
    """A converted document, what there is to say about it, and whether a derivation failed."""

    data: bytes
    messages: tuple[str, ...]
    failed: bool


def targets(name: str) -> tuple[str, ...]:
    """What `--to` may be for a document of this name."""
    return tex.STYLES if _suffix(name) == ".tex" else (*markdown.STYLES, "markdown")


def convert(data: bytes, name: str, options: Options) -> Document:
    """The document called `name`; `DerivtexError` where it is no text."""
    document = decode(data, name)
    suffix = _suffix(name)
    if suffix == ".tex":
        settings = Settings.of(options, options.target, None, words=False)
        converted = tex.convert(document.text, name, settings, fit=options.width is None)
    else:
        # The command's default is a LaTeX document's own: in Markdown it is not asked for.
        default = options.target in {"eqalign", "markdown"}
        style = "aligned" if default else options.target
        settings = Settings.of(options, style, MARKDOWN_WIDTH, words=True)
        converted = markdown.convert(document.text, name, settings, cells=suffix == ".qmd")
    return Document(document.encode(converted.text), converted.messages, converted.failed)


def _suffix(name: str) -> str:
    return PurePath(name).suffix.lower()
