"""Expressions as TeX."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from derivtex.expr import Expr
from derivtex.notation import STANDARD, Notation
from derivtex.op import OPS
from derivtex.op_syntax import ATOM, POSTFIX, Call, Fence, Infix, Superscript
from derivtex.patterns import pattern
from derivtex.printers.signs import NAMES, PREFIX, Piece
from derivtex.printers.writer import Writer
from derivtex.shapes import Shape
from derivtex.symbols import Function

_ENDS_IN_MACRO = pattern(r"\\[A-Za-z]+$")
_DIGITS = frozenset("0123456789")
#: What makes an argument taller than plain parentheses.
_TALL = (r"\frac", r"\left", r"\sqrt", r"\sum", r"\prod")


def expression_latex(e: Expr, notation: Notation = STANDARD, highlight: Iterable[Expr] = ()) -> str:
    """`e` as TeX; the symbols in `highlight` are coloured, with their differentials."""
    return LatexWriter(notation, highlight).write(e)


class LatexWriter(Writer):
    """Writes TeX that LaTeX, MathJax and KaTeX read, and that derivtex itself parses back."""

    minus = "-"

    def __init__(self, notation: Notation = STANDARD, highlight: Iterable[Expr] = ()) -> None:
        super().__init__(notation)
        self.highlight = frozenset(highlight)

    # --- names ----------------------------------------------------------------------------------

    def name(self, tex: str, e: Expr) -> Piece:
        # TeX refuses a second superscript, and a prime is one.
        raised = ("^" in tex or "'" in tex) and not tex.endswith(")")
        return Piece(self._colour(self._styled(tex, e), e), POSTFIX if raised else ATOM)

    def number_name(self, tex: str, e: Expr) -> str:
        return self._colour(tex, e)

    def _styled(self, tex: str, e: Expr) -> str:
        return _bold(tex) if self.notation.bold and not e.shape.is_scalar else tex

    def _colour(self, tex: str, e: Expr) -> str:
        # The outer braces keep the colour in: \color is a switch in LaTeX.
        return f"{{\\color{{{self.notation.color}}}{{{tex}}}}}" if e in self.highlight else tex

    def letters(self, tex: str) -> str:
        return tex

    def derived(self, function: Function, order: int) -> str:
        name = function.name
        if not order or "^" not in name:
            return name + "'" * order
        # A name's superscript comes last; TeX refuses a second one, so the primes go into it.
        base, _, script = name.rpartition("^")
        return self.superscript(base, script.strip("{}") + r"\prime" * order)

    def differential(self, e: Expr, inner: Piece) -> str:
        (X,) = e.args
        d = self.notation.d
        if X in self.highlight and X.op in {"symbol", "named"}:
            bare = self._styled(X.data.name if X.op == "symbol" else X.data, X)
            return self._colour(_beside(d, bare), X)
        if X.op not in NAMES:
            return self.call(d, inner.text)
        return _beside(d, inner.text)

    def gradient(self, f: str, x: str) -> Piece:
        if self.notation.gradient == "nabla":
            # Beside a factor, \nabla_W L wants parentheses: it would take the factor for its own.
            return Piece(_beside(_nabla(x), f), PREFIX)
        return self.fraction(f, x)

    def fraction(self, f: str, x: str) -> Piece:
        above = f"\\partial {f}" if f else "\\partial"
        return Piece(f"\\frac{{{above}}}{{\\partial {x}}}", POSTFIX)

    def mixed(self, f: str, x: str, y: str) -> Piece:
        return Piece(rf"\frac{{\partial^2 {f}}}{{\partial {x}\,\partial {y}}}", POSTFIX)

    def subscripted(self, base: str, script: str) -> str:
        return f"{base}_{script}" if len(script) == 1 else f"{base}_{{{script}}}"

    def sum_sign(self, index: str, body: str) -> str:
        return _beside(self.subscripted(r"\sum", index), f" {body}")

    def second_derivative(self, f: str, x: str, *, row: bool) -> Piece:
        below = rf"\partial {x}\,\partial {x}^{self.transpose_sign}" if row else rf"\partial {x}^2"
        return Piece(rf"\frac{{\partial^2 {f}}}{{{below}}}", POSTFIX)

    @property
    def transpose_sign(self) -> str:
        return self.notation.transpose

    def slot_gradient(self, function: str, slot: int | None) -> str:
        return _beside(r"\nabla" if slot is None else _nabla(str(slot)), function)

    def slot_hessian(self, function: str, slots: str | None) -> str:
        return _beside(r"\nabla^2" if slots is None else rf"\nabla_{{{slots}}}^2", function)

    def slot_derivative(self, function: str, slot: int) -> str:
        return _beside(self.subscripted(r"\partial", str(slot)), function)

    def constant(self, e: Expr) -> Piece:
        match e.op:
            case "identity":
                return Piece("I", ATOM)
            case "zeros":
                return Piece("0", ATOM)
            case "pi":
                return Piece(r"\pi", ATOM)
            case "commutation":
                return Piece(f"K_{{{e.data.rows}{e.data.columns}}}", ATOM)
        if e.shape.is_row:
            return Piece(self.superscript(r"\mathbf{1}", self.notation.transpose), POSTFIX)
        return Piece(r"\mathbf{1}", ATOM)

    # --- signs ----------------------------------------------------------------------------------

    def ratio(self, above: Piece, below: Piece) -> Piece:
        return Piece(f"\\frac{{{above.text}}}{{{below.text}}}", POSTFIX)

    def parentheses(self, inner: str) -> str:
        return f"\\left({inner}\\right)"

    def angles(self, inner: str) -> str:
        if _is_tall(inner):
            return f"\\left\\langle {inner} \\right\\rangle"
        return f"\\langle {inner} \\rangle"

    def call(self, function: str, inner: str) -> str:
        return function + (self.parentheses(inner) if _is_tall(inner) else f"({inner})")

    def superscript(self, base: str, exponent: str) -> str:
        return f"{base}^{exponent}" if len(exponent) == 1 else f"{base}^{{{exponent}}}"

    def series(self, sign: Call, limits: Sequence[str]) -> str:
        index, *ends = limits
        if not ends:
            return f"{sign.tex}_{index}"
        lower, upper = ends
        return f"{sign.tex}_{{{index}={lower}}}^{upper if len(upper) == 1 else f'{{{upper}}}'}"

    def integral_sign(self, lower: str, upper: str) -> str:
        return self.superscript(f"\\int_{lower if len(lower) == 1 else f'{{{lower}}}'}", upper)

    def circled(self, exponent: str) -> str:
        return f"\\circ {exponent}"

    def juxtapose(self, parts: Sequence[Piece]) -> str:
        text = parts[0].text
        for place, (left, right) in enumerate(pairwise(parts), 2):
            if right.text[0] in _DIGITS:
                text += r" \cdot "
            elif left.differential or right.differential:
                text += r"\,"
            elif text[-2:-1] == "_" and (text[-1] + right.text[0]).isalpha():
                # `F_iBX` would look like a name with a longer subscript.
                rest = right.text[1:] or (parts[place].text if place < len(parts) else "")
                text += " " * rest[:1].isalpha()
            text = _beside(text, right.text)
        return text

    def root(self, inner: Piece) -> Piece:
        return Piece(f"\\sqrt{{{inner.text}}}", ATOM)

    def sign(self, syntax: Infix | Call | Superscript) -> str:
        match syntax:
            case Superscript(tex="T"):
                return self.notation.transpose
            case Call(tex=r"\operatorname{tr}"):
                return self.notation.trace
        return syntax.tex

    def shaped(self, word: str, shape: Shape) -> str:
        return self.subscripted(rf"\operatorname{{{word}}}", self.sizes(shape))

    def sizes(self, shape: Shape) -> str:
        return r" \times ".join(shape.factors)

    def grid(self, rows: Sequence[Sequence[str]]) -> str:
        # In braces, so that an alignment round it does not take the marks for its own.
        body = r" \cr ".join(" & ".join(row) for row in rows)
        return rf"{{\begin{{pmatrix}} {body} \end{{pmatrix}}}}"

    def cross_brackets(self, inner: str) -> str:
        left, right = (r"\left[", r"\right]") if _is_tall(inner) else ("[", "]")
        return rf"{left}{inner}{right}_\times"

    def inverse_transpose(self) -> str:
        return f"-{self.notation.transpose}"

    def fence(self, syntax: Fence, inner: str, X: Expr) -> str:
        left, right = syntax.left_tex, syntax.right_tex
        # Without \left, TeX takes a sign after a bar for one between two operands.
        if not _is_tall(inner) and not inner.startswith(self.minus):
            left, right = left.replace(r"\left", ""), right.replace(r"\right", "")
        if syntax is OPS["norm"].syntax and X.shape.is_matrix:
            right += "_F"
        if syntax is OPS["norm_max"].syntax and X.shape.is_matrix:
            right = right.replace(r"_\infty", r"_{\max}")
        return _beside(left, inner) + right


def _nabla(index: str) -> str:
    return f"\\nabla_{index}" if len(index) == 1 else f"\\nabla_{{{index}}}"


def _is_tall(inner: str) -> bool:
    return any(mark in inner for mark in _TALL)


def _beside(left: str, right: str) -> str:
    """The two together, with a space where a macro on the left would swallow a letter."""
    # The last character first: a search goes through all of what is to the left.
    glued = right[:1].isalnum() and left[-1:].isalpha() and _ENDS_IN_MACRO.search(left)
    return f"{left} {right}" if glued else left + right


def _bold(tex: str) -> str:
    """`x_1` in bold, its index not; longer words and accented letters stay as they are."""
    letter = re.match(r"\\?[A-Za-z]+(?![A-Za-z{ ])", tex)
    if letter is None or (len(letter.group()) > 1 and tex[0] != "\\"):
        return tex
    return f"\\boldsymbol{{{letter.group()}}}{tex[letter.end() :]}"
