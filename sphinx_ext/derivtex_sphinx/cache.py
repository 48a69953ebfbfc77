"""Derivations kept in the environment: one that has not changed is not derived again.

An entry is kept as long as a document uses it. A document that is read again is first purged, so
entries without a document are dropped only when all documents have been read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sphinx.config import Config

import derivtex

from . import collecting
from .settings import Settings


@dataclass
class Cache:
    """Values by key, and the keys each document uses."""

    values: dict[str, Any] = field(default_factory=dict)
    uses: dict[str, set[str]] = field(default_factory=dict)

    def get(self, docname: str, key: str, make: Callable[[], Any]) -> Any:
        """The value of a key, made if no document has asked for it before."""
        self.uses.setdefault(docname, set()).add(key)
        if key not in self.values:
            self.values[key] = make()
            collecting.freeze()
        return self.values[key]

    def forget(self, docname: str) -> None:
        """The document is about to be read again, or is gone."""
        self.uses.pop(docname, None)

    def merge(self, docnames: Iterable[str], other: Cache) -> None:
        """Take over what a parallel reader made for its documents."""
        for docname in docnames:
            keys = other.uses.get(docname)
            if keys:
                self.uses[docname] = keys
                self.values.update((key, other.values[key]) for key in keys)

    def prune(self) -> None:
        """Drop what no document uses."""
        used = {key for keys in self.uses.values() for key in keys}
        for key in self.values.keys() - used:
            del self.values[key]


def key_of(*parts: object) -> str:
    """The key of something derived from these parts by this version of derivtex."""
    # The `repr` of dataclasses, strings and tuples is the same in every process.
    return hashlib.sha256(repr((derivtex.__version__, _source(), parts)).encode()).hexdigest()


def key_of_derivation(text: str, settings: Settings, config: Config) -> str:
    """The key of what a directive with this text shows."""
    return key_of("derivation", text, settings, config.language)


@cache
def _source() -> int:
    """When derivtex itself changed last, for those who work on it."""
    from pathlib import Path

    root = Path(derivtex.__file__).parent
    return max(path.stat().st_mtime_ns for path in root.rglob("*.py"))
