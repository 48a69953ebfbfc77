"""Whether data fulfil what a derivation assumes, by more than rounding.

Random data do almost surely, unless a quantity is zero or two entries are equal for a reason, as in
the largest entry of a skew-symmetric matrix. There the derivative does not exist, and what the
difference quotient gives is no measure of anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from derivtex.derivation import Reason
from derivtex.expr import Expr
from derivtex.op import OPS
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


def _stands_alone(points: Points, value: Expr) -> bool:
    """Whether a singular value or an eigenvalue, or that of a vector, is no other one as well."""
    np, A = points.np, points(value.args[0])
    if value.op in {"eigenvalue", "eigenvector"}:
        spectrum = np.linalg.eigvalsh(A)
        own = points(OPS["eigenvalue"](*value.args))[..., 0]
    else:
        spectrum = np.linalg.svd(A, compute_uv=False)
        own = spectrum[..., :1]
    if spectrum.shape[-1] < 2:
        return True
    apart = np.sort(np.abs(spectrum - own), axis=-1)[..., 1]
    return bool((apart > _ROUNDING * np.maximum(1.0, np.abs(own).max())).all())


def _has_full_rank(points: Points, A: Expr) -> bool:
    return _nowhere_zero(points.np, points.np.linalg.svd(points(A), compute_uv=False))


#: What is asked of the expression at all points, by the words of the condition.
_HOLDS_OF: dict[str, Callable[[Points, Expr], bool]] = {
    "{} is a simple singular value": _stands_alone,
    "{} belongs to a simple singular value": _stands_alone,
    "{} is a simple eigenvalue": _stands_alone,
    "{} belongs to a simple eigenvalue": _stands_alone,
    "{} has full rank": _has_full_rank,
}


def are_fulfilled(conditions: Iterable[Reason], points: Points) -> bool:
    """Whether the conditions that can be told from values hold at each of the points."""
    for words, args, _ in conditions:
        if len(args) != 1 or free_indices(args[0]) or args[0].surface & MOVING:
            continue
        of_values, of_expressions = _HOLDS.get(words), _HOLDS_OF.get(words)
        if of_values and not all(of_values(points.np, value) for value in points(args[0])):
            return False
        if of_expressions and not of_expressions(points, args[0]):
            return False
    return True
