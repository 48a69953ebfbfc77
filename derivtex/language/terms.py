"""Typed trees: an operation, its arguments, and a shape whose sizes may still be unknown."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from derivtex.errors import ShapeError, Span
from derivtex.op import OPS
from derivtex.shapes import SCALAR, Dim, Shape, Unifier

if TYPE_CHECKING:
    from derivtex.language.factored_sizes import Side

_LETTERS = "nmpqrstuvkl"


class Term(NamedTuple):
    """A node of the typed tree; `data` is a name, a number, a function, or a finished node."""

    op: str
    args: tuple[Term, ...]
    shape: Shape
    span: Span
    data: Any = None

    @property
    def is_number(self) -> bool:
        return self.op == "number"


def _size_letters() -> Iterator[str]:
    """`n m p …`, then `n_1 m_1 p_1 …`."""
    yield from _LETTERS
    for number in count(1):
        for letter in _LETTERS:
            yield f"{letter}_{number}"


class Clash(Exception):
    """Two sizes that cannot be equal, on the way to becoming a `ShapeError` with places."""


class Typing:
    """The unifier, and errors that name both places."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.unifier = Unifier()
        #: Where each name was declared or first used.
        self.places: dict[str, Span] = {}
        #: Names whose shape is only what their letter says by convention.
        self.assumed: set[str] = set()
        self.used_sizes: set[str] = set()
        self._letters: dict[str, str] = {}
        self._free_letters = _size_letters()

    # --- sizes -------------------------------------------------------------------------------

    def same(self, left: Dim, right: Dim) -> Dim:
        """Make two sizes equal, for the shape functions of the operation table."""
        if not (self.unifier.unify(left, right) or self._roots(left, right)):
            raise Clash
        return self.unifier.resolve(left)

    def _roots(self, left: Dim, right: Dim) -> bool:
        """`aa = bb` for sizes means `a = b`: the trace of `X ⊗ X` makes X square."""
        a, b = self.unifier.resolve(left), self.unifier.resolve(right)
        if a.coefficient != b.coefficient or len(a.symbols) != len(b.symbols):
            return False
        if len(set(a.symbols)) != 1 or len(set(b.symbols)) != 1:
            return False
        return self.unifier.unify(Dim(1, a.symbols[:1]), Dim(1, b.symbols[:1]))

    def equal(self, left: Shape, right: Shape) -> bool:
        return self.unifier.unify_shapes(left, right)

    def alike(self, left: Term, right: Term) -> bool:
        """Make two have one shape, factor by factor where their sizes are products."""
        return self.equal(left.shape, right.shape) or (
            self._fit(left, "rows", right, "rows") and self._fit(left, "columns", right, "columns")
        )

    def is_square(self, term: Term) -> bool:
        """Make a term square."""
        return self._fit(term, "rows", term, "columns")

    def _fit(self, left: Term, side: Side, right: Term, other: Side) -> bool:
        ours, theirs = getattr(left.shape, side), getattr(right.shape, other)
        return self.unifier.unify(ours, theirs) or self.fit_by_factors(left, side, right, other)

    def fit_by_factors(self, left: Term, side: Side, right: Term, other: Side) -> bool:
        """The same where both sizes are products: see `factored_sizes`."""
        from derivtex.language.factored_sizes import fit

        return fit(left, side, right, other, self.unifier)

    def final(self, shape: Shape) -> Shape:
        """The shape with a letter for each size that nothing determined."""
        shape = self.unifier.resolve_shape(shape)
        unknown = dict.fromkeys(
            [symbol for size in shape for symbol in size.symbols if symbol[0] == "?"]
        )
        for symbol in unknown:
            if symbol not in self._letters:
                self._letters[symbol] = self._free_letter()
            self.unifier.bind(symbol, Dim(1, (self._letters[symbol],)))
        return self.unifier.resolve_shape(shape) if unknown else shape

    def _free_letter(self) -> str:
        return next(name for name in self._free_letters if name not in self.used_sizes)

    # --- building ----------------------------------------------------------------------------

    def operate(self, op: str, span: Span, *args: Term) -> Term:
        """The operation `op` on arguments whose shapes are made to fit it."""
        try:
            shape = OPS[op].shape(self.same, *[arg.shape for arg in args])
        except Clash:
            if len(args) > 1 or not self.is_square(args[0]):
                self.misfit(op, span, args)
            return self.operate(op, span, *args)
        return Term(op, args, self.unifier.resolve_shape(shape), span)

    def is_assumed(self, term: Term) -> bool:
        """Whether a symbol is a scalar or a vector only by convention, for its small letter."""
        if term.op == "negate":
            (term,) = term.args
        return term.op == "symbol" and not term.shape.is_matrix and term.data in self.assumed

    def misfit(self, op: str, span: Span, args: tuple[Term, ...]) -> NoReturn:
        title = OPS[op].title
        if len(args) == 1:
            raise ShapeError(
                f"the {title} needs a square matrix, but {self.describe(args[0])}", span=span
            )
        self.clash(f"the {title} needs arguments of one shape", args[0], args[1], span)

    def clash(
        self, why: str, left: Term, right: Term, span: Span, hint: str | None = None
    ) -> NoReturn:
        raise ShapeError(
            f"{why}: {self.describe(left)} but {self.describe(right)}", span=span, hint=hint
        )

    # --- words for errors --------------------------------------------------------------------

    def source(self, span: Span) -> str:
        """The text of a place, short enough for a message."""
        text = " ".join(self.text[span.start : span.end].split())
        if text[:1] == "{" and text[-1:] == "}":
            text = text[1:-1].strip()
        return text if len(text) <= 40 else text[:38] + "…"

    def place(self, span: Span) -> str:
        line = self.text.count("\n", 0, span.start) + 1
        return f"line {line}, column {span.start - self.text.rfind(chr(10), 0, span.start)}"

    def shape_text(self, shape: Shape) -> str:
        shape = self.unifier.resolve_shape(shape)
        return "a scalar" if shape == SCALAR else str(self.final(shape))

    def describe(self, term: Term) -> str:
        """`X is m×n (line 1, column 3)`: where it was declared, else where it stands."""
        span = term.span
        inner = term
        while inner.op in {"transpose", "inverse", "negate"}:
            inner = inner.args[0]
        if inner.op in {"symbol", "named"}:
            span = self.places.get(inner.data, span)
        return f"{self.source(term.span)} is {self.shape_text(term.shape)} ({self.place(span)})"


def walk(*roots: Term) -> Iterator[Term]:
    """Each term below the roots once, arguments first."""
    seen: set[int] = set()
    # None stands where the arguments of the term that waits last have all been visited.
    stack: list[Term | None] = [*reversed(roots)]
    waiting: list[Term] = []
    while stack:
        term = stack.pop()
        if term is None:
            yield waiting.pop()
        elif id(term) not in seen:
            seen.add(id(term))
            if term.args:
                waiting.append(term)
                stack.append(None)
                stack += term.args[::-1]
            else:
                yield term
