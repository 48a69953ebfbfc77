"""A problem about an operation, with NumPy's value of the scalar and the textbook's gradient."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

#: Those in which every operation with a differential has its moves.
NOTATIONS = ("frobenius", "trace", "inner")


class Case(NamedTuple):
    """`given` are statements between semicolons that define f; `shapes` as the samples of
    `tests.conformance` read them; `form` is the gradient as a person writes it."""

    id: str
    given: str
    wrt: str
    shapes: Mapping[str, str]
    truth: Callable[..., Any]
    form: str | None
    conditions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        name = self.wrt if len(self.wrt.split("_")[0]) == 1 else "\\" + self.wrt
        return f"{self.given}; \\nabla_{name} f"
