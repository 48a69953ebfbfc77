"""How the time grows: long products and deep networks."""

from __future__ import annotations

import derivtex
from benchmarks.clock import ms, verdict, warm
from benchmarks.problems import chain, network

#: Ten times the factors in at most 16 times the time; four times the layers likewise in 6.4.
MAX_CHAIN_RATIO = 16.0
MAX_NETWORK_RATIO = 6.4


def _time(text: str, runs: int) -> float:
    return warm(lambda: derivtex.derive(text).latex(), runs, warmups=1)


def run(runs: int = 5) -> None:
    """Print the times and what each step up costs."""
    print(f"\nScaling: parse, derive and print; medians of {runs}")
    before = None
    for n in (100, 1000):
        time = _time(chain(n), runs)
        note = _ratio(time, before, MAX_CHAIN_RATIO)
        print(f"  product of {n:4} matrices         {ms(time):>9}{note}")
        before = time
    before = None
    for layers in (8, 32, 128):
        time = _time(network(layers), runs)
        note = _ratio(time, before, MAX_NETWORK_RATIO)
        print(f"  tanh network of {layers:4} layers      {ms(time):>9}{note}")
        before = time


def _ratio(time: float, before: float | None, most: float) -> str:
    if before is None:
        return ""
    ratio = time / before
    return f"  {ratio:.1f}× (at most {most:g}×: {verdict(ratio <= most)})"
