"""Every problem of the conformance suite: parse, derive and print, and which are the slowest."""

from __future__ import annotations

from statistics import median

import derivtex
from benchmarks.clock import ms, verdict, warm
from tests.conformance.row import Row
from tests.conformance.sources import ROWS

BUDGET = 0.05
NOTATIONS = ("frobenius", "trace", "inner")


def run(runs: int = 3, slowest: int = 8) -> None:
    """Print the median of all problems, and the slowest in any notation."""
    times = []
    for row in ROWS:
        if row.missing:
            continue
        for notation in NOTATIONS if row.kind == "gradient" else NOTATIONS[:1]:
            times.append((warm(lambda r=row, n=notation: _made(r, n), runs, 1), row, notation))
    times.sort(key=lambda timed: timed[0], reverse=True)
    above = sum(time > BUDGET for time, _, _ in times)
    print(f"\nConformance: parse, derive and print, {len(times)} problems; budget {ms(BUDGET)}")
    print(f"  median {ms(median(time for time, _, _ in times))}; the slowest:")
    for time, row, notation in times[:slowest]:
        print(f"  {row.id:40} {notation:10} {ms(time):>9}  {verdict(time <= BUDGET)}")
    print(f"  above the budget: {above}")


def _made(row: Row, notation: str) -> str:
    return derivtex.derive(row.text, notation=notation, **row.options).latex()
