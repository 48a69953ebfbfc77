"""The index of derivations, and the index of the rules they use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from sphinx.domains import Index, IndexEntry

from .words import lazy, rule_name

if TYPE_CHECKING:
    from .domain import Known

Content = tuple[list[tuple[str, list[IndexEntry]]], bool]


class DerivationIndex(Index):
    """Each derivation that has a title, under its first letter."""

    name = "derivations"
    localname = lazy("Index of derivations")
    shortname = lazy("derivations")

    def generate(self, docnames: Iterable[str] | None = None) -> Content:
        entries = [(known.title, _entry(known)) for known in _known(self, docnames)]
        return _grouped(entries), False


class RuleIndex(Index):
    """Each rule, with the derivations that use it."""

    name = "rules"
    localname = lazy("Rules used")
    shortname = lazy("rules")

    def generate(self, docnames: Iterable[str] | None = None) -> Content:
        users: dict[str, list[Known]] = {}
        for known in _known(self, docnames):
            for rule in known.rules:
                users.setdefault(rule, []).append(known)
        tables = self.domain.data["tables"]
        entries: list[tuple[str, IndexEntry]] = []
        for rule, derivations in users.items():
            name = rule_name(rule)
            # Where no page lists the rules, the first derivation stands for it.
            first = derivations[0]
            docname, anchor = tables.get(("rule", rule), (first.docname, first.anchor))
            entries.append((name, IndexEntry(name, 1, docname, anchor, "", "", "")))
            entries += [(name, _entry(known, 2)) for known in derivations]
        return _grouped(entries), True


def _known(index: Index, docnames: Iterable[str] | None) -> Iterator[Known]:
    """The derivations with titles, in the order of their titles."""
    wanted = None if docnames is None else set(docnames)
    found: Iterable[Known] = index.domain.data["derivations"].values()
    for known in sorted(found, key=lambda known: (known.title.casefold(), known.docname)):
        if known.title and (wanted is None or known.docname in wanted):
            yield known


def _entry(known: Known, level: int = 0) -> IndexEntry:
    return IndexEntry(known.title, level, known.docname, known.anchor, "", "", "")


def _grouped(entries: list[tuple[str, IndexEntry]]) -> list[tuple[str, list[IndexEntry]]]:
    """The entries under the first letter of the names they stand under."""
    groups: dict[str, list[IndexEntry]] = {}
    for name, entry in sorted(entries, key=lambda item: item[0].casefold()):
        groups.setdefault(name[:1].upper(), []).append(entry)
    return list(groups.items())
