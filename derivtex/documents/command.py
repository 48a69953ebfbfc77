"""Documents in the command: what may be asked of them, and what becomes of one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

import click

from derivtex.batch import DOCUMENT, Input, Options, Outcome, Target, read_bytes
from derivtex.documents import markdown, tex
from derivtex.documents.encoding import decode
from derivtex.documents.settings import Settings
from derivtex.errors import DerivtexError


def document_target(inputs: Sequence[Input], target: str) -> Target:
    """The target of a run that has documents among its inputs; they come out as documents."""
    others = [source.name for source in inputs if not source.is_document]
    if others:
        raise click.UsageError(
            f"{others[0]} is no document (.tex, .md), {_first(inputs)} is one: one kind at a time"
        )
    for source in inputs:
        if target not in _targets(source):
            known = ", ".join(_targets(source))
            raise click.UsageError(f"{source.name} is a document: --to may be {known}")
    return DOCUMENT


def _first(inputs: Sequence[Input]) -> str:
    return next(source.name for source in inputs if source.is_document)


def _suffix(source: Input) -> str:
    return PurePath(source.path or "").suffix.lower()


def _targets(source: Input) -> tuple[str, ...]:
    # The command's default, eqalign, is a document's own in LaTeX, and aligned in Markdown.
    return tex.STYLES if _suffix(source) == ".tex" else ("eqalign", "aligned", "markdown")


def work_document(source: Input, options: Options) -> Outcome:
    """The document with its derivations written out, as the one block of the outcome.

    The block stands for bytes: it is UTF-8 with `surrogateescape`.
    """
    try:
        document = decode(read_bytes(source), source.name)
    except DerivtexError as error:
        return Outcome((), (str(error),), failed=True)
    suffix = _suffix(source)
    if suffix == ".tex":
        settings = Settings.of(options, style=options.target)
        converted = tex.convert(document.text, source.name, settings)
    else:
        settings = Settings.of(options, style="aligned")
        converted = markdown.convert(document.text, source.name, settings, cells=suffix == ".qmd")
    data = document.encode(converted.text)
    return Outcome((data.decode("utf-8", "surrogateescape"),), converted.messages, converted.failed)
