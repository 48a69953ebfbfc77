"""From the problem in a document to its derivations, with every error at its place there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from derivtex.documents.settings import Settings
from derivtex.errors import DerivtexError

if TYPE_CHECKING:
    from derivtex.derivation import Derivation


@dataclass(frozen=True, slots=True)
class Passage:
    """The text of an expression file within a document.

    line      where its first line stands in the document, from 1
    margins   how many characters of each line the document has before the passage's own
    """

    text: str
    line: int
    margins: Sequence[int] = (0,)

    def place(self, error: DerivtexError, name: str) -> DerivtexError:
        """`error`, which knows its line in the passage, where it is in the document."""
        error.filename = name
        line = error.line or 1
        error.line = self.line + line - 1
        if error.column is not None and line <= len(self.margins):
            error.column += self.margins[line - 1]
        return error


class Failed(Exception):
    """A passage could not be derived; the messages say why."""

    def __init__(self, *messages: str) -> None:
        super().__init__(*messages)
        self.messages = messages


@dataclass(frozen=True, slots=True)
class Converted:
    """A document with its derivations, and what there is to say about it."""

    text: str
    messages: tuple[str, ...]
    failed: bool


class Derived(NamedTuple):
    """What a passage came to: its blocks, and how their checks went if that was asked."""

    blocks: list[str]
    figures: list[str]


def derive_passage(
    passage: Passage, settings: Settings, name: str, show: Callable[[Derivation], str]
) -> Derived:
    """Each problem's derivation, checked and shown; `Failed` if there is one that has none."""
    # Loaded here, so that a document without derivations need not wait for the engine.
    from derivtex.api import derive_all

    try:
        results = derive_all(
            passage.text,
            wrt=settings.wrt,
            notation=settings.notation,
            detail=settings.detail,
            symmetric=settings.symmetric,
        )
    except DerivtexError as error:  # in the text as a whole
        results = [error]
    if settings.label is not None and len(results) > 1:
        results = [DerivtexError(f"a label names one derivation, and here are {len(results)}")]
    errors = [] if results else [DerivtexError("there is no problem in this derivation")]
    blocks: list[str] = []
    figures: list[str] = []
    for result in results:
        try:
            if isinstance(result, DerivtexError):
                raise result
            outcome = result.verify()
            if not outcome.ok:
                raise DerivtexError(f"this derivation fails its numeric check\n{outcome}")
            blocks.append(show(result))
            title = result.problem.title or "check"
            figures += [f"{name}:{passage.line}: {title}\n{outcome}"] if settings.check else []
        except DerivtexError as error:
            errors.append(error.located(passage.text))
    if errors:
        raise Failed(*(str(passage.place(error, name)) for error in errors))
    return Derived(blocks, figures)
