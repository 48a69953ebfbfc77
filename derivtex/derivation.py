"""A derivation as plain data: lines, the steps each is made of, and what they arrive at."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from derivtex.errors import DerivtexError
from derivtex.expr import Expr, Path
from derivtex.notation import Detail
from derivtex.problem import Problem

if TYPE_CHECKING:
    from derivtex.verify import Verification

LineKind = Literal[
    "definition",  # Y = XᵀW, as the problem gave it
    "restate",  # the scalar in the words of the notation, before it is differentiated
    "differential",  # dL = …
    "move",  # the same, rearranged
    "name",  # G = ∂φ/∂D, a letter for what is unknown
    "gradient",  # ∂L/∂W = …, read off
    "tidy",  # the same, as a person prefers it
    "equation",  # ∂L/∂w = 0, and what follows from it
    "solution",  # the stationary point
]


class Step(NamedTuple):
    """One application of one named rule at one place; `before` and `after` are whole sides."""

    rule: str
    path: Path
    before: Expr
    after: Expr


class Reason(NamedTuple):
    """Why a line holds: words with a place `{}` for each expression, so that they translate.

    Where the statements of rules say it better, `words` is empty and `rules` names them.
    """

    words: str
    args: tuple[Expr, ...] = ()
    rules: tuple[str, ...] = ()


class Line(NamedTuple):
    """One equation. `left` is None where it is the left side of the line before.

    `varying` are the variables whose differentials the line speaks of; others are held fixed.
    """

    kind: LineKind
    left: Expr | None
    right: Expr
    reason: Reason
    steps: tuple[Step, ...] = ()
    varying: tuple[Expr, ...] = ()


class NotAskedError(DerivtexError, KeyError):
    """A result was looked up that the problem did not ask for."""


class Results(Mapping[str, Expr]):
    """Results by the plain names of their variables; any TeX spelling of a name finds it too."""

    __slots__ = ("_found",)

    def __init__(self, found: Mapping[str, Expr]) -> None:
        self._found = dict(found)

    def __getitem__(self, name: str) -> Expr:
        if name in self._found:
            return self._found[name]
        plain = _plain(str(name))
        if plain not in self._found:
            asked = ", ".join(self._found) or "none"
            raise NotAskedError(f"the problem did not ask for {name}", hint=f"it asked for {asked}")
        return self._found[plain]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def __repr__(self) -> str:
        return repr(self._found)


def _plain(name: str) -> str:
    tex: str = _upstairs("language.names", "tex_name")(name)
    return str(_upstairs("language.names", "plain_name")(tex))


@dataclass(frozen=True, slots=True)
class Derivation:
    """The derivation of one problem.

    `gradients` maps names of variables, plain or in TeX, to gradients, each of its variable's
    shape (denominator layout) or of the transposed one (numerator layout); `solutions` maps them
    to stationary points.
    """

    problem: Problem
    notation: str
    lines: tuple[Line, ...]
    conditions: tuple[Reason, ...] = ()
    gradients: Mapping[str, Expr] = field(default_factory=dict)
    solutions: Mapping[str, Expr] = field(default_factory=dict)
    differentials: tuple[Expr, ...] = ()
    jacobians: tuple[Expr, ...] = ()
    hessians: tuple[Expr, ...] = ()
    detail: Detail = "normal"

    def __post_init__(self) -> None:
        object.__setattr__(self, "gradients", Results(self.gradients))
        object.__setattr__(self, "solutions", Results(self.solutions))

    def __hash__(self) -> int:
        # Equal derivations have equal lines; the names in a problem are a dictionary.
        return hash((self.notation, self.lines, self.conditions))

    @property
    def gradient(self) -> Expr:
        """The gradient, where the problem asks for one."""
        return self._only("gradient", tuple(self.gradients.values()))

    @property
    def solution(self) -> Expr:
        """The stationary point, where the problem asks for one."""
        return self._only("stationary point", tuple(self.solutions.values()))

    @property
    def differential(self) -> Expr:
        """The differential, where the problem asks for it alone."""
        return self._only("differential", self.differentials)

    @property
    def hessian(self) -> Expr:
        """The Hessian, where the problem asks for one."""
        return self._only("Hessian", self.hessians)

    @property
    def jacobian(self) -> Expr:
        """The Jacobian, where the problem asks for one."""
        return self._only("Jacobian", self.jacobians)

    def _only(self, what: str, found: tuple[Expr, ...]) -> Expr:
        if not found:
            raise DerivtexError(f"the problem did not ask for a {what}")
        if len(found) > 1:
            raise DerivtexError(
                f"the problem asked for more than one {what}", hint="use the mapping of all of them"
            )
        return found[0]

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps, in order."""
        return tuple(step for line in self.lines for step in line.steps)

    # How a derivation is shown and checked is the business of floors above, fetched by name.
    def latex(self, style: str = "eqalign", **options: Any) -> str:
        """The block as TeX.

        style      eqalign, aligned, align or align*
        reasons    True: each line says why it holds; "named": only those with a new left side
        highlight  True: the variables in colour; or the plain names of those that are
        detail     brief, normal or full, where it should differ from the derivation's own
        notation   a `Notation`, for the typography
        width      lines that are wider are broken: the columns of a row, two to an em
        """
        return str(_upstairs("printers.block", "block")(self, style, **options))

    def markdown(self, **options: Any) -> str:
        """The title and the block as Markdown with `$$`."""
        return str(_upstairs("printers.markdown", "markdown")(self, **options))

    def text(self, **options: Any) -> str:
        """The lines as aligned Unicode text; with `width`, wider ones are broken."""
        return str(_upstairs("printers.text", "text")(self, **options))

    def to_json(self) -> str:
        """The whole derivation as JSON, read back by `from_json`."""
        return str(_upstairs("printers.json", "to_json")(self))

    @staticmethod
    def from_json(text: str) -> Derivation:
        """The derivation that `to_json` wrote; `DerivtexError` for any other text."""
        derivation = _upstairs("printers.json", "from_json")(text)
        assert isinstance(derivation, Derivation)
        return derivation

    def verify(self, seed: int = 0) -> Verification:
        """Check every step and the results against finite differences at random data."""
        verification: Verification = _upstairs("verify", "verify")(self, seed=seed)
        return verification

    def _repr_latex_(self) -> str:
        return str(_upstairs("printers.display", "display")(self))


@cache
def _upstairs(module: str, name: str) -> Any:
    return getattr(importlib.import_module(f"derivtex.{module}"), name)
