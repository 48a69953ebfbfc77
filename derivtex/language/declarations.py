"""Declarations: `X, Y \\in \\R^{m \\times n}`, `\\alpha > 0`, `\\phi : \\R^n \\to \\R`."""

from __future__ import annotations

from derivtex.errors import ParseError
from derivtex.language.assumptions import read_assumption
from derivtex.language.cursor import Cursor
from derivtex.language.script import Declared, Script, find, introduced, neither
from derivtex.language.segments import OPENING, segments
from derivtex.language.sizes import STRUCTURE_WORDS, read_set, read_structure
from derivtex.language.tokens import Statement, Token, as_words, resolve
from derivtex.symbols import Function

_IN = frozenset({r"\in", "in"})


def read_declarations(script: Script, statement: Statement) -> list[list[Token]]:
    """Read the declarations of a statement; return its other segments."""
    rest: list[list[Token]] = []
    waiting: list[list[Token]] = []
    latest: list[str] = []
    for part in segments(statement):
        whole = _joined([*waiting, part])
        marks = {token.text for token in part}
        if r"\to" in marks and find(part, r"\to") >= 0 and find(part, ":") >= 0:
            _function(script, whole)
        elif not marks.isdisjoint(_IN) and find(part, r"\in") >= 0:
            latest = _membership(script, whole)
        elif latest and not waiting and _is_structure(part):
            _structure(script, latest, part)
            continue
        elif read_assumption(script, whole):
            latest = []
        elif "=" in marks and find(part, "=") >= 0:
            rest.append(_joined([part]))  # behind its comma there are other names
            continue
        else:
            waiting.append(part)
            continue
        waiting = []
    rest.extend(waiting)
    return rest


def _joined(parts: list[list[Token]]) -> list[Token]:
    """Names that wait and what they wait for, with commas between them again."""
    tokens = list(parts[0])
    for part in parts[1:]:
        tokens += [Token("mark", ",", tokens[-1].span), *part]
    opened = len(tokens) > 1 and tokens[0].text.lower() in OPENING
    return tokens[1:] if opened else tokens


def _membership(script: Script, part: list[Token]) -> list[str]:
    """`X, Y \\in \\R^{m \\times n} \\text{ diagonal}`, perhaps several in a row."""
    cut = find(part, r"\in")
    names = introduced(script, part[:cut], part)
    cursor = Cursor(resolve(part[cut + 1 :], STRUCTURE_WORDS), script.vocabulary)
    shape, structure = read_set(cursor)
    structure |= read_structure(cursor, shape)
    if not cursor.done:
        cursor.unexpected(
            "expected the end of the declaration",
            hint="after a set: diagonal, symmetric, positive definite, orthogonal, …",
        )
    for name, span in names:
        script.declare(name, Declared(shape, structure, span))
    return [name for name, _ in names]


def _is_structure(part: list[Token]) -> bool:
    return all(t.text in STRUCTURE_WORDS or t.text in {"-", "matrix"} for t in part)


def _structure(script: Script, names: list[str], part: list[Token]) -> None:
    for name in names:
        known = script.declared[name]
        cursor = Cursor(as_words(part), script.vocabulary)
        structure = read_structure(cursor, known.shape)
        if not cursor.done:
            cursor.unexpected("expected a structure")
        script.declared[name] = Declared(known.shape, known.structure | structure, known.span)


def _function(script: Script, tokens: list[Token]) -> None:
    """`\\phi : \\R^{m \\times n} \\times \\R^n \\to \\R`."""
    colon, arrow = find(tokens, ":"), find(tokens, r"\to")
    if not colon < arrow:
        neither(tokens)
    names = introduced(script, tokens[:colon], tokens)
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
