"""The sizes whose product a size is, of `A ⊗ B` and of `vec X`: their order tells which fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from derivtex.shapes import Dim, Unifier

if TYPE_CHECKING:
    from derivtex.language.terms import Term

Side = Literal["rows", "columns"]
_OTHER: dict[Side, Side] = {"rows": "columns", "columns": "rows"}


def fit(first: Term, side: Side, second: Term, other: Side, unifier: Unifier) -> bool:
    """Make a side of one as long as a side of the other, factor by factor; False if that fails.

    `(A ⊗ B) vec X` is `vec(B X A^T)`: A has as many columns as X, and B as X has rows.
    """
    ours, theirs = _factors(first, side), _factors(second, other)
    if not 1 < len(ours) == len(theirs):
        return False
    return all(unifier.unify(a, b) for a, b in zip(ours, theirs, strict=True))


def _factors(term: Term, side: Side) -> list[Dim]:
    found: list[Dim] = []
    pending = [(term, side)]
    while pending:
        term, side = pending.pop()
        if term.op == "transpose":
            pending.append((term.args[0], _OTHER[side]))
        elif term.op == "kron":
            pending.extend((arg, side) for arg in reversed(term.args))
        elif term.op in {"mul", "add", "negate", "inverse"}:
            arrays = [arg for arg in term.args if not arg.shape.is_scalar]
            pending.append((arrays[-1 if side == "columns" else 0], side))
        elif term.op == "vec" and side == "rows":
            shape = term.args[0].shape
            found += [shape.columns, shape.rows]
        else:
            found.append(getattr(term.shape, side))
    return found
