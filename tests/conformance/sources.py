"""All tables, by the source that their rows are from."""

from __future__ import annotations

from tests.conformance import cookbook, learning
from tests.conformance.row import Row

SOURCES: dict[str, tuple[Row, ...]] = {
    "The Matrix Cookbook, chapter 2": cookbook.ROWS,
    "Machine learning and statistics": learning.ROWS,
}
ROWS: tuple[Row, ...] = tuple(row for rows in SOURCES.values() for row in rows)
