"""What a misspelt word may have been meant to be."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> list[str]:
    """The known word that is most like `word`, if one is; the rest of a long word is left out."""
    # Loaded when there is a mistake: most texts have none.
    from difflib import get_close_matches

    return get_close_matches(word[:24], list(known), n=1, cutoff=cutoff)
