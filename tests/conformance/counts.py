"""How many rows of each source are derived: the table of the README, which a test compares.

`python -m tests.conformance.counts` writes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.conformance.row import Row
from tests.conformance.sources import SOURCES, rows_of

README = Path(__file__).parents[2] / "README.md"
HEAD = "| source | rows | derived and checked | missing |\n|---|---|---|---|\n"


def table() -> str:
    """A line for each source; rows that two sources share count for both, but once in the sum."""
    lines = [_line(source, rows_of(source)) for source in SOURCES]
    everything = [row for rows in SOURCES.values() for row in rows]
    return HEAD + "".join([*lines, _line("together, each row once", everything)])


def _line(name: str, rows: Sequence[Row]) -> str:
    missing = sum(bool(row.missing) and not row.missing_in for row in rows)
    return f"| {name} | {len(rows)} | {len(rows) - missing} | {missing} |\n"


def _around(text: str) -> tuple[str, str]:
    """What stands before the table in the README, and after it."""
    start = text.index(HEAD)
    end = text.index("\n\n", start) + 1
    return text[:start], text[end:]


def written() -> str:
    """The table as the README has it."""
    text = README.read_text()
    before, after = _around(text)
    return text[len(before) : len(text) - len(after)]


if __name__ == "__main__":
    before, after = _around(README.read_text())
    README.write_text(before + table() + after)
