"""What a problem gives names to: symbols, with the structure they were declared to have, and
functions that nothing is known about but their type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from derivtex.shapes import Dim, Shape

if TYPE_CHECKING:
    from derivtex.expr import Expr

#: Structures a symbol can be declared to have; each implies what stands behind it.
STRUCTURES: dict[str, frozenset[str]] = {
    "symmetric": frozenset({"symmetric"}),
    "positive definite": frozenset({"positive definite", "symmetric", "invertible"}),
    "diagonal": frozenset({"diagonal", "symmetric"}),
    "skew-symmetric": frozenset({"skew-symmetric"}),
    "orthogonal": frozenset({"orthogonal", "invertible"}),
    "invertible": frozenset({"invertible"}),
    "singular": frozenset({"singular"}),
    "lower triangular": frozenset({"lower triangular"}),
    "upper triangular": frozenset({"upper triangular"}),
    "integer": frozenset({"integer"}),
    "positive": frozenset({"positive"}),
}


class Symbol(NamedTuple):
    """A named quantity: its TeX name as printed, and its structure (all that is implied)."""

    name: str
    structure: frozenset[str] = frozenset()


class Formula(NamedTuple):
    """`s(t) = …`: the letter t, the scalar expression, and what in it does not depend on t."""

    formal: Expr
    body: Expr
    parameters: tuple[Expr, ...] = ()


class Function(NamedTuple):
    """A declared function of which only the type is known, or a formula.

    An elementwise one has scalar domain and codomain and is applied to each entry of an array.
    """

    name: str
    domain: tuple[Shape, ...]
    codomain: Shape
    formula: Any = None  # a Formula: only an elementwise function has one

    @property
    def elementwise(self) -> bool:
        return self.codomain.is_scalar and all(shape.is_scalar for shape in self.domain)


class GradientName(NamedTuple):
    """The name `∂f/∂x` that a gradient found on the way goes by."""

    f: str
    x: str


class Family(NamedTuple):
    """What has a member for each value of its indices: `x_i`, `W^{[l]}`, a matrix `A_k`.

    `place` is where an index is written: "_", "^", or "^[" and "^(" for one in brackets; `first`
    is the first index that a sum gives it, 1 where none says.
    """

    name: str
    place: str
    structure: frozenset[str] = frozenset()
    first: int = 1


def attach(base: str, place: str, text: str) -> str:
    """The TeX name of a member: `x` with `i` is `x_i`, `W^{[1]}` with a subscript `W_i^{[1]}`."""
    text = {"^[": "[%s]", "^(": "(%s)"}.get(place, "%s") % text
    plain = len(text) == 1 or (text[0] == "\\" and text[1:].isalpha())
    script = text if plain else f"{{{text}}}"
    if place == "_" and "^" in base:
        letter, _, raised = base.partition("^")
        return f"{letter}_{script}^{raised}"
    return f"{base}{place[0]}{script}"


class Subscript(NamedTuple):
    """The subscript of an entry: its letter, and the number of entries it runs over."""

    name: str
    size: Dim
