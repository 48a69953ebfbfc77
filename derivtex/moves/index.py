"""Index notation has no moves: what it returns to is written as with Frobenius products."""

from __future__ import annotations

from derivtex.moves import frobenius

MOVES = frobenius.MOVES._replace(name="index")
