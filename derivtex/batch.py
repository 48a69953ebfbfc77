"""One input of the command: its text in; blocks, messages and failures out.

Everything here is plain data, so that an input can be worked off in another process, and named
tuples, because a dataclass costs a short command a millisecond to define. For the same reason
paths are strings: `pathlib` takes five milliseconds to load.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple, Self

from derivtex.errors import DerivtexError, with_line_feeds
from derivtex.printers.html import PAGE_END, PAGE_START, html

if TYPE_CHECKING:
    from derivtex.derivation import Derivation
    from derivtex.notation import Detail, Symmetric
    from derivtex.printers.reasons import Reasons

#: A file that is larger is no expression file.
MAX_BYTES = 16_000_000
#: Files that are documents with derivations in them, not expression files.
DOCUMENTS = (".tex", ".md", ".markdown", ".qmd")


class Options(NamedTuple):
    """What the command was asked, the same for all inputs."""

    target: str = "eqalign"
    wrt: str | None = None
    notation: str = "frobenius"
    detail: Detail = "normal"
    reasons: Reasons = False
    highlight: bool = False
    check: bool = False
    intermediates: bool = True
    symmetric: Symmetric = "projection"
    width: int | None = None


class Input(NamedTuple):
    """What messages call it, what a file made from it is called, and where it is.

    Standard input and the text of `-e` come with their bytes.
    """

    name: str
    stem: str
    path: str | None = None
    data: bytes | None = None

    @property
    def is_document(self) -> bool:
        """Whether the derivations are environments or blocks within another text."""
        return self.path is not None and self.path.lower().endswith(DOCUMENTS)

    @classmethod
    def of_file(cls, path: str) -> Self:
        name = os.fsencode(path).decode(errors="replace")
        return cls(name, os.path.splitext(os.path.basename(path))[0], path)

    @classmethod
    def of_stdin(cls) -> Self:
        return cls("<stdin>", "stdin", data=sys.stdin.buffer.read(MAX_BYTES + 1))

    @classmethod
    def of_text(cls, text: str) -> Self:
        return cls("<expression>", "expression", data=os.fsencode(text))


class Outcome(NamedTuple):
    """The blocks of an input's problems in order, and what there is to say about it."""

    blocks: tuple[str, ...]
    messages: tuple[str, ...]
    failed: bool


class Target(NamedTuple):
    """A format: a block for each problem, and how blocks make a document."""

    suffix: str
    block: Callable[[Derivation, Options], str]
    start: str = ""
    separator: str = "\n"
    end: str = ""
    #: The one block of an input is all of a document, byte for byte.
    whole: bool = False

    def join(self, blocks: Iterable[str]) -> str:
        """Blocks one after the other, each ending its line."""
        if self.whole:
            return "".join(blocks)
        return self.separator.join(block.rstrip("\n") + "\n" for block in blocks)


def _latex(style: str) -> Target:
    return Target(
        "tex", lambda d, o: d.latex(style, reasons=o.reasons, highlight=o.highlight, width=o.width)
    )


def _markdown(style: str) -> Target:
    return Target(
        "md",
        lambda d, o: d.markdown(
            style=style, reasons=o.reasons, highlight=o.highlight, width=o.width
        ),
    )


def _html(d: Derivation, o: Options) -> str:
    return html(d, reasons=o.reasons, highlight=o.highlight, width=o.width)


def _json(d: Derivation, o: Options) -> str:
    import json

    return json.dumps(json.loads(d.to_json()), ensure_ascii=False, separators=(",", ":"))


def _text(d: Derivation, o: Options) -> str:
    return d.text(reasons=o.reasons, width=o.width)


TARGETS: dict[str, Target] = {
    "eqalign": _latex("eqalign"),
    "aligned": _latex("aligned"),
    "align": _latex("align"),
    "align*": _latex("align*"),
    "markdown": _markdown("aligned"),
    "github": _markdown("github"),
    "html": Target("html", _html, PAGE_START, "", PAGE_END),
    "json": Target("jsonl", _json, separator=""),
    "text": Target("txt", _text),
}
DOCUMENT = Target("", _text, separator="", whole=True)


def work(source: Input, options: Options) -> Outcome:
    """Derive, print and check every problem of an input."""
    if source.is_document:
        return _document(source, options)
    # Loaded here, so that `derivtex --help` need not wait for the engine.
    from derivtex.api import derive_all

    try:
        text = read(source)
        results = derive_all(
            text,
            wrt=options.wrt,
            notation=options.notation,
            detail=options.detail,
            intermediates=options.intermediates,
            symmetric=options.symmetric,
            filename=source.name,
        )
    except DerivtexError as error:
        return Outcome((), (str(error),), failed=True)
    if not results:
        return Outcome((), (f"{source.name}: no problem in it",), failed=True)
    blocks: list[str] = []
    messages: list[str] = []
    failed = False
    for result in results:
        if isinstance(result, DerivtexError):
            messages.append(str(result))
            failed = True
            continue
        try:
            blocks.append(TARGETS[options.target].block(result, options))
        except DerivtexError as error:
            error.span = error.span or result.problem.tasks[0].span
            messages.append(str(error.located(text, source.name)))
            failed = True
            continue
        if options.check:
            verification = result.verify()
            title = result.problem.title
            messages.append(f"{source.name}: {title or 'check'}\n{verification}")
            failed = failed or not verification.ok
    return Outcome(tuple(blocks), tuple(messages), failed)


def _document(source: Input, options: Options) -> Outcome:
    """A document as one block, which stands for bytes: UTF-8 with `surrogateescape`."""
    from derivtex.documents.convert import convert

    try:
        document = convert(read_bytes(source), source.name, options)
    except DerivtexError as error:
        return Outcome((), (str(error),), failed=True)
    block = document.data.decode("utf-8", "surrogateescape")
    return Outcome((block,), document.messages, document.failed)


def read(source: Input) -> str:
    """The text of an input; `DerivtexError` with its name where it has none."""
    data = read_bytes(source)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = with_line_feeds(error.object[: error.start].decode())
        byte = error.object[error.start]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise DerivtexError(
            f"{source.name}:{line}:{column}: not UTF-8 text (byte 0x{byte:02x})",
            hint="an expression file is UTF-8",
        ) from None
    if "\0" in text:
        raise DerivtexError(f"{source.name}: a binary file, not text")
    if not text.strip():
        raise DerivtexError(f"{source.name}: empty")
    return text.replace("\r\n", "\n")


def read_bytes(source: Input) -> bytes:
    """What is in an input; `DerivtexError` where it cannot be read."""
    data = source.data
    if data is None:
        assert source.path is not None
        try:
            with open(source.path, "rb") as file:
                data = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise DerivtexError(f"{source.name}: {_reason(error)}") from None
    if len(data) > MAX_BYTES:
        raise DerivtexError(f"{source.name}: larger than {MAX_BYTES // 10**6} MB")
    return data


def _reason(error: OSError) -> str:
    match error:
        case FileNotFoundError():
            return "no such file"
        case IsADirectoryError():
            return "a folder, not a file; name the files in it"
        case _:
            return (error.strerror or str(error)).lower()
