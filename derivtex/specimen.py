"""Arguments to show and to test an operation with, made from its `sample` column."""

from __future__ import annotations

from collections.abc import Iterator

from derivtex.expr import Expr
from derivtex.op import Op
from derivtex.ops import number, symbol
from derivtex.shapes import ONE, Dim, Shape, dim
from derivtex.symbols import STRUCTURES


def _size(word: str) -> Dim:
    return ONE if word == "1" else dim(int(word) if word.isdigit() else word)


def argument(sample: str, letter: str) -> Expr:
    """The symbol (or the number) that `sample`, such as `n n invertible`, describes."""
    words = sample.split(maxsplit=2)
    if len(words) == 1:
        return number(int(words[0]))
    structure = STRUCTURES.get(words[2], frozenset({words[2]})) if len(words) == 3 else frozenset()
    return symbol(letter, Shape(_size(words[0]), _size(words[1])), structure)


def specimens(op: Op) -> Iterator[tuple[Expr, ...]]:
    """Arguments for `op`, one tuple for each of its samples."""
    for sample in (op.sample, *op.further):
        yield arguments(sample)


def specimen(op: Op) -> tuple[Expr, ...]:
    """The arguments that `op` is shown with."""
    return arguments(op.sample)


def arguments(samples: tuple[str, ...]) -> tuple[Expr, ...]:
    """A, B, C for matrices, x, y for vectors, c for a scalar."""
    letters: dict[int, Iterator[str]] = {0: iter("cst"), 1: iter("xyz"), 2: iter("ABCDE")}
    args = []
    for sample in samples:
        shape = sample.split()[:2]
        kind = sum(word != "1" for word in shape) if len(shape) == 2 else 0
        args.append(argument(sample, next(letters[kind])))
    return tuple(args)
