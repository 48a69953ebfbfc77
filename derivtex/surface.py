"""Sets of operations as numbers, a bit each: what an expression is written with, at a glance."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count


class _Bits(dict[str, int]):
    """The bit of each operation, given out when it is first met."""

    _free = count()

    def __missing__(self, op: str) -> int:
        # Of two threads that meet an operation at once, both get the bit of the first.
        return self.setdefault(op, 1 << next(self._free))


BITS = _Bits()


def bits(ops: Iterable[str]) -> int:
    """A set of operations, to be compared with the `surface` of a node."""
    together = 0
    for op in ops:
        together |= BITS[op]
    return together
