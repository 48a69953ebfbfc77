"""Declarations: `X, Y \\in \\R^{m \\times n}`, `\\alpha > 0`, `\\phi : \\R^n \\to \\R`."""

from __future__ import annotations

from collections.abc import Sequence

from derivtex.errors import ParseError, Span, UnsupportedError
from derivtex.language.cursor import Cursor
from derivtex.language.script import Declared, Script, find, neither, segments
from derivtex.language.series import scripts
from derivtex.language.sizes import STRUCTURE_WORDS, read_set, read_structure
from derivtex.language.tokens import Statement, Token, as_words, resolve
from derivtex.symbols import STRUCTURES, Function


def read_declarations(script: Script, statement: Statement) -> list[list[Token]]:
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


def _names(
    script: Script, tokens: Sequence[Token], part: Sequence[Token]
) -> list[tuple[str, Span]]:
    """A list of names that are being introduced."""
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


def _membership(script: Script, waiting: list[list[Token]], part: list[Token]) -> list[str]:
    """`X, Y \\in \\R^{m \\times n} \\text{ diagonal}`, perhaps several in a row."""
    cut = find(part, r"\in")
    names = _names(script, [*_flat(waiting), *part[:cut]], part)
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


def _positive(script: Script, waiting: list[list[Token]], part: list[Token]) -> list[str]:
    """`\\alpha > 0` of a scalar or of each entry, `\\Sigma \\succ 0` positive definite."""
    cut = find(part, ">", r"\succ")
    names = _names(script, [*_flat(waiting), *part[:cut]], part)
    right = [t.text for t in part[cut + 1 :]]
    if right not in (["0"], [r"\zeros"]):
        raise UnsupportedError(
            "a relation other than > 0 is not read", span=part[cut].span.to(part[-1].span)
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
        neither(tokens)
    names = _names(script, tokens[:colon], tokens)
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
