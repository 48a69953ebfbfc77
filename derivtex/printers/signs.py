"""What a script provides to the writer of expressions: how each sign looks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from derivtex.expr import Expr
from derivtex.op_syntax import (
    ADD,
    ATOM,
    FROBENIUS,
    HADAMARD,
    POSTFIX,
    PRODUCT,
    Call,
    Fence,
    Infix,
    Superscript,
)
from derivtex.shapes import Shape
from derivtex.symbols import Function

#: Between those of the operation table: `-AB`, `log det X` (which runs to the end of the product
#: it stands in), and `a/b` on one line.
NEGATIVE, PREFIX, QUOTIENT = 12, 24, 27
assert ADD < NEGATIVE < HADAMARD < FROBENIUS < PREFIX < QUOTIENT < PRODUCT < POSTFIX < ATOM


#: What `d` stands before without parentheses.
NAMES = frozenset({"symbol", "named", "member", "family"})


class Piece(NamedTuple):
    """Written text and the precedence of its outermost operation.

    differential   a `dX`, which thin spaces set apart from its neighbours in a product
    power          the base and the exponent of what is a power, an inverse or a reciprocal
    closed         the same with its argument in parentheses: `det(X)` for `det X`
    """

    text: str
    precedence: int
    differential: bool = False
    power: tuple[Piece, int | Fraction] | None = None
    closed: Piece | None = None


class Signs(ABC):
    """One script, such as TeX."""

    minus: str

    def at_least(self, piece: Piece, precedence: int) -> Piece:
        """The piece, in parentheses where it binds looser than `precedence`."""
        if piece.precedence >= precedence:
            return piece
        if piece.closed is not None and piece.closed.precedence >= precedence:
            return piece.closed
        return Piece(self.parentheses(piece.text), ATOM)

    @abstractmethod
    def name(self, tex: str, e: Expr) -> Piece: ...

    @abstractmethod
    def number_name(self, tex: str, e: Expr) -> str:
        """The name of an array as that of a number: not in bold, though in its colour."""

    @abstractmethod
    def ratio(self, above: Piece, below: Piece) -> Piece: ...

    @abstractmethod
    def parentheses(self, inner: str) -> str: ...

    @abstractmethod
    def call(self, function: str, inner: str) -> str: ...

    @abstractmethod
    def superscript(self, base: str, exponent: str) -> str: ...

    @abstractmethod
    def series(self, sign: Call, limits: Sequence[str]) -> str:
        """The sign of a sum or a product with its index, from where and to where."""

    @abstractmethod
    def integral_sign(self, lower: str, upper: str) -> str:
        """The sign of an integral, from where to where."""

    @abstractmethod
    def circled(self, exponent: str) -> str:
        """The exponent of an elementwise power."""

    @abstractmethod
    def juxtapose(self, parts: Sequence[Piece]) -> str: ...

    @abstractmethod
    def differential(self, e: Expr, inner: Piece) -> str: ...

    @abstractmethod
    def gradient(self, f: str, x: str) -> Piece: ...

    @abstractmethod
    def fraction(self, f: str, x: str) -> Piece:
        """`∂f/∂x`, also where gradients are written with a nabla."""

    @abstractmethod
    def mixed(self, f: str, x: str, y: str) -> Piece:
        """`∂²f/∂x∂y`."""

    @abstractmethod
    def subscripted(self, base: str, script: str) -> str: ...

    @abstractmethod
    def sum_sign(self, index: str, body: str) -> str:
        """A sum over all the values of a subscript."""

    @abstractmethod
    def second_derivative(self, f: str, x: str, *, row: bool) -> Piece: ...

    @property
    @abstractmethod
    def transpose_sign(self) -> str: ...

    @abstractmethod
    def slot_gradient(self, function: str, slot: int | None) -> str:
        """`∇₂φ`: the gradient in the argument number `slot`, of a function with several."""

    @abstractmethod
    def slot_hessian(self, function: str, slots: str | None) -> str:
        """`∇²₁₂φ`: the Hessian in two arguments, by their numbers, of a function with several."""

    @abstractmethod
    def slot_derivative(self, function: str, slot: int) -> str:
        """`∂₂f`: the Jacobian in the argument number `slot`."""

    @abstractmethod
    def constant(self, e: Expr) -> Piece: ...

    @abstractmethod
    def angles(self, inner: str) -> str:
        """The inner product."""

    @abstractmethod
    def root(self, inner: Piece) -> Piece: ...

    @abstractmethod
    def sign(self, syntax: Infix | Call | Superscript) -> str: ...

    @abstractmethod
    def shaped(self, word: str, shape: Shape) -> str:
        """A function that makes something of the shape, which it bears as its index."""

    @abstractmethod
    def sizes(self, shape: Shape) -> str:
        """`m×n`."""

    @abstractmethod
    def grid(self, rows: Sequence[Sequence[str]]) -> str:
        """A matrix of blocks."""

    @abstractmethod
    def cross_brackets(self, inner: str) -> str:
        """The matrix that multiplies crosswise."""

    @abstractmethod
    def inverse_transpose(self) -> str: ...

    @abstractmethod
    def fence(self, syntax: Fence, inner: str, X: Expr) -> str: ...

    @abstractmethod
    def letters(self, tex: str) -> str:
        """A name as this script spells it."""

    @abstractmethod
    def derived(self, function: Function, order: int) -> str:
        """The name of an elementwise function, or of its derivative of some order."""

    def raised(self, base: Piece, exponent: str) -> Piece:
        return Piece(self.superscript(self.at_least(base, ATOM).text, exponent), POSTFIX)

    def negated(self, piece: Piece) -> Piece:
        return Piece(self.minus + self.at_least(piece, HADAMARD).text, NEGATIVE)

    def listed(self, parts: Sequence[Piece]) -> str:
        return ", ".join(part.text for part in parts)
