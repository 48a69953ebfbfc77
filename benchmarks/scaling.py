"""How the time grows: long products and deep networks."""

from __future__ import annotations

from functools import partial

import derivtex
from benchmarks.clock import in_turn, ms, verdict
from benchmarks.problems import chain, network

#: Ten times the factors in at most 16 times the time; four times the layers likewise in 6.4.
MAX_CHAIN_RATIO = 16.0
MAX_NETWORK_RATIO = 6.4


def run(runs: int = 5) -> None:
    """Print the times and what each step up costs."""
    print(f"\nScaling: parse, derive and print; medians of {runs}, in turn")
    _steps("product of {:4} matrices", {n: chain(n) for n in (100, 1000)}, MAX_CHAIN_RATIO, runs)
    networks = {n: network(n) for n in (8, 32, 128)}
    _steps("tanh network of {:4} layers", networks, MAX_NETWORK_RATIO, runs)


def _steps(label: str, problems: dict[int, str], most: float, runs: int) -> None:
    actions = {label.format(n): partial(_derived, text) for n, text in problems.items()}
    for action in actions.values():
        action()
    before = None
    for name, time in in_turn(actions, runs).items():
        note = "" if before is None else f"  {time / before:.1f}× (at most {most:g}×: "
        note += "" if before is None else f"{verdict(time / before <= most)})"
        print(f"  {name:32} {ms(time):>9}{note}")
        before = time


def _derived(text: str) -> str:
    return derivtex.derive(text).latex()
