"""The README says how much of each source is derived: it has to be so."""

from __future__ import annotations

from tests.conformance.counts import table, written
from tests.conformance.sources import ALSO, ROWS


def test_readme_has_the_counts() -> None:
    assert written() == table(), "python -m tests.conformance.counts writes it"


def test_shared_rows_are_there() -> None:
    names = {row.id for row in ROWS}
    for source, shared in ALSO.items():
        assert set(shared) <= names, source
        assert len(set(shared)) == len(shared), source
