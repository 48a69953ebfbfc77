"""Where the blocks go: standard output, one file, or a folder with a file for each input."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Protocol

import click

from derivtex.batch import Input, Target


class Sink(Protocol):
    """Takes the blocks of each input in order; `close` finishes the document."""

    def add(self, source: Input, blocks: Sequence[str]) -> None: ...

    def close(self) -> None: ...


def sink_for(target: Target, output: str | None, inputs: Sequence[Input]) -> Sink:
    """The sink that `output` names; an input is never written over."""
    if output is None:
        return Stream(target)
    if len(inputs) == 1 and not output.endswith(("/", os.sep)) and not os.path.isdir(output):
        parent = os.path.dirname(output)
        if parent and not os.path.isdir(parent):
            raise click.UsageError(f"{output}: there is no folder {parent}")
        _protect(output, inputs)
        return File(target, output)
    folder = Folder(target, output)
    taken: dict[str, Input] = {}
    for source in inputs:
        place = folder.place(source)
        other = taken.setdefault(place, source)
        if other is not source:
            both = f"{other.name} and {source.name}"
            raise click.UsageError(f"{both} would be written to one file, {place}")
        _protect(place, inputs)
    try:
        os.makedirs(output, exist_ok=True)
    except FileExistsError:
        raise click.UsageError(f"{output} is a file; several inputs need a folder") from None
    except OSError as error:
        raise click.UsageError(f"{output}: {error.strerror}") from None
    return folder


def _protect(place: str, inputs: Sequence[Input]) -> None:
    for source in inputs:
        if source.path is None or not (os.path.exists(place) and os.path.exists(source.path)):
            continue
        if os.path.samefile(place, source.path):
            raise click.UsageError(f"{place} is an input and would be overwritten")


class Stream:
    """Standard output: one document, written as the blocks come."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.begun = False

    def add(self, source: Input, blocks: Sequence[str]) -> None:
        if blocks:
            before = self.target.separator if self.begun else self.target.start
            text = before + self.target.join(blocks)
            # A document keeps its bytes; other text is what the terminal can show.
            self.print(_encoded(text) if self.target.whole else text)
            self.begun = True

    def close(self) -> None:
        if self.begun:
            self.print(self.target.end)

    def print(self, text: str | bytes) -> None:
        try:
            click.echo(text, nl=False)
        except BrokenPipeError:
            raise  # the reader has seen enough: click ends quietly
        except OSError as error:
            # What is left in the buffer would fail once more on the way out.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise click.ClickException(f"standard output: {error.strerror}") from None


class File:
    """One file, written when all is done, and left alone where nothing was derived."""

    def __init__(self, target: Target, path: str) -> None:
        self.target = target
        self.path = path
        self.blocks: list[str] = []

    def add(self, source: Input, blocks: Sequence[str]) -> None:
        self.blocks += blocks

    def close(self) -> None:
        if self.blocks:
            _write(self.path, self.target, self.blocks)


class Folder:
    """A file for each input that something was derived from."""

    def __init__(self, target: Target, path: str) -> None:
        self.target = target
        self.path = path

    def place(self, source: Input) -> str:
        if self.target.whole:
            return os.path.join(self.path, os.path.basename(source.path or source.name))
        return os.path.join(self.path, f"{source.stem}.{self.target.suffix}")

    def add(self, source: Input, blocks: Sequence[str]) -> None:
        if blocks:
            _write(self.place(source), self.target, blocks)

    def close(self) -> None:
        """Nothing is left to do."""


def _write(path: str, target: Target, blocks: Sequence[str]) -> None:
    try:
        with open(path, "wb") as file:
            file.write(_encoded(target.start + target.join(blocks) + target.end))
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}") from None


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
