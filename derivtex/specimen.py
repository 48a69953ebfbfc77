"""Arguments to show and to test an operation with, made from its `sample` column."""

from __future__ import annotations

from collections.abc import Iterator

from derivtex.expr import Expr
from derivtex.op import Op
from derivtex.ops import number, symbol, zeros
from derivtex.shapes import ONE, Dim, Shape, dim
from derivtex.symbols import STRUCTURES


def _size(word: str) -> Dim:
    """`n`, `3`, and `mn` for the product of m and n."""
    if word.isdigit():
        return dim(int(word))
    size = ONE
    for letter in word:
        size = size.times(dim(letter))
    return size


def argument(sample: str, letter: str) -> Expr:
    """The symbol (or the number) that `sample`, such as `n n invertible`, describes."""
    words = sample.split(maxsplit=2)
    if len(words) == 1:
        return number(int(words[0]))
    shape = Shape(_size(words[0]), _size(words[1]))
    if words[2:] == ["zero"]:
        return zeros(shape)
    structure = STRUCTURES.get(words[2], frozenset({words[2]})) if len(words) == 3 else frozenset()
    return symbol(letter, shape, structure)


def specimens(op: Op) -> Iterator[tuple[Expr, ...]]:
    """Arguments for `op`, one tuple for each of its samples."""
    if op.example is not None:
        yield op.example()
        return
    for sample in (op.sample, *op.further):
        yield arguments(sample)


def specimen(op: Op) -> tuple[Expr, ...]:
    """The arguments that `op` is shown with."""
    return arguments(op.sample) if op.example is None else op.example()


def arguments(samples: tuple[str, ...]) -> tuple[Expr, ...]:
    """A, B, C for matrices, x, y for vectors, c for a scalar."""
    letters: dict[int, Iterator[str]] = {0: iter("cst"), 1: iter("xyz"), 2: iter("ABCDE")}
    args = []
    for sample in samples:
        shape = sample.split()[:2]
        kind = sum(word != "1" for word in shape) if len(shape) == 2 else 0
        args.append(argument(sample, next(letters[kind])))
    return tuple(args)


def linear_place(op: Op, args: tuple[Expr, ...]) -> int:
    """The last of its specimens that `op`, which has an adjoint, is linear in."""
    return max(i for i, arg in enumerate(args) if arg.op == "symbol" and i not in op.not_linear_in)
