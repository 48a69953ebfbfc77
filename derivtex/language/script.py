"""What the statements of a problem say, sorted, and the marks they are told apart by."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple, NoReturn

from derivtex.errors import ParseError, ShapeError, Span
from derivtex.language.asks import Ask
from derivtex.language.cursor import Cursor, Vocabulary
from derivtex.language.functions import known_words
from derivtex.language.lexicon import STYLES, UPRIGHT
from derivtex.language.member_names import scripts
from derivtex.language.names import base_of
from derivtex.language.tokens import Token, as_words, resolve
from derivtex.shapes import Shape

OPEN = frozenset({"(", "[", "{", r"\{", r"\langle"})
CLOSE = frozenset({")", "]", "}", r"\}", r"\rangle"})
HINT = (
    r"a statement declares (X \in \R^{m \times n}), defines (L = \|Xw - y\|^2) "
    r"or asks (\frac{\partial L}{\partial w})"
)

_STYLE = "(" + "|".join(re.escape(style) for style in sorted(STYLES | UPRIGHT)) + r")\s*\{?\s*"


class Declared(NamedTuple):
    """What was said of a name: its shape and structure, and where."""

    shape: Shape
    structure: frozenset[str]
    span: Span


class Defined(NamedTuple):
    """`name = body`, the body still unread; without a name it is an expression by itself."""

    name: str | None
    body: Sequence[Token]
    span: Span


class Script:
    """All statements of a problem, whose text is `source`."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.vocabulary = Vocabulary()
        self.declared: dict[str, Declared] = {}
        self.functions: dict[str, Span] = {}
        self.definitions: list[Defined] = []
        self.asks: list[Ask] = []
        self.expressions: list[Defined] = []

    def declare(self, name: str, declared: Declared) -> None:
        """Note a declaration; a second one may add structure, not change the shape."""
        known = self.declared.get(name)
        if known is not None and known.shape != declared.shape:
            raise ShapeError(
                f"{name} is declared as {known.shape} and as {declared.shape}",
                span=declared.span,
                hint=self.hint_on_styles(name),
            )
        if name in self.vocabulary.functions:
            raise ParseError(f"{name} is declared as a function already", span=declared.span)
        if known is not None:
            declared = Declared(known.shape, known.structure | declared.structure, known.span)
        early, _ = self.vocabulary.assumed.pop(name, (frozenset[str](), None))
        if early:
            declared = declared._replace(structure=declared.structure | early)
        self.declared[name] = declared
        self.vocabulary.add(name)

    def hint_on_styles(self, name: str) -> str | None:
        """What two things of one name may come from: `\\mathcal L` and L are the name L."""
        base = base_of(name)
        styled = re.search(_STYLE + re.escape(base) + "(?![A-Za-z])", self.source)
        if styled is None:
            return None
        return (
            f"style macros do not tell names apart: {styled.group(1)} {base} is {base} as well; "
            "use another letter or an index"
        )

    def tokens(self, body: Sequence[Token]) -> list[Token]:
        """A body with its runs of letters read, now that all names are known."""
        return resolve(body, self.vocabulary.words, known_words(), known=self.vocabulary.names)


def find(tokens: Sequence[Token], *marks: str) -> int:
    """Where the first of these marks stands outside brackets, or -1."""
    depth = 0
    for i, token in enumerate(tokens):
        if token.kind == "run" and token.text == "in" and r"\in" in marks and depth == 0:
            return i
        if token.kind == "mark":
            if depth == 0 and token.text in marks:
                return i
            depth += (token.text in OPEN) - (token.text in CLOSE)
    return -1


def introduced(
    script: Script, tokens: Sequence[Token], part: Sequence[Token]
) -> list[tuple[str, Span]]:
    """A list of names that are being introduced, in a part of a statement."""
    cursor = Cursor(as_words(tokens), script.vocabulary)
    names: list[tuple[str, Span]] = []
    dots = False
    while True:
        if names and cursor.skip(r"\dots") and cursor.skip(","):
            dots = True
        if not cursor.at_name():
            neither(tokens or part)
        start = cursor.token.span
        name = cursor.name(introduced=True)
        names.append((name, cursor.since(start)))
        if not cursor.skip(","):
            break
    if not cursor.done:
        neither(tokens or part)
    if dots:
        # x_1, …, x_N are all the members of a family.
        script.vocabulary.listed.update((s.key, s.text) for n, _ in names for s in scripts(n))
    return names


def neither(tokens: Sequence[Token]) -> NoReturn:
    raise ParseError(
        "neither a declaration, nor a definition, nor a question",
        span=tokens[0].span.to(tokens[-1].span),
        hint=HINT,
    )
