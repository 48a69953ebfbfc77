"""The words of reasons in the document's language.

The catalogues translate the templates that the engine keeps, such as `differential of {}`, and
the names of rules and operations. A translation may put `{1}` before `{0}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from sphinx.locale import get_translation

import derivtex
from derivtex.derivation import Line, Reason
from derivtex.printers.reasons import Statement, Words, fragments

CATALOGUE = "derivtex_sphinx"

#: For what is made when a module is imported: translated when it is printed.
lazy = get_translation(CATALOGUE)
_PLACE = re.compile(r"\{(\d*)\}")


def _(message: str) -> str:
    """The message in the language of the document."""
    return str(lazy(message)) if message else ""


#: Names of rules that the operation table makes are put together from the operation's title.
MADE = (
    "differential of the {}",
    "{} across the Frobenius product",
    "entries of the {}",
    "derivative of the {} by an entry",
)


def rule_name(name: str) -> str:
    """The name of a rule in the language of the document."""
    for template in MADE:
        before, _place, after = template.partition("{}")
        if name.startswith(before) and name.endswith(after):
            title = name[len(before) : len(name) - len(after)]
            return _(template).format(_(title))
    return _(name)


def words_of(reason: Reason) -> tuple[str, tuple[derivtex.Expr, ...]]:
    """The template in the document's language, and its expressions in the order it names them."""
    template = _(reason.words)
    places = _PLACE.findall(template)
    if len(places) != len(reason.args):  # a translation that lost a place
        return reason.words, reason.args
    order = [int(place) if place else index for index, place in enumerate(places)]
    if sorted(order) != list(range(len(order))):
        return reason.words, reason.args
    return _PLACE.sub("{}", template), tuple(reason.args[index] for index in order)


def translated(lines: Iterable[Line], script: str) -> tuple[Line, ...]:
    """The lines with their reasons in the document's language, for TeX or for text."""
    return tuple(line._replace(reason=_in_language(line.reason, script)) for line in lines)


def _in_language(reason: Reason, script: str) -> Reason:
    if reason.words:
        return Reason(*words_of(reason))
    if not reason.rules:
        return reason
    # A rule is named in text; TeX states it. Only what is named has words.
    said: list[str] = []
    args: list[derivtex.Expr] = []
    for parts in fragments(reason):
        clause = ""
        for part in parts:
            match part:
                case derivtex.Expr():
                    clause += "{}"
                    args.append(part)
                case Statement(_, name):
                    if script == "tex":
                        return reason
                    clause += rule_name(name)
                case Words(text):
                    clause += text if text.strip() == "=" else rule_name(text)
        said.append(clause)
    if script == "tex" and args:
        return reason
    return Reason(", ".join(said), tuple(args))
