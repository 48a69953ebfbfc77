"""One problem of a table: what is given, what a textbook answers, and NumPy to check both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    """A scalar function of named arrays, and its gradient with respect to one of them.

    `truth` and `value` are written independently of the engine. They take every name in `shapes`
    as a keyword; vectors are `(n,)` arrays, matrices `(m, n)`, scalars floats.
    """

    id: str
    given: str
    """Statements of the expression file, without the ask. The last one defines the scalar.

    May be indented: `text` has it flush left.
    """
    wrt: str
    """Plain name of the variable."""
    shapes: Mapping[str, str]
    """Plain name of each symbol to its shape, as `tests.tables.sample` reads it: `"mn spd"`."""
    truth: Callable[..., Any]
    """The value of the scalar."""
    value: Callable[..., Any]
    """The value of the gradient, in the shape of the variable."""
    gradient: str
    """The gradient as a textbook prints it. It may use names that `given` defines."""
    source: str = ""

    @property
    def result(self) -> str:
        """The name that the last statement of `given` defines."""
        definitions = [line for line in self.given.splitlines() if "=" in line]
        return definitions[-1].partition("=")[0].strip()

    @property
    def text(self) -> str:
        """The whole problem, the ask included."""
        name = self.wrt if len(self.wrt.split("_")[0]) == 1 else "\\" + self.wrt
        given = "\n".join(line.strip() for line in self.given.strip().splitlines())
        return f"{given}\n\\frac{{\\partial {self.result}}}{{\\partial {name}}}\n"
