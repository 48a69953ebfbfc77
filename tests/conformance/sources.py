"""All tables, by the source that their rows are from."""

from __future__ import annotations

from tests.conformance import cookbook, learning, matrix_functions
from tests.conformance.row import Row

SOURCES: dict[str, tuple[Row, ...]] = {
    "The Matrix Cookbook, chapter 2": cookbook.ROWS,
    "Machine learning and statistics": learning.ROWS,
    "Functions of matrices": matrix_functions.ROWS,
}
ROWS: tuple[Row, ...] = tuple(row for rows in SOURCES.values() for row in rows)
