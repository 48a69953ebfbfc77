"""How an operation is written: data that every printer and the parser read."""

from __future__ import annotations

from typing import NamedTuple

#: What binds looser comes first.
ADD, HADAMARD, FROBENIUS, PRODUCT, POSTFIX, ATOM = 10, 15, 20, 30, 40, 50


class Atom(NamedTuple):
    """A leaf; its text is in its data."""

    precedence: int = ATOM


class Infix(NamedTuple):
    """`a ∘ b ∘ c`; an operand that binds looser than `operand` is put in parentheses."""

    tex: str
    text: str
    precedence: int
    operand: int


class Call(NamedTuple):
    """`f(x)`. With `bare` the parentheses go where the argument is a single factor."""

    tex: str
    text: str
    bare: bool = False
    precedence: int = ATOM


class Superscript(NamedTuple):
    """`x^T`."""

    tex: str
    text: str
    precedence: int = POSTFIX


class Fence(NamedTuple):
    """`‖x‖`; the closing fence carries its subscript."""

    left_tex: str
    right_tex: str
    left: str
    right: str
    precedence: int = ATOM


class Special(NamedTuple):
    """Written by a function of its own in each printer (sums, products, powers, functions)."""

    precedence: int


Syntax = Atom | Infix | Call | Superscript | Fence | Special
