"""Which structures go together: what follows from two of them, and what no matrix has."""

from __future__ import annotations

from collections.abc import Iterator

from derivtex.errors import ShapeError, Span, UnsupportedError
from derivtex.shapes import Shape
from derivtex.symbols import STRUCTURES

_TRIANGULAR = frozenset({"lower triangular", "upper triangular"})
#: Pairs that only the matrix of zeros has, or none.
_EXCLUSIVE = (
    ("skew-symmetric", "positive definite"),
    ("skew-symmetric", "symmetric"),
    ("skew-symmetric", "diagonal"),
    ("skew-symmetric", "lower triangular"),
    ("skew-symmetric", "upper triangular"),
    ("skew-symmetric", "positive"),
    ("orthogonal", "positive"),
    ("singular", "invertible"),
)
#: Pairs that there are matrices of, but no formula here for the directions within them.
_MISSING = (
    *(
        ("orthogonal", other)
        for other in (
            "symmetric", "diagonal", "skew-symmetric", "lower triangular", "upper triangular",
        )
    ),
    *(("singular", other) for other in ("skew-symmetric", "lower triangular", "upper triangular")),
)  # fmt: skip
#: What an array of any shape can have.
OF_ARRAYS = frozenset({"positive", "integer"})


def consistent(name: str, shape: Shape, structure: frozenset[str], span: Span) -> frozenset[str]:
    """All that is implied; raises where nothing, or nothing that can be derived, has it all."""
    if not shape.is_square and structure - OF_ARRAYS:
        raise ShapeError(
            f"{name} is no square matrix, so it cannot be {_of_matrices(structure)}",
            span=span,
            hint=f"positive entries are {name} > 0" if "positive definite" in structure else None,
        )
    if shape.is_scalar:
        return structure
    for first, second in _both(structure, _EXCLUSIVE):
        raise ShapeError(f"{name} cannot be both {first} and {second}", span=span)
    for first, second in _both(structure, _MISSING):
        raise UnsupportedError(f"what is both {first} and {second} is not derived", span=span)
    if structure >= _TRIANGULAR or (structure & _TRIANGULAR and "symmetric" in structure):
        structure = (structure - _TRIANGULAR) | STRUCTURES["diagonal"]
    return structure


def _of_matrices(structure: frozenset[str]) -> str:
    words = ("positive definite", *STRUCTURES)
    return next(word for word in words if word in structure and word not in OF_ARRAYS)


def _both(
    structure: frozenset[str], pairs: tuple[tuple[str, str], ...]
) -> Iterator[tuple[str, str]]:
    return (pair for pair in pairs if structure >= set(pair))
