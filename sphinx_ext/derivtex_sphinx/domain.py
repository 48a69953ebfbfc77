"""The domain ``derivtex``: what has a name, who refers to it, and the indices made from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from docutils import nodes
from docutils.nodes import Element
from sphinx.addnodes import pending_xref
from sphinx.builders import Builder
from sphinx.domains import Domain, ObjType
from sphinx.environment import BuildEnvironment
from sphinx.roles import XRefRole
from sphinx.util.nodes import make_refnode

from .ahead import Ahead
from .cache import Cache
from .indices import DerivationIndex, RuleIndex
from .nodes import derivation, title_of
from .words import _


@dataclass(frozen=True, slots=True)
class Known:
    """A derivation of a document. `lines` are the kinds of its rows; none if it failed."""

    docname: str
    anchor: str
    title: str
    lines: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()

    def line(self, selector: str) -> int | None:
        """The number of a line given by its number, its kind, or as ``result``."""
        if selector.isdecimal():
            number = int(selector)
            return number if 1 <= number <= len(self.lines) or not self.lines else None
        if selector == "result":
            return len(self.lines) or 1
        if selector in self.lines:
            return self.lines.index(selector) + 1
        return None if self.lines else 1


def line_anchor(anchor: str, number: int) -> str:
    """The id of a line of a derivation."""
    return f"{anchor}-line-{number}"


class DerivtexDomain(Domain):
    """Derivations and their lines; rules and operations of the generated reference."""

    name = "derivtex"
    label = "derivtex"
    object_types: ClassVar[dict[str, ObjType]] = {
        "derivation": ObjType("derivation", "ref", "step"),
        "rule": ObjType("rule", "rule"),
        "operation": ObjType("operation", "op"),
    }
    # A target that isn't there is warned about by Sphinx, at the place of the reference.
    roles: ClassVar[dict[str, Any]] = {
        name: XRefRole(warn_dangling=True, innernodeclass=nodes.inline)
        for name in ("ref", "step", "rule", "op")
    }
    dangling_warnings: ClassVar[dict[str, str]] = {
        "ref": "there is no derivation %(target)s",
        "step": "there is no such line of a derivation: %(target)s",
        "rule": "no page lists the rule %(target)s: use the directive derivtex:rules",
        "op": "no page lists the operation %(target)s: use the directive derivtex:operations",
    }
    indices: ClassVar[list[Any]] = [DerivationIndex, RuleIndex]
    initial_data: ClassVar[dict[str, Any]] = {
        "derivations": {},  # (docname, anchor) -> Known
        "names": {},  # name -> (docname, anchor)
        "tables": {},  # ("rule" or "op", name) -> (docname, anchor)
        "references": {},  # docname -> what it refers to, as (role, target)
        "written": {},  # builder -> docname -> what the references came to when it was written
    }
    data_version = 2

    def __init__(self, env: BuildEnvironment) -> None:
        super().__init__(env)
        # A default in `initial_data` would be copied at each start.
        self.cache: Cache = self.data.setdefault("cache", Cache())
        #: What the builder makes of derivations.
        self.prints: Literal["mathematics", "text", "pages of text"] = "mathematics"
        #: What is derived while others are read.
        self.ahead: Ahead | None = None

    @property
    def derivations(self) -> dict[tuple[str, str], Known]:
        """All derivations by place."""
        found: dict[tuple[str, str], Known] = self.data["derivations"]
        return found

    def stop_ahead(self) -> None:
        """Nothing will be read any more."""
        if self.ahead is not None:
            self.ahead.stop()
            self.ahead = None

    # --- what documents tell --------------------------------------------------------------------

    def note_derivation(self, known: Known, names: Iterable[str]) -> None:
        """A document has a derivation, which goes by some names.

        A name twice is warned about by whoever made it a target: docutils, or ``:eq:``.
        """
        place = (known.docname, known.anchor)
        self.derivations[place] = known
        for name in names:
            self.data["names"].setdefault(name, place)

    def note_entry(self, kind: str, name: str, docname: str, anchor: str) -> None:
        """A page lists a rule or an operation."""
        self.data["tables"].setdefault((kind, name), (docname, anchor))

    def process_doc(self, env: BuildEnvironment, docname: str, document: nodes.document) -> None:
        """Titles may have been translated since the directive ran; references are all there."""
        for node in document.findall(derivation):
            known = self.derivations.get((docname, node["ids"][0]))
            if known is not None:
                self.derivations[docname, known.anchor] = replace(known, title=title_of(node))
        references = {
            (node["reftype"], node["reftarget"])
            for node in document.findall(pending_xref)
            if node.get("refdomain") == self.name
        }
        if references:
            self.data["references"][docname] = sorted(references)

    def clear_doc(self, docname: str) -> None:
        for place in [place for place in self.derivations if place[0] == docname]:
            del self.derivations[place]
        for table in (self.data["names"], self.data["tables"]):
            for name in [name for name, place in table.items() if place[0] == docname]:
                del table[name]
        self.data["references"].pop(docname, None)
        self.cache.forget(docname)

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        for place, known in otherdata["derivations"].items():
            if place[0] in docnames:
                self.derivations[place] = known
        for table in ("names", "tables"):
            for name, place in otherdata[table].items():
                if place[0] in docnames:
                    self.data[table].setdefault(name, place)
        for docname, references in otherdata["references"].items():
            if docname in docnames:
                self.data["references"][docname] = references
        self.cache.merge(docnames, otherdata["cache"])

    # --- what they ask --------------------------------------------------------------------------

    def outdated(self, builder: Builder) -> list[str]:
        """The documents whose references have come to lead elsewhere, or to say something else,
        since they were written."""
        before = self.data["written"].get(builder.name, {})
        now = {
            docname: [self._find(role, target, builder) for role, target in references]
            for docname, references in self.data["references"].items()
        }
        self.data["written"][builder.name] = now
        return [docname for docname, found in now.items() if found != before.get(docname)]

    def resolve_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        typ: str,
        target: str,
        node: pending_xref,
        contnode: Element,
    ) -> nodes.reference | None:
        found = self._find(typ, target, builder)
        if found is None:
            return None
        docname, anchor, text = found
        if not node["refexplicit"]:
            contnode = nodes.inline(text, text, classes=contnode["classes"])
        return make_refnode(builder, fromdocname, docname, anchor, contnode)

    def resolve_any_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        target: str,
        node: pending_xref,
        contnode: Element,
    ) -> list[tuple[str, nodes.reference]]:
        found = []
        for role in ("ref", "rule", "op"):
            reference = self.resolve_xref(env, fromdocname, builder, role, target, node, contnode)
            if reference is not None:
                found.append((f"derivtex:{role}", reference))
        return found

    def _find(self, typ: str, target: str, builder: Builder) -> tuple[str, str, str] | None:
        """Document, id and text."""
        if typ in {"rule", "op"}:
            place = self.data["tables"].get((typ, target))
            return None if place is None else (*place, target)
        name, selector = target, ""
        if typ == "step":
            name, _colon, selector = target.rpartition(":")
        place = self.data["names"].get(name)
        if place is None:
            return None
        known = self.derivations[place]
        title = known.title or name
        if typ == "ref":
            return known.docname, known.anchor, title
        number = known.line(selector.strip())
        if number is None:
            return None
        anchor = known.anchor
        if builder.format == "html" and self.prints == "mathematics" and known.lines:
            anchor = line_anchor(anchor, number)
        return known.docname, anchor, _("line {} of {}").format(number, title)

    def get_objects(self) -> Iterator[tuple[str, str, str, str, str, int]]:
        for name, place in self.data["names"].items():
            known = self.derivations[place]
            yield name, known.title or name, "derivation", known.docname, known.anchor, 1
        for (kind, name), (docname, anchor) in self.data["tables"].items():
            yield name, name, {"op": "operation"}.get(kind, kind), docname, anchor, 1


def domain_of(env: BuildEnvironment) -> DerivtexDomain:
    """The domain of an environment."""
    domain = env.get_domain("derivtex")
    assert isinstance(domain, DerivtexDomain)
    return domain
