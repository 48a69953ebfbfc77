"""Expressions to text: where signs, fractions and parentheses go, whatever the script.

A `Writer` turns an expression into `Piece`s, strings with the precedence they bind at. What the
signs look like (TeX or Unicode) is the business of its subclasses; what needs parentheses is
decided here, from the operation table, once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, ClassVar

from derivtex.errors import LimitError
from derivtex.expr import Expr, walk
from derivtex.notation import STANDARD, Notation
from derivtex.op import (
    ADD,
    ATOM,
    FROBENIUS,
    HADAMARD,
    OPS,
    POSTFIX,
    PRODUCT,
    Call,
    Fence,
    Infix,
    Superscript,
)
from derivtex.ops.integers import minus
from derivtex.ops.leaves import number, value_of
from derivtex.ops.matrices import transpose
from derivtex.printers.component_writer import ComponentWriter
from derivtex.printers.indexed import IndexWriter
from derivtex.printers.signs import NEGATIVE, PREFIX, Piece
from derivtex.symbols import Family, GradientName

#: Functions that stand before an atomic argument without parentheses.
BARE = frozenset({"det", "logdet", "singular_det"})

#: A graph of n nodes can be a text of 2ⁿ characters.
MAX_LENGTH = 1_000_000
#: The longest text of a part that is kept.
SHORT = 1_000

#: How an eigenvalue is written that has no letter of its own.
EIGENVALUE = Call(r"\operatorname{eig}", "eig")

UNIT = Piece("1", ATOM)


class Writer(IndexWriter, ComponentWriter):
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
        stack = [e]
        while stack:
            node = stack[-1]
            if node in pieces:
                stack.pop()
                continue
            args = _written(node)
            missing = [arg for arg in args if arg not in pieces]
            if missing:
                stack += reversed(missing)
                continue
            piece = self._combine(node, [pieces[arg] for arg in args])
            if len(piece.text) > SHORT:
                return self._long_piece(e)
            pieces[node] = piece
        return pieces[e]

    def _long_piece(self, e: Expr) -> Piece:
        """The same where the text is long: the long parts of a deep expression are let go as soon
        as they are used."""
        pieces = self._pieces
        order = [node for node in walk(e, into=self._is_to_write) if node not in pieces]
        uses = Counter(arg for node in order for arg in _written(node))
        for node in order:
            args = _written(node)
            piece = self._combine(node, [pieces[arg] for arg in args])
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

    def _is_to_write(self, e: Expr) -> bool:
        return e.op != "named" and e not in self._pieces

    # --- structure ------------------------------------------------------------------------------

    def raised(self, base: Piece, exponent: str) -> Piece:
        return Piece(self.superscript(self.at_least(base, ATOM).text, exponent), POSTFIX)

    def listed(self, parts: Sequence[Piece]) -> str:
        return ", ".join(part.text for part in parts)

    def _combine(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        special = self._special.get(e.op)
        if special is not None:
            return special(self, e, parts)
        if not e.args:
            return self.constant(e)
        syntax = OPS[e.op].syntax
        if isinstance(syntax, Infix):
            return self._infix(syntax, parts)
        if isinstance(syntax, Superscript):
            return self.raised(parts[0], self.sign(syntax))
        if isinstance(syntax, Fence):
            return Piece(self.fence(syntax, parts[0].text, e.args[0]), ATOM)
        if isinstance(syntax, Call):
            return self._call(e, syntax, parts)
        raise TypeError(f"the operation {e.op!r} has no way of being written")

    def _infix(self, syntax: Infix, parts: Sequence[Piece]) -> Piece:
        sign = self.sign(syntax)
        first, *rest = parts
        # -A:B is (-A):B and -(A:B) alike; a Hadamard product keeps its parentheses.
        loose = syntax.precedence == FROBENIUS and first.precedence == NEGATIVE
        head = first if loose else self.at_least(first, syntax.operand)
        texts = [head.text, *[self.at_least(part, syntax.operand).text for part in rest]]
        if syntax.precedence == FROBENIUS and parts[-1].precedence == PREFIX:
            texts[-1] = parts[-1].text  # a sum over an index runs on to the end of the term
        text = (sign if syntax.precedence == FROBENIUS else f" {sign} ").join(texts)
        return Piece(text, NEGATIVE if loose else syntax.precedence)

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
        return self._infix(syntax, parts)

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
        """|x|, but abs(X) of a matrix: |X| is its determinant; and no || of two bars."""
        syntax = OPS["abs"].syntax
        assert isinstance(syntax, Fence)
        if e.shape.is_matrix or "|" in (parts[0].text[0], parts[0].text[-1]):
            name = Call(r"\operatorname{abs}", "abs")
            return Piece(self.call(self.sign(name), parts[0].text), ATOM)
        return Piece(self.fence(syntax, parts[0].text, e.args[0]), ATOM)

    def write_number(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        value = e.data
        piece = Piece(str(abs(value.numerator)), ATOM)
        if value.denominator != 1:
            piece = self.ratio(piece, Piece(str(value.denominator), ATOM))
        return self.negated(piece) if value < 0 else piece

    def negated(self, piece: Piece) -> Piece:
        return Piece(self.minus + self.at_least(piece, HADAMARD).text, NEGATIVE)

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

    # --- unknown functions ----------------------------------------------------------------------

    def write_apply(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        return Piece(self.call(self.letters(e.data.name), self.listed(parts)), ATOM)

    def write_map(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        return Piece(self.call(self.derived(*e.data), parts[0].text), ATOM)

    def write_partial(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        """`∂φ/∂D` where the argument has a name, else `∇φ(WX)`, or `∇₂φ(a, WX)`; or `φ'(a, WX)`."""
        function, index, *style = e.data
        f = self.letters(function.name)
        if style == ["prime"]:
            return Piece(self.call(self.derived(function, 1), self.listed(parts)), ATOM)
        D = e.args[index]
        if not style and D.op in {"named", "symbol"} and e.args.count(D) == 1:
            return self.gradient(f, parts[index].text)
        slot = self.slot_gradient(f, index + 1 if len(e.args) > 1 else None)
        return Piece(self.call(slot, self.listed(parts)), POSTFIX)

    # --- norms, roots, powers -------------------------------------------------------------------

    def write_norm_squared(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        syntax = OPS["norm"].syntax
        assert isinstance(syntax, Fence)
        norm = Piece(self.fence(syntax, parts[0].text, e.args[0]), ATOM)
        return self.raised(norm, "2")._replace(power=(norm, 2))

    def write_sqrt(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        return self.root(parts[0])

    def write_inverse(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        syntax = OPS["inverse"].syntax
        assert isinstance(syntax, Superscript)
        if _is_root(e.args[0]) and parts[0].power is not None:
            root, half = parts[0].power
            return self.raised(root, self._exponent(-half))._replace(power=(root, -half))
        return self.raised(parts[0], self.sign(syntax))._replace(power=(parts[0], -1))

    def write_transpose(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        """`Aᵀ`, and `A⁻ᵀ` for the transpose of an inverse."""
        (inner,) = parts
        if e.args[0].op == "inverse" and inner.power is not None:
            return self.raised(inner.power[0], self.inverse_transpose())
        syntax = OPS["transpose"].syntax
        assert isinstance(syntax, Superscript)
        return self.raised(inner, self.sign(syntax))

    def write_matrix_power(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        base, exponent = parts
        times = value_of(e.args[1])
        known = _is_root(e.args[0]) or e.args[0].op == "inverse"
        if times is not None and known and base.power is not None:
            root, once = base.power
            return self.raised(root, self._exponent(once * times))
        if times is None and (inverted := _inverted(e.args[0])) is not None:
            opposite = self.piece(minus(number(0), e.args[1]))
            return self.raised(self.piece(inverted), opposite.text)
        return self.raised(base, exponent.text)

    def write_real_power(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        value = value_of(e.args[1])
        return self.raised(parts[0], parts[1].text if value is None else self._exponent(value))

    def write_sqrtm(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        half = Fraction(1, 2)
        return self.raised(parts[0], self._exponent(half))._replace(power=(parts[0], half))

    def write_expm(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        return Piece(self.superscript("e", parts[0].text), POSTFIX)

    def _exponent(self, value: int | Fraction) -> str:
        return str(value).replace("-", self.minus)

    def write_power(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        """`x²`, `1/x`, and `x^{∘2}` for an array."""
        base, exponent = parts
        value = value_of(e.args[1])
        script = exponent.text if value is None else str(value).replace("-", self.minus)
        if not e.shape.is_scalar:
            return self.raised(base, self.circled(script))
        if value is None:
            return self.raised(base, script)
        if e.args[0].op == "norm_squared" and base.power is not None:
            base, value = base.power[0], 2 * value
        if value > 0:
            return self._to_the(base, value)
        return self.ratio(UNIT, self._to_the(base, -value))._replace(power=(base, value))

    def _to_the(self, base: Piece, exponent: int | Fraction) -> Piece:
        return base if exponent == 1 else self.raised(base, str(exponent))

    def write_eigenvalue(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        """`λ_max(A)`, `λ₂(A)`; with an argument that has no name, `eig(A + B, 2)`."""
        place = value_of(e.args[1])
        extreme = {1: r"\lambda_{\max}", -1: r"\lambda_{\min}"}.get(place)
        if extreme is None and e.args[0].op not in {"symbol", "named"}:
            return Piece(self.call(self.sign(EIGENVALUE), self.listed(parts)), ATOM)
        index = parts[1].text
        script = index if len(index) == 1 else f"{{{index}}}"
        name = rf"\lambda_{script}" if extreme is None else extreme
        return Piece(self.call(self.letters(name), parts[0].text), ATOM)

    def write_contract_first(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        """`G:_1 A`; an identity with its size, which nothing else would tell."""
        syntax = OPS[e.op].syntax
        assert isinstance(syntax, Infix)
        return self._infix(syntax, list(map(self._sized_identity, e.args, parts)))

    write_contract_second = write_contract_first

    def _sized_identity(self, e: Expr, piece: Piece) -> Piece:
        if e.op != "identity":
            return piece
        size = str(e.shape.rows)
        return Piece(self.letters(f"I_{size}" if len(size) == 1 else f"I_{{{size}}}"), ATOM)

    def write_unvec(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        """`unvec_{m×n}(x)`."""
        return Piece(self.call(self.shaped("unvec", e.shape), parts[0].text), ATOM)

    # --- sums and products ----------------------------------------------------------------------

    def write_add(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        text = self.at_least(parts[0], NEGATIVE).text
        for part in parts[1:]:
            if part.precedence == NEGATIVE:
                text += f" {self.minus} {part.text[len(self.minus) :]}"
            else:
                text += f" + {self.at_least(part, HADAMARD).text}"
        return Piece(text, ADD)

    def write_mul(self, e: Expr, parts: Sequence[Piece]) -> Piece:
        """`-2λAᵀx/‖x‖`: sign, number, scalars and chain, with what divides put below."""
        coefficient: int | Fraction = 1
        above: list[Piece] = []
        below: list[Piece] = []
        chain: list[Piece] = []
        for arg, part in zip(e.args, parts, strict=True):
            value = value_of(arg)
            if value is not None:
                coefficient *= value
            elif not arg.shape.is_scalar:
                # A product with dots goes on in the product it stands in.
                dots = arg.op == "indexed_product" and arg.data.dots
                chain.append(part._replace(precedence=POSTFIX) if dots else part)
            elif part.power is not None and part.power[1] < 0:
                base, exponent = part.power
                below.append(self._to_the(base, -exponent))
            else:
                above.append(part)
        if len(chain) > 1:
            # A scalar may stand before A:B without parentheses, a matrix not before A:_2 B.
            chain = [
                self.at_least(part, POSTFIX) if part.precedence == FROBENIUS else part
                for part in chain
            ]
        # No fraction in the numerator of another: it stands beside, as in 1/c (A - B/c).
        nested = bool(below) and any(map(_has_fraction, e.args))
        if coefficient < 0:
            return self.negated(self._quotient(-coefficient, above, below, chain, nested))
        return self._quotient(coefficient, above, below, chain, nested)

    def _quotient(
        self,
        coefficient: int | Fraction,
        above: list[Piece],
        below: list[Piece],
        chain: list[Piece],
        nested: bool = False,
    ) -> Piece:
        head = [Piece(str(coefficient.numerator), ATOM)] if coefficient.numerator != 1 else []
        foot = [Piece(str(coefficient.denominator), ATOM)] if coefficient.denominator != 1 else []
        if not below:
            if foot:
                head = [self.ratio(*[self._factors(side) for side in (head, foot)])]
            return self._factors([*head, *above, *chain])
        # A short chain stands in the numerator, any other, and a sum, beside the fraction.
        sums = any(part.precedence == PREFIX for part in chain)
        short = len(chain) <= 3 and not sums and not nested
        numerator = self._factors([*head, *above, *(chain if short else ())])
        fraction = self.ratio(numerator, self._factors([*foot, *below]))
        return fraction if short else self._factors([fraction, *chain])

    def _factors(self, factors: list[Piece]) -> Piece:
        """Factors side by side; a product, or a bare function, may run on at the end: `2A:B`."""
        if not factors:
            return UNIT
        if len(factors) == 1:
            return factors[0]
        *front, last = factors
        runs_on = last.precedence in {FROBENIUS, PREFIX}
        pieces = [self.at_least(factor, POSTFIX) for factor in front]
        pieces.append(last if runs_on else self.at_least(last, POSTFIX))
        return Piece(self.juxtapose(pieces), last.precedence if runs_on else PRODUCT)


def _has_fraction(total: Expr) -> bool:
    """Whether a term of this sum of arrays is written as a fraction."""
    return (
        total.op == "add"
        and not total.shape.is_scalar
        and any(
            factor.op == "power" and (value_of(factor.args[1]) or 0) < 0
            for term in total.args
            for factor in (term.args if term.op == "mul" else ())
        )
    )


def _inverted(e: Expr) -> Expr | None:
    """X for X⁻¹, Xᵀ for X⁻ᵀ."""
    if e.op == "inverse":
        return e.args[0]
    if e.op == "transpose" and e.args[0].op == "inverse":
        return transpose(e.args[0].args[0])
    return None


def _is_root(e: Expr) -> bool:
    """`X^{1/2}` or `X^{-1/2}`, whose powers are those of X."""
    return e.op == "sqrtm" or (e.op == "inverse" and e.args[0].op == "sqrtm")


def _written(e: Expr) -> tuple[Expr, ...]:
    """The arguments of `e` that are written; of a defined name only the name is."""
    return e.args if e.op != "named" else ()
