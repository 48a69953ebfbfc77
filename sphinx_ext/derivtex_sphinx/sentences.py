"""What is given and what is assumed, as words with mathematics among them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from derivtex import Expr, Notation, Problem
from derivtex.derivation import Reason
from derivtex.expr import walk
from derivtex.printers.latex import LatexWriter
from derivtex.printers.reasons import fragments
from derivtex.printers.unicode import UnicodeWriter
from derivtex.rule import Rule
from derivtex.shapes import Shape
from derivtex.symbols import Function

from .words import _, words_of


class Fragment(NamedTuple):
    """Words, or mathematics as Unicode text with its TeX."""

    text: str
    tex: str | None = None


Sentence = tuple[Fragment, ...]


def sentence(reason: Reason, notation: Notation) -> Sentence:
    """`XᵀX is invertible`, in the document's language."""
    words, args = words_of(reason)
    latex, unicode = LatexWriter(notation), UnicodeWriter(notation=notation)
    found: list[Fragment] = []
    for index, part in enumerate(words.split("{}")):
        if index:
            arg = args[index - 1]
            found.append(Fragment(unicode.write(arg), latex.write(arg)))
        if part:
            found.append(Fragment(part))
    return tuple(found)


def givens(problem: Problem, notation: Notation) -> Iterator[Sentence]:
    """`X, Y ∈ ℝᵐˣⁿ`, each set once, in the order of the problem, and the unknown functions."""
    latex, unicode = LatexWriter(notation), UnicodeWriter()
    groups: dict[tuple[Shape, frozenset[str]], list[Expr]] = {}
    for symbol in problem.symbols.values():
        if symbol.op == "symbol" and "integer" not in symbol.data.structure:
            groups.setdefault((symbol.shape, symbol.data.structure), []).append(symbol)
    for member in _members(problem):
        groups.setdefault((member.shape, member.args[0].data.structure), []).append(member)
    for (shape, structure), symbols in groups.items():
        (sign, tex), words = _set(shape, structure)
        names = Fragment(
            f"{', '.join(map(unicode.write, symbols))} ∈ {sign}",
            rf"{', '.join(map(latex.write, symbols))} \in {tex}",
        )
        said = [Fragment(f" {words_of(Reason(word))[0]}") for word in words]
        yield (names, *said)
    for function in _functions(problem):
        domain = [_set(shape, frozenset())[0] for shape in function.domain]
        signs = " × ".join(sign for sign, _tex in domain)
        texs = r" \times ".join(tex for _sign, tex in domain)
        (sign, tex), _none = _set(function.codomain, frozenset())
        name = unicode.letters(function.name)
        yield (Fragment(f"{name} : {signs} → {sign}", rf"{function.name} : {texs} \to {tex}"),)


def _members(problem: Problem) -> list[Expr]:
    """For each family one member, as the definitions write it: `x_i`."""
    found: dict[Expr, Expr] = {}
    for definition in problem.definitions:
        for node in walk(definition.value):
            if node.op == "member":
                found.setdefault(node.args[0], node)
    return list(found.values())


def _functions(problem: Problem) -> list[Function]:
    """The unknown functions that the definitions use."""
    found: dict[Function, None] = {}
    for definition in problem.definitions:
        for node in walk(definition.value):
            if node.op in {"apply", "map"} and isinstance(node.data, Function):
                found[node.data] = None
    return list(found)


def _set(shape: Shape, structure: frozenset[str]) -> tuple[tuple[str, str], list[str]]:
    """The set in both scripts, and the words that say the rest of the structure."""
    if "positive definite" in structure:
        return _power("𝕊₊₊", r"\mathbb{S}_{++}", str(shape.rows), str(shape.rows)), []
    rest = sorted(structure - {"symmetric"})
    if structure == {"symmetric"}:
        return _power("𝕊", r"\mathbb{S}", str(shape.rows), str(shape.rows)), []
    if "orthogonal" in structure:
        rest = ["orthogonal"]
    if shape.is_scalar:
        return ("ℝ", r"\mathbb{R}"), rest
    if shape.is_column:
        return _power("ℝ", r"\mathbb{R}", str(shape.rows), str(shape.rows)), rest
    rows, columns = str(shape.rows), str(shape.columns)
    return _power("ℝ", r"\mathbb{R}", f"{rows}×{columns}", rf"{rows} \times {columns}"), rest


def _power(sign: str, tex: str, exponent: str, exponent_tex: str) -> tuple[str, str]:
    raised = exponent.translate(_RAISED) if set(exponent) <= _RAISABLE else f"^({exponent})"
    return sign + raised, f"{tex}^{{{exponent_tex}}}"


_LETTERS = "0123456789abcdefghijklmnoprstuvwxyz×"
_RAISED = str.maketrans(_LETTERS, "⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻˣ")
_RAISABLE = frozenset(_LETTERS)


def rule_fragments(rule: Rule) -> Iterator[Fragment]:
    """The equation that a rule states, with what it is said of."""
    latex, unicode = LatexWriter(), UnicodeWriter()
    if rule.sides is not None:
        (parts,) = fragments(Reason("", (), (rule.name,)))
        sides = [part for part in parts if isinstance(part, Expr)]
        if len(sides) == 2:
            yield Fragment(
                " = ".join(map(unicode.write, sides)), " = ".join(map(latex.write, sides))
            )
    elif rule.statement:
        # In Unicode it goes by what it was written as: its letters are its own.
        yield Fragment(_plain(rule.statement), _standard(rule.statement))
        if rule.given:
            yield Fragment(_(", for "))
            yield Fragment(_plain(rule.given), _standard(rule.given))


def _standard(tex: str) -> str:
    r"""The language's `\R` and `\N` are macros that TeX does not know."""
    for letter in "RN":
        tex = tex.replace(rf"\{letter}", rf"\mathbb{{{letter}}}")
    return tex.replace(";", r",\ ")


def _plain(tex: str) -> str:
    """A statement for those who do not see mathematics, in the signs of text."""
    for sign, text in _SIGNS:
        tex = tex.replace(sign, text)
    return tex.replace("{", "").replace("}", "")


_SIGNS = (
    (r"\operatorname", ""),
    (r"\mathbf{1}", "𝟏"),
    (r"\mathbb{S}", "𝕊"),
    (r"\text", ""),
    (r"\times", "×"),
    (r"\otimes", "⊗"),
    (r"\odot", "⊙"),
    (r"\in", "∈"),
    (r"\R", "ℝ"),
    (r"\N", "ℕ"),
    (r"\sum", "∑"),
    (r"\prod", "∏"),
    (r"\|", "‖"),
    ("^{-1}", "⁻¹"),
    ("^T", "ᵀ"),
    ("^2", "²"),
    ("^3", "³"),
    ("^5", "⁵"),
    (";", ","),
)
