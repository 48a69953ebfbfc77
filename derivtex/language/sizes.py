"""Sizes and sets: `m \\times n`, `\\R^{m \\times n}`, `\\mathbb{S}_{++}^n \\text{ diagonal}`."""

from __future__ import annotations

from derivtex.errors import LimitError, ParseError, ShapeError, UnsupportedError
from derivtex.language.cursor import Cursor
from derivtex.shapes import ONE, SCALAR, Dim, Shape, column, dim, total
from derivtex.symbols import STRUCTURES

#: The words for a structure. Of a semidefinite matrix nothing is used but that it is symmetric.
STRUCTURE_WORDS = {
    "symmetric": "symmetric",
    "sym": "symmetric",
    "definite": "positive definite",
    "pd": "positive definite",
    "spd": "positive definite",
    "semidefinite": "symmetric",
    "psd": "symmetric",
    "diagonal": "diagonal",
    "skew": "skew-symmetric",
    "antisymmetric": "skew-symmetric",
    "orthogonal": "orthogonal",
    "invertible": "invertible",
    "nonsingular": "invertible",
    "regular": "invertible",
    "singular": "singular",
    "lower": "lower triangular",
    "triangular": "triangular",
    "upper": "upper triangular",
    "integer": "integer",
    "positive": "positive",
}
#: Two words that are one.
_PAIRS = {
    ("positive", "definite"): "definite",
    ("positive", "semidefinite"): "semidefinite",
    ("skew", "symmetric"): "skew",
    ("lower", "triangular"): "lower",
    ("upper", "triangular"): "upper",
}
_MAX_SIZE = 10**6


def read_size(cursor: Cursor) -> Dim:
    """A sum of products, `m + n`; in parentheses, too."""
    bracketed = cursor.skip("(")
    sizes = [_product(cursor)]
    while cursor.skip("+"):
        sizes.append(_product(cursor))
    if bracketed:
        cursor.expect(")")
    return total(sizes)


def _product(cursor: Cursor) -> Dim:
    """A product of letters and numbers: `n`, `3`, `2mn`, `n_1`."""
    size = ONE
    start = cursor.position
    span = cursor.token.span
    while True:
        token = cursor.token
        if token.kind == "number":
            cursor.next()
            if "." in token.text or not 0 < int(token.text) <= _MAX_SIZE:
                cursor.fail("a size is a positive whole number", token.span)
            factor = dim(int(token.text))
        elif cursor.at_name() and not (token.text == "x" and cursor.position > start):
            name = cursor.name()
            cursor.vocabulary.integers.add(name)
            factor = dim(name)
        elif cursor.position > start and cursor.at("*", r"\cdot"):
            cursor.next()
            continue
        else:
            break
        size = size.times(factor)
        if cursor.at("^") and cursor.ahead().text in {"2", "3"}:
            cursor.next()
            for _ in range(int(cursor.next().text) - 1):
                size = size.times(factor)
    if cursor.position == start:
        cursor.unexpected("expected a size")
    if cursor.at("-"):
        cursor.fail(
            "a size is a sum of products of letters and numbers",
            cursor.since(span).to(cursor.token.span),
            hint="give a size such as n-1 a letter of its own",
        )
    if size.coefficient > _MAX_SIZE or len(size.symbols) > 12:
        raise LimitError("the size is too large", span=cursor.since(span))
    return size


def read_sizes(cursor: Cursor) -> list[Dim]:
    """What stands after `\\R^`: one token, or sizes in braces or parentheses."""
    closing = {"{": "}", "(": ")"}.get(cursor.token.text)
    if closing is None:
        token = cursor.token
        if token.kind not in {"letter", "word", "number"}:
            cursor.unexpected("expected a size")
        cursor.next()
        if token.kind == "number":
            if token.text in {"0"} or "." in token.text:
                cursor.fail("a size is a positive whole number", token.span)
            return [dim(int(token.text))]
        cursor.vocabulary.integers.add(token.text)
        return [dim(token.text)]
    cursor.next()
    sizes = [read_size(cursor)]
    while cursor.at(r"\times") or cursor.token.text == "x":
        cursor.next()
        sizes.append(read_size(cursor))
    cursor.expect(closing)
    return sizes


