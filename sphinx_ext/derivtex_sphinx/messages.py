"""What the catalogues translate, and ``python -m derivtex_sphinx.messages``, which updates them.

The words come from where they are used: templates of reasons in the engine's source, rules and
operations in its tables, and the calls of `_` in this package.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import derivtex
from derivtex.op import OPS, condition_words
from derivtex.rule import RULES
from derivtex.rules import load_all
from derivtex.symbols import STRUCTURES

from .reference import GROUPS
from .report import SUBTYPES
from .words import CATALOGUE, MADE

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

HERE = Path(__file__).parent
LOCALE = HERE / "locale"
#: Besides English, which the messages are.
LANGUAGES = ("de", "zh_CN")
_LETTER = re.compile("[a-z]")


def reasons() -> set[str]:
    """The words of reasons and of conditions."""
    found = {condition_words(op.condition) for op in OPS.values() if op.condition}
    found |= {op.letter.words for op in OPS.values() if op.letter}
    for path in Path(derivtex.__file__).parent.rglob("*.py"):
        found |= set(_first_arguments(path, {"Reason"}))
    return {words for words in found if _LETTER.search(words)} | set(STRUCTURES)


def own() -> set[str]:
    """The words of this package."""
    found = {*GROUPS.values(), *SUBTYPES.values(), *MADE}
    for path in HERE.glob("*.py"):
        found |= set(_first_arguments(path, {"_", "lazy"}))
    return found


def names() -> set[str]:
    """The names of rules and the titles of operations."""
    load_all()
    found = {op.title for op in OPS.values() if op.sample or op.example}
    for name in RULES:
        made = any(
            name.startswith(before) and name.endswith(after)
            for before, _place, after in (template.partition("{}") for template in MADE)
        )
        if not made:
            found.add(name)
    return found


def _first_arguments(path: Path, functions: set[str]) -> Iterator[str]:
    """The texts that a file calls one of these functions with."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
            continue
        first = node.args[0]
        if node.func.id in functions:
            for part in ast.walk(first):  # `Reason("a" if … else "b")`
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value


def catalogue_path(language: str, suffix: str = "po") -> Path:
    return LOCALE / language / "LC_MESSAGES" / f"{CATALOGUE}.{suffix}"


def update() -> None:
    """Bring the catalogues up to date: new messages without, old ones with their translation."""
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po, write_po

    messages = sorted(reasons() | own() | names())
    LOCALE.mkdir(exist_ok=True)
    with (LOCALE / f"{CATALOGUE}.pot").open("wb") as file:
        write_po(file, _catalogue(None, messages, Catalog()), width=0)
    for language in LANGUAGES:
        path = catalogue_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        old = Catalog(language)
        if path.exists():
            with path.open("rb") as file:
                old = read_po(file, language)
        new = _catalogue(language, messages, old)
        with path.open("wb") as file:
            write_po(file, new, width=0)
        with catalogue_path(language, "mo").open("wb") as file:
            write_mo(file, new)
        missing = [message.id for message in new if message.id and not message.string]
        print(f"{language}: {len(messages)} messages, {len(missing)} without translation")


def _catalogue(language: str | None, messages: list[str], old: Catalog) -> Catalog:
    """The messages with the translations that another catalogue has."""
    from babel.messages.catalog import Catalog

    # A date would make each update a change.
    date = datetime(2026, 1, 1, tzinfo=UTC)
    new = Catalog(
        language,
        project="derivtex",
        version=derivtex.__version__,
        header_comment=f"# The words of derivations: {language or 'the English they are made of'}.",
        last_translator="the derivtex developers",
        language_team="the derivtex developers",
        msgid_bugs_address="",
        creation_date=date,
        revision_date=date,
        fuzzy=False,
    )
    for message in messages:
        known = old.get(message)
        new.add(message, known.string if known else "")
    return new


if __name__ == "__main__":
    update()
