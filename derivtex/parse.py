"""The text of a problem to a `Problem`.

tex         markup to tokens
statements  tokens to declarations, definitions and questions; names are known now
syntax      an expression's tokens to a tree
infer       the tree to operations, by shape, with sizes unified over the whole problem
build       operations to `Expr`
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import combinations

from derivtex.errors import DerivtexError, ParseError, ShapeError, Span, with_line_feeds
from derivtex.expr import Expr
from derivtex.language.build import Builder
from derivtex.language.cursor import Vocabulary
from derivtex.language.functions import known_words
from derivtex.language.infer import Inference
from derivtex.language.member_names import Script
from derivtex.language.names import tex_name
from derivtex.language.reading import Reading
from derivtex.language.syntax import parse_tokens
from derivtex.language.tex import read
from derivtex.language.tokens import resolve
from derivtex.patterns import pattern
from derivtex.problem import Problem
from derivtex.shapes import Shape
from derivtex.symbols import Function

_SEPARATOR = pattern(r"^[ \t]*---+[ \t]*\r?$", re.MULTILINE)


def parse(text: str, wrt: str | None = None, filename: str | None = None) -> Problem:
    """The one problem that `text` poses.

    With `wrt`, the variables by name (several separated by commas), the text may leave the question
    out, or be a single expression: the last definition is what is derived. Raises `DerivtexError`.
    """
    text = with_line_feeds(text)
    parts = list(_parts(text))
    if not parts:
        raise ParseError("there is no problem here").located(text, filename)
    try:
        if len(parts) > 1:
            raise ParseError(
                "more than one problem", span=Span(parts[1][0], parts[1][0] + 1),
                hint="parse_problems reads them all",
            )  # fmt: skip
        ((start, end),) = parts
        return _read(text, start, end, wrt)
    except DerivtexError as error:
        raise error.located(text, filename) from None


def _read(text: str, start: int, end: int, wrt: str | None) -> Problem:
    """The problem in a part of the text.

    The members of a family with a small letter are vectors, as by convention, or numbers where
    only that fits: the `y_i` of `(y_i - w^Tx_i)^2`.
    """
    title = _title(text[start:end])
    reading = Reading(text, start, end, title)
    try:
        problem = reading.problem(wrt)
    except DerivtexError as error:
        small = reading.infer.assumed_families
        for count in range(1, min(len(small), _MOST_FAMILIES) + 1):
            fitting = []
            for scalars in combinations(small, count):
                other = Reading(text, start, end, title, frozenset(scalars))
                with suppress(DerivtexError):
                    fitting.append((scalars, other, other.problem(wrt)))
            if len(fitting) > 1:
                names = " or ".join(
                    " and ".join(key.rstrip("_^[(") for key in s) for s, *_ in fitting
                )
                raise ParseError(
                    f"the members of {names} could be the numbers here",
                    span=error.span,
                    hint=r"declare them: y_i \in \R, x_i \in \R^n",
                ) from None
            if fitting:
                reading, problem = fitting[0][1:]
                break
        else:
            raise
    reading.check_entries()
    return problem


#: Of more families than these it is not tried which are numbers.
_MOST_FAMILIES = 5


def parse_problems(
    text: str, filename: str | None = None, wrt: str | None = None
) -> list[Problem | DerivtexError]:
    """Each problem of an expression file, or the error that is in its place."""
    text = with_line_feeds(text)
    results: list[Problem | DerivtexError] = []
    for start, end in _parts(text):
        try:
            results.append(_read(text, start, end, wrt))
        except DerivtexError as error:
            results.append(error.located(text, filename))
    return results


def parse_expression(
    tex: str,
    names: Mapping[str, Expr | Function] | None = None,
    differentials: bool = True,
    shape: Shape | None = None,
) -> Expr:
    """The expression that `tex` is, its names meaning what `names` maps them to.

    Keys are names in TeX, also `\\frac{\\partial f}{\\partial Y}`. Other names mean what their
    letter says by convention. `shape` is the shape the whole has, where that settles a size.
    """
    try:
        return _expression(tex, names or {}, differentials, shape)
    except DerivtexError as error:
        raise error.located(tex) from None


def _expression(
    tex: str, names: Mapping[str, Expr | Function], differentials: bool, shape: Shape | None
) -> Expr:
    vocabulary = Vocabulary(differentials=differentials)
    given: dict[str, Expr] = {}
    families: dict[str, Expr] = {}
    for key, value in names.items():
        name = tex_name(key)
        if isinstance(value, Expr) and value.op == "family":
            families[value.data.name + value.data.place] = value
        elif isinstance(value, Function):
            vocabulary.functions[name] = value
            vocabulary.see(name)
        else:
            given[_derivative_key(key) or name] = value
            if "\\frac" not in name:
                vocabulary.add(name)
    statements = read(tex, known_words())
    if len(statements) != 1:
        raise ParseError("expected one expression", span=Span(0, len(tex)))
    inference = Inference(tex, vocabulary, given)
    for expr in given.values():
        inference.used_sizes.update(symbol for size in expr.shape for symbol in size.symbols)
    vocabulary.families.update(families)
    for family in families.values():
        if family.data.place == "^":
            vocabulary.raised.add(family.data.name)
        script = Script(family.data.name, family.data.place, "")
        inference.introduce_family(script, Span(0, len(tex)), family.shape)
    node = parse_tokens(
        resolve(statements[0], vocabulary.words, known_words(), known=vocabulary.names), vocabulary
    )
    term = inference.term(node)
    if shape is not None and not inference.equal(term.shape, shape):
        raise ShapeError(f"expected a shape of {shape}: {inference.describe(term)}", span=term.span)
    builder = Builder(inference, inference.structure)
    builder.families.update(families)
    return builder.build(term)


_DERIVATIVE = pattern(r"\s*\\frac\s*\{\s*\\partial\s*(.*?)\}\s*\{\s*\\partial\s*(.*?)\}\s*")


def _derivative_key(key: str) -> str | None:
    match = _DERIVATIVE.fullmatch(key)
    if match is None:
        return None
    f, x = map(tex_name, match.groups())
    return rf"\frac{{\partial {f}}}{{\partial {x}}}"


def _parts(text: str) -> Iterator[tuple[int, int]]:
    """Where each problem stands between lines of dashes; parts without a statement are none."""
    start = 0
    for match in [*_SEPARATOR.finditer(text), None]:
        end = len(text) if match is None else match.start()
        if any(not _comment(line) and line.strip() for line in text[start:end].split("\n")):
            yield start, end
        if match is not None:
            start = match.end()


def _comment(line: str) -> bool:
    return line.lstrip().startswith(("%", "#"))


def _title(text: str) -> str | None:
    """The comment directly above the first statement."""
    title: list[str] = []
    for line in text.split("\n"):
        if _comment(line):
            title.append(line.strip().lstrip("%# ").strip())
        elif line.strip():
            break
        else:
            title = []
    return " ".join(filter(None, title)) or None