def shape_of(sizes: list[Dim]) -> Shape:
    """One size is a column's, two are a matrix's."""
    if len(sizes) == 1:
        return column(sizes[0])
    if len(sizes) > 2:
        raise UnsupportedError("an array of more than two dimensions is not derived")
    return Shape(*sizes)


def read_set(cursor: Cursor) -> tuple[Shape, frozenset[str]]:
    """A set and the structure its elements have."""
    start = cursor.token.span
    name = cursor.next().text.lstrip("\\")
    if name not in {"R", "S", "N", "Z"}:
        cursor.position -= 1
        cursor.unexpected(
            "expected a set",
            hint=r"sets are \R, \R^n, \R^{m \times n}, \mathbb{S}^n, \N, \mathbb{Z}",
        )
    structure: frozenset[str] = frozenset()
    sizes: list[Dim] = []
    while cursor.at("^", "_"):
        if cursor.next().text == "^":
            if sizes:
                cursor.fail("two sizes", cursor.token.span)
            sizes = read_sizes(cursor)
        else:
            structure |= _sign(cursor, name)
    span = cursor.since(start)
    if name == "S":
        if len(sizes) != 1:
            cursor.fail("symmetric matrices have one size", span, hint=r"write \mathbb{S}^n")
        return Shape(sizes[0], sizes[0]), structure | STRUCTURES["symmetric"]
    if name in {"N", "Z"}:
        if sizes:
            raise UnsupportedError("an array of integers is not derived", span=span)
        return SCALAR, STRUCTURES["integer"]
    if len(sizes) > 2:
        raise UnsupportedError("an array of more than two dimensions is not derived", span=span)
    return (shape_of(sizes) if sizes else SCALAR), structure


def _sign(cursor: Cursor, name: str) -> frozenset[str]:
    """The subscript of `\\R_{>0}`, `\\R_{++}`, `\\mathbb{S}_{++}`, `\\mathbb{S}_+`."""
    start = cursor.token.span
    pieces = []
    if cursor.skip("{"):
        while not cursor.at("}") and not cursor.done:
            pieces.append(cursor.next().text)
        cursor.expect("}")
    else:
        pieces.append(cursor.next().text)
    sign = "".join(pieces)
    if sign in {"++", ">0", "+*", "*+"}:
        return STRUCTURES["positive definite" if name == "S" else "positive"]
    if name == "S" and sign == "+":
        return frozenset()
    raise ParseError(
        f"the subscript {sign} of a set is not understood",
        span=cursor.since(start),
        hint=r"positive numbers are \R_{++}",
    )


def read_structure(cursor: Cursor, shape: Shape) -> frozenset[str]:
    """The words after a set: `diagonal`, `positive definite`, `skew symmetric matrix`."""
    structure: frozenset[str] = frozenset()
    while cursor.token.kind == "word" and cursor.token.text in STRUCTURE_WORDS:
        token = cursor.next()
        word = token.text
        following = cursor.token.text
        if following == "-":
            following = cursor.ahead().text
        if (word, following) in _PAIRS:
            word = _PAIRS[word, following]
            cursor.skip("-")
            cursor.next()
        if word == "triangular":
            cursor.fail("lower or upper triangular?", token.span, hint="write lower triangular")
        cursor.skip_word("matrix")
        if word not in {"positive", "integer"} and not shape.is_square:
            raise ShapeError(f"an array of {shape} cannot be {word}", span=cursor.since(token.span))
        structure |= STRUCTURES[STRUCTURE_WORDS[word]]
    return structure
