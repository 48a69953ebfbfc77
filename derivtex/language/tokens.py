"""Tokens, and the reading of letters that are written together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Literal, NamedTuple

from derivtex.errors import ParseError, Span
from derivtex.language.lexicon import LETTERS

Kind = Literal["letter", "run", "word", "number", "accent", "mark"]


class Token(NamedTuple):
    """One mark of mathematics.

    A `letter` is a Latin letter or a Greek macro, a `run` several letters written together
    (whether they are a word depends on what is declared), a `word` letters set as one. `side` says
    of a bar whether it opens or closes, where the text does (`\\left|`).
    """

    kind: Kind
    text: str
    span: Span
    side: str = ""

    @property
    def spelling(self) -> str:
        """How a message writes it."""
        return _SPELLINGS.get(self.text, self.text)


#: Marks that are written otherwise than they are called here.
_SPELLINGS = {
    r"\ones": r"\mathbf 1", r"\zeros": r"\mathbf 0", r"\R": r"\mathbb R", r"\N": r"\mathbb N",
    r"\Z": r"\mathbb Z", r"\S": r"\mathbb S",
}  # fmt: skip
Statement = tuple[Token, ...]


def _part(token: Token, begin: int, kind: Kind, end: int | None = None) -> Token:
    """Some of the letters of a run."""
    text = token.text[begin:end]
    start = token.span.start + begin
    return Token(kind, text, Span(start, start + len(text)))


def letters(token: Token) -> list[Token]:
    """A run as the letters it is made of."""
    return [_part(token, i, "letter", i + 1) for i in range(len(token.text))]


def resolve(
    tokens: Iterable[Token], *words: Collection[str], known: Collection[str] = ()
) -> list[Token]:
    """Each run as one word where it is among some `words`, else as a product of letters.

    `lambda` is \\lambda, unless each of its letters is a `known` name; of two letters, as in `mu`,
    it could as well be a product.
    """

    def is_word(text: str) -> bool:
        return any(text in known for known in words)

    result: list[Token] = []
    for token in after_scripts(tokens):
        if token.kind != "run":
            result.append(token)
        elif is_word(token.text):
            result.append(_part(token, 0, "word"))
        elif token.text[0] == "d" and is_word(token.text[1:]):
            result.append(_part(token, 0, "letter", 1))
            result.append(_part(token, 1, "word"))
        elif "\\" + token.text in LETTERS and not set(token.text) <= set(known):
            result.append(_greek(token))
        elif len(token.text) > 3 and token.text[0] == "d" and "\\" + token.text[1:] in LETTERS:
            result.append(_part(token, 0, "letter", 1))
            result.append(_greek(_part(token, 1, "run")))
        else:
            result.extend(letters(token))
    return result


def _greek(token: Token) -> Token:
    """A run that spells a Greek letter."""
    if len(token.text) == 2:
        raise ParseError(
            f"{token.text} could be \\{token.text} or a product",
            span=token.span,
            hint=f"write \\{token.text}, or {' '.join(token.text)} for the product",
        )
    return Token("letter", "\\" + token.text, token.span)


def as_words(tokens: Iterable[Token]) -> list[Token]:
    """Each run as a word: how a name that is being introduced is read."""
    return [_part(t, 0, "word") if t.kind == "run" else t for t in after_scripts(tokens)]


def after_scripts(tokens: Iterable[Token]) -> list[Token]:
    """Runs after `^` and `_` begin with the script, which in TeX is one letter: `\\mathbf 1^Tr`."""
    result: list[Token] = []
    script = False
    for token in tokens:
        if script and token.kind == "run":
            head, rest = token.text[0], token.text[1:]
            if len(rest) > 1 and result[-1].text == "_":
                raise ParseError(
                    f"TeX reads _{token.text} as _{{{head}}} {rest}",
                    span=token.span,
                    hint=f"write _{{{token.text}}} for one name, or a space after _{head}",
                )
            result.append(_part(token, 0, "letter", 1))
            result.append(_part(token, 1, "run" if len(rest) > 1 else "letter"))
        else:
            result.append(token)
        script = token.kind == "mark" and token.text in {"^", "_"}
    return subscripts_first(result)


def subscripts_first(tokens: list[Token]) -> list[Token]:
    """`x^a_b` as `x_b^a`, which is the same in TeX."""
    for i, token in enumerate(tokens):
        if token.text != "^" or token.kind != "mark":
            continue
        below = after_script(tokens, i)
        if below < len(tokens) and tokens[below].text == "_":
            end = after_script(tokens, below)
            tokens[i:end] = tokens[below:end] + tokens[i:below]
    return tokens


def after_script(tokens: Sequence[Token], place: int) -> int:
    """Where the script that begins at `place` is over: one token, or a group."""
    depth = 0
    for i in range(place + 1, len(tokens)):
        if tokens[i].kind == "mark":
            depth += (tokens[i].text == "{") - (tokens[i].text == "}")
        if depth <= 0:
            return i + 1
    return len(tokens)


def statements(tokens: list[Token]) -> list[Statement]:
    """Tokens into statements, without what ends a sentence.

    A row that begins with a sign goes on with the equation above it, and so does a row below
    one that ends with a sign: no statement begins or ends so.
    """
    found: list[list[Token]] = []
    start = 0
    is_open = in_row = False
    ends = [i for i, t in enumerate(tokens) if t.text in {"\n", r"\\"} and t.kind == "mark"]
    for end in [*ends, len(tokens)]:
        current = tokens[start:end]
        start = end + 1
        if not current:
            continue
        above = found[-1] if is_open and _is_equation(found[-1]) else None
        goes_on = above is not None and (
            _is_sign(current[0]) or (in_row and _is_sign(above[-1], "="))
        )
        is_open = True
        while current and current[-1].kind == "mark" and current[-1].text in {",", ".", ";"}:
            current.pop()
            is_open = False
        if goes_on:
            found[-1] += current
        elif current:
            found.append(current)
        in_row = end < len(tokens) and tokens[end].text == r"\\"
    return [tuple(statement) for statement in found]


def _is_equation(tokens: list[Token]) -> bool:
    return any(t.kind == "mark" and t.text == "=" for t in tokens)


def _is_sign(token: Token, *others: str) -> bool:
    return token.kind == "mark" and token.text in {"+", "-", *others}
