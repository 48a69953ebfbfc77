"""Statements: what a line declares, defines or asks.

A statement is a list of segments between commas, each told by the marks that stand in it outside
brackets: `\\in` declares, `:` with `\\to` declares a function, `=` defines, a derivative asks. Names
before a comma wait for the set that comes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from derivtex.asks import Ask, is_ask, read_ask
from derivtex.cursor import Cursor, Vocabulary, as_words, resolve
from derivtex.errors import DerivtexError, ParseError, ShapeError, Span, UnsupportedError
from derivtex.functions import known_words
from derivtex.shapes import Shape
from derivtex.sizes import STRUCTURE_WORDS, read_set, read_structure
from derivtex.symbols import STRUCTURES, Function
from derivtex.tex import Statement, Token

_OPEN = frozenset({"(", "[", "{", r"\{", r"\langle"})
_CLOSE = frozenset({")", "]", "}", r"\}", r"\rangle"})
_HINT = (
    r"a statement declares (X \in \R^{m \times n}), defines (L = \|Xw - y\|^2) "
    r"or asks (\frac{\partial L}{\partial w})"
)


@dataclass(frozen=True, slots=True)
class Declared:
    """What was said of a name: its shape and structure, and where."""

    shape: Shape
    structure: frozenset[str]
    span: Span


@dataclass(frozen=True, slots=True)
class Defined:
    """`name = body`, the body still unread; without a name it is an expression by itself."""

    name: str | None
    body: Sequence[Token]
    span: Span


@dataclass
class Script:
    """All statements of a problem."""

    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    declared: dict[str, Declared] = field(default_factory=dict)
    functions: dict[str, Span] = field(default_factory=dict)
    definitions: list[Defined] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    expressions: list[Defined] = field(default_factory=list)

    def tokens(self, body: Sequence[Token]) -> list[Token]:
        """A body with its runs of letters read, now that all names are known."""
        return resolve(body, self.vocabulary.words | known_words())


def read_script(statements: Sequence[Statement]) -> Script:
    """Sort the statements out; names are known before any expression is read."""
    script = Script()
    rest: list[list[Token]] = []
    for statement in statements:
        rest.extend(_declarations(script, statement))
    _Definitions(script).read(rest)
    return script


def segments(statement: Sequence[Token]) -> Iterator[list[Token]]:
    """The parts of a statement between commas that stand in no bracket."""
    depth = 0
    part: list[Token] = []
    for token in statement:
        if token.kind == "mark":
            depth += (token.text in _OPEN) - (token.text in _CLOSE)
            if depth == 0 and token.text in {",", ";"}:
                if part:
                    yield part
                part = []
                continue
        part.append(token)
    if part:
        yield part


def find(tokens: Sequence[Token], *marks: str) -> int:
    """Where the first of these marks stands outside brackets, or -1."""
    depth = 0
    for i, token in enumerate(tokens):
        if token.kind == "run" and token.text == "in" and r"\in" in marks and depth == 0:
            return i
        if token.kind == "mark":
            if depth == 0 and token.text in marks:
                return i
            depth += (token.text in _OPEN) - (token.text in _CLOSE)
    return -1


def _neither(tokens: Sequence[Token]) -> NoReturn:
    raise ParseError(
        "neither a declaration, nor a definition, nor a question",
        span=tokens[0].span.to(tokens[-1].span),
        hint=_HINT,
    )


# --- declarations -------------------------------------------------------------------------------


def _declarations(script: Script, statement: Statement) -> list[list[Token]]:
    """Read the declarations of a statement; return its other segments."""
    rest: list[list[Token]] = []
    waiting: list[list[Token]] = []
    latest: list[str] = []
    for part in segments(statement):
        if find(part, r"\to") >= 0 and find(part, ":") >= 0:
            _function(script, [*_flat(waiting), *part])
        elif find(part, r"\in") >= 0:
            latest = _membership(script, waiting, part)
        elif find(part, ">", r"\succ") >= 0:
            latest = _positive(script, waiting, part)
        elif latest and not waiting and _is_structure(part):
            _structure(script, latest, part)
            continue
        else:
            waiting.append(part)
            continue
        waiting = []
    rest.extend(waiting)
    return rest


def _flat(parts: list[list[Token]]) -> list[Token]:
    """Names that wait, with commas between them again."""
    result = []
    for part in parts:
        result += [*part, Token("mark", ",", part[-1].span)]
    return result


def _names(script: Script, tokens: Sequence[Token]) -> list[tuple[str, Span]]:
    """A list of names that are being introduced."""
    cursor = Cursor(as_words(tokens), script.vocabulary)
    names = []
    while True:
        if not cursor.at_name():
            _neither(tokens)
        start = cursor.token.span
        name = cursor.name(introduced=True)
        names.append((name, cursor.since(start)))
        if not cursor.skip(","):
            break
    if not cursor.done:
        _neither(tokens)
    return names


def _membership(script: Script, waiting: list[list[Token]], part: list[Token]) -> list[str]:
    """`X, Y \\in \\R^{m \\times n} \\text{ diagonal}`, perhaps several in a row."""
    cut = find(part, r"\in")
    names = _names(script, [*_flat(waiting), *part[:cut]])
    cursor = Cursor(resolve(part[cut + 1 :], STRUCTURE_WORDS), script.vocabulary)
    shape, structure = read_set(cursor)
    structure |= read_structure(cursor, shape)
    if not cursor.done:
        cursor.unexpected(
            "expected the end of the declaration",
            hint="after a set: diagonal, symmetric, positive definite, orthogonal, invertible, skew",
        )
    for name, span in names:
        _declare(script, name, Declared(shape, structure, span))
    return [name for name, _ in names]


def _declare(script: Script, name: str, declared: Declared) -> None:
    known = script.declared.get(name)
    if known is not None and known.shape != declared.shape:
        raise ShapeError(
            f"{name} is declared as {known.shape} and as {declared.shape}", span=declared.span
        )
    if name in script.vocabulary.functions:
        raise ParseError(f"{name} is declared as a function already", span=declared.span)
    if known is not None:
        declared = Declared(known.shape, known.structure | declared.structure, known.span)
    script.declared[name] = declared
    script.vocabulary.add(name)


def _is_structure(part: list[Token]) -> bool:
    return all(t.kind in {"word", "run"} and t.text in STRUCTURE_WORDS for t in part)


def _structure(script: Script, names: list[str], part: list[Token]) -> None:
    for name in names:
        known = script.declared[name]
        cursor = Cursor(as_words(part), script.vocabulary)
        structure = read_structure(cursor, known.shape)
        if not cursor.done:
            cursor.unexpected("expected a structure")
        script.declared[name] = Declared(known.shape, known.structure | structure, known.span)


def _positive(script: Script, waiting: list[list[Token]], part: list[Token]) -> list[str]:
    """`\\alpha > 0` of a scalar or of each entry, `\\Sigma \\succ 0` positive definite."""
    cut = find(part, ">", r"\succ")
    names = _names(script, [*_flat(waiting), *part[:cut]])
    right = [t.text for t in part[cut + 1 :]]
    if right not in (["0"], [r"\zeros"]):
        raise UnsupportedError(
            "a relation other than > 0", span=part[cut].span.to(part[-1].span)
        )
    word = "positive" if part[cut].text == ">" else "positive definite"
    for name, span in names:
        script.vocabulary.add(name)
        known = script.declared.get(name)
        if known is None:
            script.vocabulary.positive.setdefault(name, (STRUCTURES[word], span))
        else:
            structure = known.structure | STRUCTURES[word]
            script.declared[name] = Declared(known.shape, structure, known.span)
    return []


def _function(script: Script, tokens: list[Token]) -> None:
    """`\\phi : \\R^{m \\times n} \\times \\R^n \\to \\R`."""
    colon, arrow = find(tokens, ":"), find(tokens, r"\to")
    if not colon < arrow:
        _neither(tokens)
    names = _names(script, tokens[:colon])
    cursor = Cursor(resolve(tokens[colon + 1 :], STRUCTURE_WORDS), script.vocabulary)
    domain = [read_set(cursor)[0]]
    while cursor.at(r"\times") or cursor.token.text == "x":
        cursor.next()
        domain.append(read_set(cursor)[0])
    cursor.expect(r"\to")
    codomain, _ = read_set(cursor)
    if not cursor.done:
        cursor.unexpected("expected the end of the declaration")
    for name, span in names:
        if script.vocabulary.knows(name):
            raise ParseError(f"{name} is declared twice", span=span)
        script.vocabulary.functions[name] = Function(name, tuple(domain), codomain)
        script.vocabulary.see(name)
        script.functions[name] = span


# --- definitions and asks -----------------------------------------------------------------------


class _Definitions:
    """The segments that declare nothing. Left sides first, so that every name is known."""

    def __init__(self, script: Script) -> None:
        self.script = script

    def read(self, parts: list[list[Token]]) -> None:
        d_is_a_name = self.script.vocabulary.knows("d") or any(
            len(part) > 1 and part[0].text == "d" and part[1].text == "=" for part in parts
        )
        asks: list[list[Token]] = []
        for part in parts:
            if is_ask(part, d_is_a_name):
                asks.append(part)
            elif find(part, "=") >= 0:
                self.definition(part)
            else:
                self.script.expressions.append(
                    Defined(None, part, part[0].span.to(part[-1].span))
                )
        for part in asks:
            tokens = resolve(part, self.script.vocabulary.words | known_words())
            self.script.asks.extend(read_ask(tokens, self.script.vocabulary, d_is_a_name))

    def definition(self, part: list[Token]) -> None:
        script = self.script
        cut = find(part, "=")
        left, body = part[:cut], part[cut + 1 :]
        span = part[0].span.to(part[-1].span)
        if not left or not body:
            raise ParseError("an equation with an empty side", span=span, hint=_HINT)
        second = find(body, "=")
        if second >= 0:
            raise ParseError(
                "two equations in one statement",
                span=body[second].span,
                hint="define a name once; write what else it equals nowhere, or as another name",
            )
        name, formals = self.left_side(left)
        name_span = left[0].span.to(left[-1].span)
        if name in script.vocabulary.functions:
            self.body_of_function(name, formals, name_span)
        if any(name == known.name for known in script.definitions):
            raise ParseError(f"{name} is defined twice", span=name_span)
        script.vocabulary.add(name)
        if formals:
            script.vocabulary.formals[name] = formals
        script.definitions.append(Defined(name, body, span))

    def left_side(self, left: list[Token]) -> tuple[str, tuple[str, ...]]:
        """The name that an equation defines, and the arguments in `L(w) = …`."""
        script = self.script
        span = left[0].span.to(left[-1].span)
        cursor = Cursor(as_words(left), script.vocabulary)
        if not cursor.at_name():
            self.no_name(span)
        try:
            name = cursor.name(introduced=True)
        except DerivtexError:
            self.no_name(span)
        formals: list[str] = []
        if cursor.skip("("):
            while cursor.at_name():
                formals.append(cursor.name(introduced=True))
                if not (cursor.skip(",") or cursor.skip(";")):
                    break
            cursor.expect(")")
        if not cursor.done:
            self.no_name(span)
        if left[0].kind == "run":
            self.product_or_word(left[0])
        return name, tuple(formals)

    def no_name(self, span: Span) -> NoReturn:
        raise ParseError(
            "the left side of an equation must be a name",
            span=span,
            hint=r"an equation defines a name: L = …; only \frac{\partial L}{\partial w} = 0 asks",
        )

    def product_or_word(self, run: Token) -> None:
        """`WX = …` would make a word of what looks like a product of known letters."""
        known = [c for c in run.text if self.script.vocabulary.knows(c)]
        if run.text[0] == "d" and self.script.vocabulary.knows(run.text[1:]):
            raise ParseError(
                f"{run.text} is a differential; it is found, not defined", span=run.span
            )
        if known and f"\\mathrm{{{run.text}}}" not in self.script.declared:
            raise ParseError(
                f"{run.text} could be a product with {known[0]}, or a name",
                span=run.span,
                hint=rf"write \mathrm{{{run.text}}} = … for the name",
            )

    def body_of_function(self, name: str, formals: tuple[str, ...], span: Span) -> None:
        """`f : … \\to \\R, f(x) = …`: the function is known after all; its name is its value."""
        script = self.script
        function = script.vocabulary.functions.pop(name)
        if len(formals) != len(function.domain):
            raise ParseError(
                f"{name} was declared with {len(function.domain)} arguments", span=span
            )
        for formal, shape in zip(formals, function.domain, strict=True):
            _declare(script, formal, Declared(shape, frozenset(), span))
        _declare(script, name, Declared(function.codomain, frozenset(), span))
