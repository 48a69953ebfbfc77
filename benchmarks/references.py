"""Parse, derive and print each reference problem, warm."""

from __future__ import annotations

import derivtex
from benchmarks.clock import ms, verdict, warm
from benchmarks.problems import REFERENCES

BUDGET = 0.003


def run(runs: int = 50) -> None:
    """Print a row for each problem."""
    print(f"Reference problems: parse, derive and print; warm, medians of {runs}; budget 3 ms")
    for reference in REFERENCES:

        def action(text: str = reference.text, notation: str = reference.notation) -> str:
            return derivtex.derive(text, notation=notation).latex()

        time = warm(action, runs)
        kept = verdict(time <= BUDGET)
        print(f"  {reference.name:32} {reference.notation:10} {ms(time):>9}  {kept}")
