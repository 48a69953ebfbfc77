"""Why a line holds, as fragments: words, and mathematics in either script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import Literal, NamedTuple

from derivtex.derivation import Derivation, Line, Reason
from derivtex.errors import DerivtexError
from derivtex.expr import Expr, walk
from derivtex.rule import RULES, Rule
from derivtex.rules import load_all
from derivtex.rules.identify import READ_OFF

#: True: every line says why it holds; "named": only those that have a left side of their own.
Reasons = bool | Literal["named"]


class Words(NamedTuple):
    """Plain words."""

    text: str


class Statement(NamedTuple):
    """The equation that a rule states, in TeX, and the name of the rule."""

    tex: str
    name: str


Fragment = Words | Statement | Expr


def shown(line: Line, reasons: Reasons) -> Reason | None:
    """The reason of a line, if it is to be printed."""
    if not reasons or not (line.reason.words or line.reason.rules):
        return None
    if reasons == "named" and (line.left is None or line.kind == "definition"):
        return None
    return line.reason


def fragments(reason: Reason) -> Iterator[list[Fragment]]:
    """The parts of a reason that commas stand between."""
    if reason.words:
        yield in_words(reason)
        return
    for name in reason.rules:
        rule = _rule(name)
        if rule is None or rule.by_name:
            yield [Words(name)]
        elif rule.sides is None:
            yield [Statement(rule.statement, name)]
        else:
            left, right = rule.sides()
            # The rule of an unknown function has no function to show it with.
            nameless = any(node.op in {"apply", "map"} and not node.data for node in walk(left))
            yield [Words(name)] if nameless else [left, Words(" = "), right]


def _rule(name: str) -> Rule | None:
    """The rule of this name; all are loaded where a derivation was made elsewhere."""
    if name not in RULES and name not in READ_OFF:
        load_all()
    return RULES.get(name)


def in_words(reason: Reason) -> list[Fragment]:
    """`{} is symmetric` with its expressions put in."""
    found: list[Fragment] = []
    for words, arg in zip_longest(reason.words.split("{}"), reason.args):
        if words:
            found.append(Words(words))
        if arg is not None:
            found.append(arg)
    return found


def highlighted(derivation: Derivation, highlight: bool | Iterable[str]) -> frozenset[Expr]:
    """What to colour: the variables asked about, or the quantities with these plain names."""
    if highlight is False:
        return frozenset()
    problem = derivation.problem
    if highlight is True:
        return frozenset(variable for task in problem.tasks for variable in task.variables)
    names = [highlight] if isinstance(highlight, str) else list(highlight)
    for name in names:
        if name not in problem.symbols:
            raise DerivtexError(
                f"there is no {name} to highlight", hint=f"one of {', '.join(problem.symbols)}"
            )
    return frozenset(problem.symbols[name] for name in names)
