"""The rules of index notation; they are loaded only where a derivation is in it."""

from __future__ import annotations

from derivtex.rules.index import contract, entries, gather, slopes

__all__ = ["contract", "entries", "gather", "slopes"]
