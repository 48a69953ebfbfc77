"""Assumptions about names: `\\Sigma \\succ 0`, `A \\text{ is symmetric}`, `A = A^T`.

They say nothing of a size, which a declaration may do.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from derivtex.errors import UnsupportedError
from derivtex.language.cursor import Cursor
from derivtex.language.script import Script, find, introduced
from derivtex.language.sizes import STRUCTURE_WORDS, read_structure
from derivtex.language.tokens import Token, as_words
from derivtex.shapes import Shape, dim
from derivtex.symbols import STRUCTURES

_SQUARE = Shape(dim("n"), dim("n"))
#: What stands between names and what is said of them.
_BEHIND = frozenset({"is", "are", "be", "a", "an"})
_STRUCTURE = frozenset({*STRUCTURE_WORDS, "-", "matrix"})
#: What a name is that is greater than 0.
_SIGNS = {">": "positive", r"\succ": "definite", r"\succeq": "semidefinite"}
#: The tokens of two names with signs, braces and exponents.
_LONGEST = 30
#: How a transpose and an inverse end, once braces are gone.
_EXPONENTS: dict[tuple[str, ...], str] = {("'",): "T", ("^", "-", "1"): "-1"}
_EXPONENTS |= {("^", sign): "T" for sign in ("T", r"\top", r"\intercal", "'")}
_LAST = frozenset({*chain.from_iterable(_EXPONENTS), "}"})
#: What a name is that equals itself with another exponent, or the negative of that.
_EQUATIONS: dict[tuple[frozenset[str], bool], str] = {
    (frozenset({"", "T"}), False): "symmetric",
    (frozenset({"", "T"}), True): "skew-symmetric",
    (frozenset({"-1", "T"}), False): "orthogonal",
}


def read_assumption(script: Script, part: Sequence[Token]) -> bool:
    """Read a segment with the names that wait for it; False: it is no assumption."""
    marks = {token.text for token in part}
    cut = -1 if marks.isdisjoint(_SIGNS) else find(part, *_SIGNS)
    if cut >= 0:
        _sign(script, part, cut)
        return True
    if "=" not in marks:
        return _words(script, part)
    cut = find(part, "=")
    return cut >= 0 and _equation(script, part, cut)


def _sign(script: Script, part: Sequence[Token], cut: int) -> None:
    """`\\alpha > 0` of a scalar or of each entry, `\\Sigma \\succ 0` of a matrix."""
    right = [t.text for t in part[cut + 1 :]]
    if right not in (["0"], [r"\zeros"]):
        raise UnsupportedError(
            "a relation other than > 0 is not read", span=part[cut].span.to(part[-1].span)
        )
    word = STRUCTURE_WORDS[_SIGNS[part[cut].text]]
    _assume(script, part[:cut], STRUCTURES[word], part)


def _words(script: Script, part: Sequence[Token]) -> bool:
    """`A, B symmetric`, `where A is a positive definite matrix`."""
    cut = len(part)
    while cut and part[cut - 1].text in _STRUCTURE:
        cut -= 1
    end = cut
    while end and part[end - 1].text in _BEHIND:
        end -= 1
    if end == 0 or cut == len(part) or part[cut].text not in STRUCTURE_WORDS:
        return False
    cursor = Cursor(as_words(part[cut:]), script.vocabulary)
    structure = read_structure(cursor, _SQUARE)
    if not cursor.done:
        cursor.unexpected("expected a structure")
    _assume(script, part[:end], structure, part)
    return True


def _equation(script: Script, part: Sequence[Token], cut: int) -> bool:
    """`A = A^T` symmetric, `A^T = -A` skew-symmetric, `Q^T = Q^{-1}` orthogonal."""
    if cut in {0, len(part) - 1} or len(part) > _LONGEST or "T" in script.vocabulary.names:
        return False
    if part[-1].text not in _LAST and part[cut - 1].text not in _LAST:
        return False
    minus, name, exponent = _side(part[:cut])
    other_minus, other, other_exponent = _side(part[cut + 1 :])
    word = _EQUATIONS.get((frozenset({exponent, other_exponent}), minus != other_minus))
    if word is None or [t.text for t in name] != [t.text for t in other]:
        return False
    _assume(script, name, STRUCTURES[word], part)
    return True


def _side(tokens: Sequence[Token]) -> tuple[bool, Sequence[Token], str]:
    """Whether there is a minus, what has the exponent, and which."""
    minus = tokens[0].text == "-"
    base = tokens[minus:]
    cut = max((i for i, t in enumerate(base) if t.text in {"^", "'"}), default=len(base))
    end = tuple(t.text for t in base[cut:] if t.text not in {"{", "}"})
    return (minus, base[:cut], _EXPONENTS[end]) if end in _EXPONENTS else (minus, base, "")


def _assume(
    script: Script, names: Sequence[Token], structure: frozenset[str], part: Sequence[Token]
) -> None:
    vocabulary = script.vocabulary
    for name, span in introduced(script, names, part):
        vocabulary.add(name)
        declared = script.declared.get(name)
        if declared is None:
            before, _ = vocabulary.assumed.get(name, (frozenset[str](), span))
            vocabulary.assumed[name] = (before | structure, span)
        else:
            both = declared.structure | structure
            script.declared[name] = declared._replace(structure=both)
