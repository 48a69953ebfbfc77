"""The directive ``derivation`` for MyST without Sphinx: Jupyter Book 2 and `mystmd`.

    project:
      plugins:
        - type: executable
          path: .venv/bin/derivtex-myst

`mystmd` runs a plugin of this kind once without arguments, for what it offers, and then for each
directive with the directive as JSON on its standard input; what it prints is the syntax tree that
takes the directive's place. One that failed would take its whole page with it, so a problem that
cannot be derived is shown with its message, which is a link that leads nowhere: of that `mystmd`
warns at the line of the directive, and in a site that is built with `--strict` it is an error.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from derivtex.documents.settings import NAMES, Settings
from derivtex.documents.work import Failed, Passage, derive_passage
from derivtex.errors import DerivtexError
from derivtex.expr import Expr

if TYPE_CHECKING:
    from derivtex.derivation import Derivation, Reason

STYLES = ("aligned",)
WIDTH = 80
_TEXT = {"type": "string"}
SPEC = {
    "name": "derivtex",
    "directives": [
        {
            "name": "derivation",
            "doc": "The derivation of a problem of matrix calculus, checked numerically.",
            "arg": {**_TEXT, "doc": "A title"},
            # A flag may stand without a value, and `reasons` may be `named`.
            "options": dict.fromkeys(NAMES, _TEXT),
            "body": {**_TEXT, "doc": "The problem, an expression file", "required": True},
        }
    ],
}

Node = dict[str, Any]


def run() -> None:
    """The plugin, as `mystmd` calls it."""
    if sys.argv[1:] != ["--directive", "derivation"]:
        print(json.dumps(SPEC))
        return
    print(json.dumps(nodes_of(json.load(sys.stdin))))


def nodes_of(data: Node) -> list[Node]:
    """What takes the place of a directive."""
    try:
        return _derived(data)
    except Failed as failed:
        return [_refused(data, failed.messages)]


def _derived(data: Node) -> list[Node]:
    options = data.get("options") or {}
    pairs = [(name, _spelled(value)) for name, value in options.items() if name in NAMES]
    try:
        settings = Settings("aligned", width=WIDTH).updated(pairs, STYLES)
    except DerivtexError as error:
        raise Failed(str(error)) from None
    title = data.get("arg")
    found: list[Node] = []

    def show(derivation: Derivation) -> str:
        found.extend(_shown(derivation, settings, title))
        return ""

    derive_passage(Passage(str(data.get("body") or ""), 1), settings, "derivation", show)
    return found


def _refused(data: Node, messages: tuple[str, ...]) -> Node:
    """The problem, and what is wrong with it."""
    first = messages[0].partition("\n")[0]
    place = {"position": data.get("node", {}).get("position")}
    nowhere = {"type": "link", "url": f"#{first}", "children": [_text(first)], **place}
    texts = [str(data.get("body") or ""), *messages]
    return {
        "type": "admonition",
        "kind": "danger",
        "children": [
            {"type": "admonitionTitle", "children": [nowhere]},
            *(
                {"type": "code", "lang": "text", "value": text.rstrip("\n")}
                for text in texts
                if text.strip()
            ),
        ],
    }


def _spelled(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value).strip()


def _shown(derivation: Derivation, settings: Settings, title: str | None) -> Iterator[Node]:
    if title:
        derivation = replace(derivation, problem=derivation.problem._replace(title=title))
    derivation = settings.spoken(derivation)
    if derivation.problem.title:
        yield _paragraph({"type": "strong", "children": [_text(derivation.problem.title)]})
    tex = derivation.latex(
        "aligned",
        reasons=settings.reasons,
        highlight=settings.highlight,
        width=settings.width,
    )
    label = settings.label
    named = {"label": label, "identifier": label.lower()} if label else {}
    yield {"type": "math", "value": tex, **named}
    if derivation.conditions:
        yield _paragraph(*_sentence(derivation.conditions))


def _sentence(conditions: tuple[Reason, ...]) -> Iterator[Node]:
    """`Assuming a, b and c.`"""
    from derivtex.printers.reasons import in_words

    yield _text("Assuming ")
    for index, condition in enumerate(conditions):
        if index:
            yield _text(" and " if index == len(conditions) - 1 else ", ")
        for part in in_words(condition):
            if isinstance(part, Expr):
                yield {"type": "inlineMath", "value": part.latex()}
            else:
                yield _text(part[0])
    yield _text(".")


def _paragraph(*children: Node) -> Node:
    return {"type": "paragraph", "children": list(children)}


def _text(value: str) -> Node:
    return {"type": "text", "value": value}
