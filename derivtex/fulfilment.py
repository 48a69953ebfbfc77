"""Whether data fulfil what a derivation assumes, by more than rounding.

Random data do almost surely, unless a quantity is zero or two entries are equal for a reason, as in
the largest entry of a skew-symmetric matrix. There the derivative does not exist, and what the
difference quotient gives is no measure of anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from derivtex.derivation import Reason
from derivtex.ops.indices import free_indices
from derivtex.points import MOVING, Points

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]

#: Relative to the largest entry, what is no more than rounding.
_ROUNDING = 1e-9


def _apart(np: Any, value: Array, sign: float) -> bool:
    """Whether the largest entry, or with the sign -1 the smallest, stands alone."""
    entries = np.sort(sign * value.ravel())
    return len(entries) < 2 or bool(
        entries[-1] - entries[-2] > _ROUNDING * max(1.0, np.abs(entries).max())
    )


def _nowhere_zero(np: Any, value: Array) -> bool:
    sizes = np.abs(value)
    return bool(sizes.min() > _ROUNDING * max(1.0, sizes.max()))


#: What is asked of the value, by the words of the condition.
_HOLDS: dict[str, Callable[[Any, Array], bool]] = {
    "{} has no zero entry": _nowhere_zero,
    "{} is not zero": lambda np, value: bool(np.abs(value).max() > _ROUNDING),
    "{} has one largest entry": lambda np, value: _apart(np, value, 1.0),
    "{} has one smallest entry": lambda np, value: _apart(np, value, -1.0),
    "one entry of {} is largest in absolute value": lambda np, value: _apart(
        np, np.abs(value), 1.0
    ),
}


def are_fulfilled(conditions: Iterable[Reason], points: Points) -> bool:
    """Whether the conditions that can be told from values hold at each of the points."""
    for words, args, _ in conditions:
        holds = _HOLDS.get(words)
        if holds is None or len(args) != 1 or free_indices(args[0]) or args[0].surface & MOVING:
            continue
        if not all(holds(points.np, value) for value in points(args[0])):
            return False
    return True
