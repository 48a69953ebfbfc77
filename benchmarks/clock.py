"""Taking the time: medians, and several things in turn so that they share the machine's moods.

It is the processor's time, of this process and of those it waited for. On an idle machine that is
the time that passes; on a busy one other work does not count, which would be put on what takes
long, and be missed by what is done between two interruptions.
"""

from __future__ import annotations

import gc
import resource
import time
from collections.abc import Callable
from statistics import median


def seconds(action: Callable[[], object]) -> float:
    """One run, as `timeit` takes it: no collection of garbage falls into it."""
    collects = gc.isenabled()
    gc.disable()
    try:
        start = _processor()
        action()
        return _processor() - start
    finally:
        if collects:
            gc.enable()


def _processor() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def warm(action: Callable[[], object], runs: int, warmups: int = 3) -> float:
    """The median of `runs` after `warmups`."""
    for _ in range(warmups):
        action()
    gc.collect()
    return median(seconds(action) for _ in range(runs))


def in_turn(
    actions: dict[str, Callable[[], object]], runs: int, in_a_row: int = 1
) -> dict[str, float]:
    """The medians of several actions, one after the other in each round.

    With `in_a_row` each is run that often at its turn, so that it is timed as warm as it gets and
    not as cold as the others leave the machine.
    """
    times: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(runs):
        for name, action in actions.items():
            times[name] += [seconds(action) for _ in range(in_a_row)]
    return {name: median(values) for name, values in times.items()}


def ms(value: float) -> str:
    return f"{1000 * value:.2f} ms" if value < 0.1 else f"{1000 * value:.0f} ms"


def verdict(holds: bool) -> str:
    return "ok" if holds else "MISSED"
