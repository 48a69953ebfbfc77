"""Where a directive's problems come from, and where each of their lines stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sphinx import version_info
from sphinx.environment import BuildEnvironment


@dataclass(frozen=True)
class Source:
    """An expression file, and the place (``path:line``) of its *n*-th line, counted from 1."""

    text: str
    locate: Callable[[int], str]

    def problem_at(self, line: int | None) -> str:
        """The one problem, of those that ``---`` separates, which holds a line."""
        if line is None:
            return self.text
        lines = self.text.splitlines()
        fences = [i for i, text in enumerate(lines) if text.strip() == "---"]
        start = max((i + 1 for i in fences if i < line - 1), default=0)
        end = min((i for i in fences if i >= line - 1), default=len(lines))
        return "\n".join(lines[start:end]).strip("\n")


#: No expression file is this large; what is, is something else.
MAX_SIZE = 2**20


class FileError(Exception):
    """An expression file that cannot be read."""


def read_file(env: BuildEnvironment, name: str, docname: str) -> Source:
    """Read an expression file below the source folder; the document then depends on it.

    A missing file is depended on too: the document is read again once it is there.
    """
    if not name:
        raise FileError("the option :file: needs the name of an expression file")
    try:
        relative, absolute = env.relfn2path(name, docname)
        path = Path(absolute).resolve()  # a link may lead out of the folder
        if not path.is_relative_to(Path(env.srcdir).resolve()):
            raise FileError(f"{name}: is outside the documentation's source folder")
        _note(env, relative, docname)
        if path.exists() and not path.is_file():
            raise FileError(f"{name}: is no file")
        if path.exists() and path.stat().st_size > MAX_SIZE:
            raise FileError(f"{name}: is larger than {MAX_SIZE} bytes")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as err:
        raise FileError(f"{name}: {err.strerror}") from err
    except ValueError as err:  # not UTF-8, or a name no file can have
        raise FileError(f"{name}: {err}") from err
    return Source(text, lambda line: f"{path}:{line}")


def _note(env: BuildEnvironment, name: str, docname: str) -> None:
    """A document depends on a file. Before Sphinx 8.2 only the current one could be told so."""
    if version_info >= (8, 2):
        env.note_dependency(name, docname=docname)
    else:
        dependencies: dict[str, set[Any]] = env.dependencies
        dependencies[docname].add(name)
