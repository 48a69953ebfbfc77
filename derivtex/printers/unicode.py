"""Expressions as one line of Unicode."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import pairwise
from string import digits

from derivtex.expr import Expr
from derivtex.language.lexicon import COMBINING, LETTERS, LOWERED, RAISED, UNICODE
from derivtex.notation import STANDARD, Notation
from derivtex.op import OPS
from derivtex.op_syntax import ATOM, FROBENIUS, POSTFIX, PRODUCT, Call, Fence, Infix, Superscript
from derivtex.printers.signs import NAMES, PREFIX, QUOTIENT, Piece
from derivtex.printers.writer import Writer
from derivtex.shapes import Shape
from derivtex.symbols import Function

_RAISE = str.maketrans({plain: raised for raised, plain in RAISED.items()} | {"T": "ᵀ", "−": "⁻"})
_LOWER = str.maketrans({plain: lowered for lowered, plain in LOWERED.items()})
_GREEK = {tex: sign for sign, tex in reversed(UNICODE.items()) if tex in LETTERS}
_ACCENTS = {tex: sign for sign, tex in reversed(COMBINING.items())} | {
    r"\vec": "\u20d7", r"\check": "\u030c", r"\breve": "\u0306", r"\acute": "\u0301",
    r"\grave": "\u0300", r"\mathring": "\u030a", r"\underline": "\u0332",
}  # fmt: skip
_VULGAR = {
    Fraction(unicodedata.numeric(sign)).limit_denominator(9): sign for sign in "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
}
_NAME = re.compile(
    r"(?P<word>\\(?:mathrm|operatorname|text|mathbf|boldsymbol|mathcal|mathsf|bm)"
    r"\{(?P<inner>[^{}]*)\})"
    r"|(?P<macro>\\[A-Za-z]+) ?"
    r"|(?P<script>[_^])(?:\{(?P<braced>[^{}]*)\}|(?P<single>\\[A-Za-z]+|.))"
    r"|(?P<other>.)"
)
_WORD_ENDS, _WORD_BEGINS = re.compile("[A-Za-z]{2}$"), re.compile("[A-Za-z]{2}|√")
#: `a^a`, `x_q`: what comes next would seem to stand in the script.
_SCRIPT_ENDS = re.compile(r"[_^]∘?\w$")


class UnicodeWriter(Writer):
    """Writes what a terminal shows; `highlight` is set in red by terminal escapes."""

    minus = "−"

    def __init__(self, highlight: Iterable[Expr] = (), notation: Notation = STANDARD) -> None:
        super().__init__(notation)
        self.highlight = frozenset(highlight)

    # --- names ----------------------------------------------------------------------------------

    def name(self, tex: str, e: Expr) -> Piece:
        raised = ("^" in tex or "'" in tex) and not tex.endswith(")")
        return Piece(self._colour(self.letters(tex), e), POSTFIX if raised else ATOM)

    def number_name(self, tex: str, e: Expr) -> str:
        return self._colour(self.letters(tex), e)

    def _colour(self, text: str, e: Expr) -> str:
        return f"\x1b[31m{text}\x1b[0m" if e in self.highlight else text

    def letters(self, tex: str) -> str:
        return unicode_name(tex)

    def derived(self, function: Function, order: int) -> str:
        return self.letters(function.name) + "'" * order

    def differential(self, e: Expr, inner: Piece) -> str:
        (X,) = e.args
        if X.op not in NAMES:
            return "d" + self.parentheses(inner.text)
        if X in self.highlight:
            name = X.data.name if X.op == "symbol" else X.data
            return self._colour("d" + self.letters(name), X)
        return "d" + inner.text

    def gradient(self, f: str, x: str) -> Piece:
        if self.notation.gradient == "nabla":
            below = _script("_", x) if len(x) == 1 else f"_{{{x}}}"
            return Piece(f"∇{below} {f}", PREFIX)
        return self.fraction(f, x)

    def fraction(self, f: str, x: str) -> Piece:
        return Piece(f"∂{f}/∂{x}", QUOTIENT)

    def mixed(self, f: str, x: str, y: str) -> Piece:
        return Piece(f"∂²{f}/∂{x}∂{y}", QUOTIENT)

    def subscripted(self, base: str, script: str) -> str:
        return base + _script("_", script)

    def sum_sign(self, index: str, body: str) -> str:
        return f"{self.subscripted('Σ', index)} {body}"

    def second_derivative(self, f: str, x: str, *, row: bool) -> Piece:
        return Piece(f"∂²{f}/∂{x}∂{x}ᵀ" if row else f"∂²{f}/∂{x}²", QUOTIENT)

    transpose_sign = "T"

    def slot_gradient(self, function: str, slot: int | None) -> str:
        return "∇" + ("" if slot is None else str(slot).translate(_LOWER)) + function

    def slot_hessian(self, function: str, slots: str | None) -> str:
        return "∇²" + (slots or "").translate(_LOWER) + function

    def slot_derivative(self, function: str, slot: int) -> str:
        return "∂" + str(slot).translate(_LOWER) + function

    def constant(self, e: Expr) -> Piece:
        if e.op == "ones" and e.shape.is_row:
            return Piece("𝟏ᵀ", POSTFIX)
        if e.op == "commutation":
            return Piece(f"K_{e.data.rows}{e.data.columns}", ATOM)
        return Piece({"identity": "I", "ones": "𝟏", "zeros": "0", "pi": "π"}[e.op], ATOM)

    # --- signs ----------------------------------------------------------------------------------

    def ratio(self, above: Piece, below: Piece) -> Piece:
        if above.text.isdigit() and below.text.isdigit():
            vulgar = _VULGAR.get(Fraction(int(above.text), int(below.text)))
            if vulgar is not None:
                return Piece(vulgar, POSTFIX)
        over = self.at_least(above, PRODUCT).text
        # A root alone needs no parentheses below; of two, the second would seem to stand behind.
        root = below.text.startswith("√") and below.closed is not None
        under = below if root else self.at_least(below, POSTFIX)
        return Piece(f"{over}/{under.text}", QUOTIENT)

    def parentheses(self, inner: str) -> str:
        return f"({inner})"

    def angles(self, inner: str) -> str:
        return f"⟨{inner}⟩"

    def call(self, function: str, inner: str) -> str:
        return f"{function}({inner})"

    def superscript(self, base: str, exponent: str) -> str:
        exponent = _LOOSE.sub("", exponent)
        raised = exponent.translate(_RAISE)
        if all(sign in _RAISED_SIGNS for sign in raised):
            return base + raised
        if re.fullmatch("∘?.", exponent):
            return f"{base}^{exponent}"
        if exponent.startswith("∘"):
            return f"{base}^∘({exponent[1:]})"
        return f"{base}^({exponent})"

    def series(self, sign: Call, limits: Sequence[str]) -> str:
        index, *ends = limits
        if not ends:
            return f"{sign.text}[{index}]"
        lower, upper = ends
        return f"{sign.text}[{index}={lower}…{upper}]"

    def integral_sign(self, lower: str, upper: str) -> str:
        return f"∫[{lower}…{upper}]"

    def circled(self, exponent: str) -> str:
        return f"∘{exponent}"

    def juxtapose(self, parts: Sequence[Piece]) -> str:
        text = parts[0].text
        for left, right in pairwise(parts):
            if right.text[0] in digits:
                text += " · "
            elif (
                left.differential
                or right.differential
                or _WORD_ENDS.search(left.text)
                or _SCRIPT_ENDS.search(left.text)
                or _is_word(right)
            ):
                text += " "
            text += right.text
        return text

    def root(self, inner: Piece) -> Piece:
        if inner.precedence < ATOM or not inner.text[-1].isalnum():
            return Piece(f"√{self.at_least(inner, ATOM).text}", POSTFIX)
        # √a before another factor would seem to go on over it.
        return Piece(f"√{inner.text}", PREFIX, closed=Piece(f"√({inner.text})", POSTFIX))

    def sign(self, syntax: Infix | Call | Superscript) -> str:
        return syntax.text

    def shaped(self, word: str, shape: Shape) -> str:
        return self.subscripted(word, self.sizes(shape))

    def sizes(self, shape: Shape) -> str:
        return str(shape)

    def grid(self, rows: Sequence[Sequence[str]]) -> str:
        return "[" + "; ".join(", ".join(row) for row in rows) + "]"

    def cross_brackets(self, inner: str) -> str:
        return f"[{inner}]_×"

    def inverse_transpose(self) -> str:
        return "-T"

    def fence(self, syntax: Fence, inner: str, X: Expr) -> str:
        right = syntax.right
        if syntax is OPS["norm_max"].syntax and X.shape.is_matrix:
            right = right.replace("_∞", "_max")
        return f"{syntax.left}{inner}{right}"


#: A space that parts no words: one does in `det X`.
_LOOSE = re.compile(r"(?<!\w) | (?!\w)")
_RAISED_SIGNS = frozenset(_RAISE.values())
_FUNCTIONS = frozenset(op.syntax.text for op in OPS.values() if isinstance(op.syntax, Call))


def _is_word(piece: Piece) -> bool:
    """Whether it begins with a word; `Xw:dw` begins with names, `log(p):dp` with a function."""
    if piece.precedence == FROBENIUS:
        return piece.text.partition("(")[0] in _FUNCTIONS
    return _WORD_BEGINS.match(piece.text) is not None


def unicode_name(tex: str) -> str:
    r"""`\hat y_1` as ŷ₁, `W^{[1]}` as W^[1]."""
    text, accents = "", ""
    for match in _NAME.finditer(tex):
        sign = match.group()
        macro = sign.strip()
        if match["word"]:
            text += match["inner"] + accents
            accents = ""
        elif match["macro"] and macro in _ACCENTS:
            accents = _ACCENTS[macro] + accents
        elif match["script"]:
            text += _script(match["script"], match["braced"] or match["single"] or "")
        elif sign not in "{}":
            text += _GREEK.get(macro, macro.lstrip("\\")) + accents
            accents = ""
    return unicodedata.normalize("NFC", text)


def _script(mark: str, inner: str) -> str:
    inside = unicode_name(inner) if "\\" in inner else inner
    if mark == "_":
        lowered = inside.translate(_LOWER)
        if all(sign in LOWERED for sign in lowered):
            return lowered
    if len(inside) == 1 or (inside[:1] in "[(" and inside[-1:] in "])"):
        return mark + inside
    return f"{mark}{{{inside}}}"
