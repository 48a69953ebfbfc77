"""Expressions to text: where signs, fractions and parentheses go, whatever the script.

A `Writer` turns an expression into `Piece`s, strings with the precedence they bind at. What the
signs look like (TeX or Unicode) is the business of its subclasses; what needs parentheses is
decided here, from the operation table, once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from derivtex.errors import LimitError
from derivtex.expr import Expr, walk
from derivtex.notation import STANDARD, Notation
from derivtex.op import OPS
from derivtex.op_syntax import ATOM, POSTFIX, Call, Fence, Infix, Superscript
from derivtex.printers.component_writer import ComponentWriter
from derivtex.printers.functions import FunctionWriter
from derivtex.printers.indexed import IndexWriter
from derivtex.printers.powers import PowerWriter
from derivtex.printers.signs import PREFIX, Piece
from derivtex.surface import BITS
from derivtex.symbols import Family, GradientName

#: Functions that stand before an atomic argument without parentheses.
BARE = frozenset({"det", "logdet", "singular_det"})

_ZEROS = BITS["zeros"]
#: Where the size of an argument 0 is known.
_TOLD = frozenset({"sized", "apply", "partial", "function_jacobian", "function_hessian"})

#: A graph of n nodes can be a text of 2ⁿ characters.
MAX_LENGTH = 1_000_000
#: The longest text of a part that is kept.
SHORT = 1_000


class Writer(IndexWriter, ComponentWriter, FunctionWriter, PowerWriter):
    """Writes expressions in one script."""

    #: The methods `write_…`, by the operation that each of them writes.
    _special: ClassVar[dict[str, Callable[[Any, Expr, Sequence[Piece]], Piece]]]

    def __init_subclass__(cls) -> None:
        written = (name for name in dir(cls) if name.startswith("write_"))
        cls._special = {name.removeprefix("write_"): getattr(cls, name) for name in written}

    def __init__(self, notation: Notation = STANDARD) -> None:
        self.notation = notation
        self._pieces: dict[Expr, Piece] = {}

    def write(self, e: Expr) -> str:
        return self.piece(e).text

    def piece(self, e: Expr) -> Piece:
        """`e` written. Its parts are kept for the lines to come, which repeat most of this one."""
        pieces = self._pieces
        has_zeros = e.surface & _ZEROS
        stack = [e]
        while stack:
            node = stack[-1]
            if node in pieces:
                stack.pop()
                continue
            args = node.args if node.op != "named" else ()
            if not args:
                pieces[node] = self._combine(node, ())
                stack.pop()
                continue
            missing = [arg for arg in args if arg not in pieces]
            if missing:
                stack += missing[::-1]
                continue
            parts = [pieces[arg] for arg in args]
            if has_zeros:
                parts = self._zeros_sized(node, parts)
            piece = self._combine(node, parts)
            if len(piece.text) > SHORT:
                return self._long_piece(e)
            pieces[node] = piece
            stack.pop()
        return pieces[e]

    def _long_piece(self, e: Expr) -> Piece:
        """The same where the text is long: the long parts of a deep expression are let go as soon
        as they are used."""
        pieces = self._pieces
        order = [node for node in walk(e, into=self._is_to_write) if node not in pieces]
        uses = Counter(arg for node in order for arg in _written(node))
        for node in order:
            args = _written(node)
            parts = self._zeros_sized(node, [pieces[arg] for arg in args])
            piece = self._combine(node, parts)
            if len(piece.text) > MAX_LENGTH:
                raise LimitError(
                    "the expression is too long to be written out",
                    hint="give parts of it names, with definitions",
                )
            pieces[node] = piece
            uses.subtract(args)
            for arg in {*args}:
                if not uses[arg] and len(pieces[arg].text) > SHORT:
                    del pieces[arg]
        return pieces[e]

    def _zeros_sized(self, e: Expr, parts: list[Piece]) -> list[Piece]:
        """The parts, an argument 0 that is an array with its size: without, it is the number."""
        if not e.surface & _ZEROS or e.op in _TOLD:
            return parts
        return [
            self.sized(arg) if arg.op == "zeros" else part
            for arg, part in zip(_written(e), parts, strict=True)
        ]

    def _is_to_write(self, e: Expr) -> bool:
        return e.op != "named" and e not in self._pieces

    # --- structure ------------------------------------------------------------------------------

    def _combine(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        special = self._special.get(e.op)
        if special is not None:
            return special(self, e, parts)
        if not e.args:
            return self.sized_constant(e) if self.with_sizes else self.constant(e)
        syntax = OPS[e.op].syntax
        if isinstance(syntax, Infix):
            return self.infix(syntax, parts)
        if isinstance(syntax, Superscript):
            return self.raised(parts[0], self.sign(syntax))
        if isinstance(syntax, Fence):
            return Piece(self.fence(syntax, parts[0].text, e.args[0]), ATOM)
        if isinstance(syntax, Call):
            return self._call(e, syntax, parts)
        raise TypeError(f"the operation {e.op!r} has no way of being written")

    def _call(self, e: Expr, syntax: Call, parts: Sequence[Piece]) -> Piece:
        sign = self.sign(syntax)
        if e.op in BARE and parts[0].precedence == ATOM:
            closed = Piece(self.call(sign, parts[0].text), POSTFIX)
            bare = self.juxtapose([Piece(sign, ATOM), parts[0]])
            return Piece(bare, PREFIX, closed=closed)
        # \log(x)^2 could be read as the logarithm of a square; σ(x)², tr(A)² could not.
        precedence = POSTFIX if syntax.bare and syntax.text.isascii() else ATOM
        return Piece(self.call(sign, self.listed(parts)), precedence)

    def write_frobenius(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        """`A:B`, or `⟨A, B⟩`."""
        if self.notation.product == "angles":
            return Piece(self.angles(self.listed(parts)), ATOM)
        syntax = OPS["frobenius"].syntax
        assert isinstance(syntax, Infix)
        return self.infix(syntax, parts)

    # --- leaves and marks -----------------------------------------------------------------------

    def write_symbol(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        return self.name(e.data.name, e)

    def write_named(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        if isinstance(e.data, Family):
            return self.with_index(e.data, [self.piece(i).text for i in e.args[1:]], e)
        if isinstance(e.data, GradientName):
            return self.gradient(self.letters(e.data.f), self.letters(e.data.x))
        return self.name(e.data, e)

    def write_sized(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        return parts[0]

    def write_abs(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        """|x|, but abs(X) of a matrix: |X| is its determinant; and no bars within bars."""
        syntax = OPS["abs"].syntax
        assert isinstance(syntax, Fence)
        if e.shape.is_matrix or "|" in parts[0].text.replace(r"\|", ""):
            name = Call(r"\operatorname{abs}", "abs")
            return Piece(self.call(self.sign(name), parts[0].text), ATOM)
        return Piece(self.fence(syntax, parts[0].text, e.args[0]), ATOM)

    def write_number(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        value = e.data
        piece = Piece(str(abs(value.numerator)), ATOM)
        if value.denominator != 1:
            piece = self.ratio(piece, Piece(str(value.denominator), ATOM))
        return self.negated(piece) if value < 0 else piece

    def write_differential(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        return Piece(self.differential(e, parts[0]), POSTFIX, differential=True)

    def write_derivative(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        texts = [self.at_least(part, POSTFIX).text for part in parts]
        if e.args[1].op == "entry":
            return self.by_entry(e, *texts)
        return self.gradient(*texts)

    write_derivative_by_entries = write_derivative

    def write_jacobian(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        """`∂y/∂xᵀ`, `∂vec(F)/∂vec(X)ᵀ`, and `∂²f/∂x∂xᵀ` for that of a gradient."""
        F, X = e.args
        f, x = (self.at_least(part, POSTFIX).text for part in parts)
        hessian = isinstance(F.data, GradientName) and F.op == "named"
        if hessian and not X.shape.is_matrix:
            return self.second_derivative(self.letters(F.data.f), x, row=X.shape.is_column)
        if X.shape.is_scalar:
            return self.gradient(f, x)
        vec = self.sign(Call(r"\operatorname{vec}", "vec"))
        above = f if F.shape.is_column else self.call(vec, parts[0].text)
        below = x if X.shape.is_column else self.call(vec, parts[1].text)
        return self.gradient(above, self.superscript(below, self.transpose_sign))


def _written(e: Expr) -> tuple[Expr, ...]:
    """The arguments of `e` that are written; of a defined name only the name is."""
    return e.args if e.op != "named" else ()
