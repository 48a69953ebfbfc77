"""All tables, by the source that their rows are from."""

from __future__ import annotations

from dataclasses import replace

from tests.conformance import cookbook, giles, learning, magnus_neudecker, wikipedia
from tests.conformance.row import Row

_BOTH_COLUMNS = {name: column for name, column in wikipedia.ALSO.items() if column}


def _with_numerator(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """The rows, with the numerator column where another source has it."""
    return tuple(replace(row, numerator=_BOTH_COLUMNS.get(row.id, row.numerator)) for row in rows)


#: Rows of one source that are in another too are listed there by their names, and not repeated.
SOURCES: dict[str, tuple[Row, ...]] = {
    "The Matrix Cookbook, chapter 2": _with_numerator(cookbook.ROWS),
    "Wikipedia, Matrix calculus": wikipedia.ROWS,
    "Magnus & Neudecker, tables of differentials": magnus_neudecker.ROWS,
    "Giles, forward and reverse mode": giles.ROWS,
    "Machine learning and statistics": learning.ROWS,
}
ALSO: dict[str, tuple[str, ...]] = {
    "Wikipedia, Matrix calculus": tuple(wikipedia.ALSO),
    "Magnus & Neudecker, tables of differentials": magnus_neudecker.ALSO,
    "Giles, forward and reverse mode": giles.ALSO,
}
ROWS: tuple[Row, ...] = tuple(row for rows in SOURCES.values() for row in rows)


def rows_of(source: str) -> tuple[Row, ...]:
    """The rows that a source has, those of another table among them."""
    by_id = {row.id: row for row in ROWS}
    return SOURCES[source] + tuple(by_id[name] for name in ALSO.get(source, ()))
