"""The reference of rules and operations, generated from the tables that the engine works with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from docutils import nodes
from docutils.nodes import make_id
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import OptionSpec

from derivtex.op import OPS, Op, condition_words
from derivtex.rule import RULES, Rule
from derivtex.rules import load_all

from .domain import domain_of
from .nodes import inline_math
from .report import SUBTYPES, warn
from .sentences import Fragment, rule_fragments
from .words import MADE, _, rule_name

#: The groups of rules, in order; a rule that the operation table makes is told by its name.
GROUPS = {
    "differential": "Differentials",
    "restate": "Restating",
    "frobenius": "Frobenius product",
    "trace": "Trace",
    "inner": "Inner product",
    "index": "Index notation",
    "collect": "Collecting",
    "identify": "Reading off",
    "matrix_functions": "Matrix functions",
    "tidy": "Tidying",
    "solve": "Solving",
}


class _Table(SphinxDirective):
    """A definition list; each term is what a role of the domain refers to."""

    kind: ClassVar[str]
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[OptionSpec] = {"class": directives.class_option}

    def _item(
        self, name: str, said: str, description: Iterable[nodes.Node]
    ) -> nodes.definition_list_item:
        anchor = make_id(f"derivtex-{self.kind}-{name}")
        if anchor in self.state.document.ids:
            anchor = make_id(f"{anchor}-{self.env.new_serialno('derivtex-table')}")
        term = nodes.term("", "", nodes.Text(said), ids=[anchor])
        self.state.document.note_explicit_target(term)
        domain_of(self.env).note_entry(self.kind, name, self.env.docname, anchor)
        return nodes.definition_list_item(
            "", term, nodes.definition("", *description or [nodes.paragraph()])
        )

    def _list(self, items: Iterable[nodes.Node]) -> nodes.definition_list:
        classes = ["derivtex-reference", *self.options.get("class", [])]
        return nodes.definition_list("", *items, classes=classes)

    def _wrong(self, allowed: Iterable[str]) -> list[nodes.Node]:
        names = ", ".join(allowed)
        warn(f"there is no group {self.arguments[0]!r}: one of {names}", "option",
             self.get_location())  # fmt: skip
        return []


class RulesDirective(_Table):
    """``.. derivtex:rules::``, all rules, or those of one group."""

    kind = "rule"

    def run(self) -> list[nodes.Node]:
        load_all()
        groups: dict[str, list[Rule]] = {name: [] for name in GROUPS}
        for rule in RULES.values():
            groups.setdefault(group_of(rule), []).append(rule)
        if self.arguments:
            if self.arguments[0] not in groups:
                return self._wrong(groups)
            return [self._rules(groups[self.arguments[0]])]
        shown: list[nodes.Node] = []
        for name, rules in groups.items():
            if rules:
                heading = _(GROUPS.get(name, name.capitalize()))
                shown += [_heading(heading), self._rules(rules)]
        return shown

    def _rules(self, rules: Iterable[Rule]) -> nodes.definition_list:
        return self._list(
            self._item(rule.name, rule_name(rule.name), _paragraph(rule_fragments(rule)))
            for rule in rules
        )


class OperationsDirective(_Table):
    """``.. derivtex:operations::``, the operation table."""

    kind = "op"
    optional_arguments = 0

    def run(self) -> list[nodes.Node]:
        load_all()
        # What has no data to be tested with is made by the engine, not written by anyone.
        return [self._list(self._operation(op) for op in OPS.values() if op.sample or op.example)]

    def _operation(self, op: Op) -> nodes.definition_list_item:
        described: list[nodes.Node] = []
        for template in MADE:
            rule = RULES.get(template.format(op.title))
            if rule is not None:
                described += _paragraph(rule_fragments(rule))
        if op.condition:
            words = _(condition_words(op.condition)).replace("{}", _("the argument"))
            described.append(_sentence(f"{_('where {}').format(words)}."))
        if op.names:
            line = nodes.paragraph("", f"{_('written')} ", translatable=False)
            for index, name in enumerate(op.names):
                line += [nodes.Text(", ")] if index else []
                line += nodes.literal(name, name)
            described.append(line)
        if op.source:
            described.append(_sentence(op.source))
        return self._item(op.name, _(op.title), described)


class WarningsDirective(SphinxDirective):
    """``.. derivtex:warnings::``, the subtypes that ``suppress_warnings`` can name."""

    def run(self) -> list[nodes.Node]:
        items = []
        for name, meaning in SUBTYPES.items():
            code = f"derivtex.{name}"
            term = nodes.term("", "", nodes.literal(code, code))
            items.append(
                nodes.definition_list_item("", term, nodes.definition("", _sentence(_(meaning))))
            )
        return [nodes.definition_list("", *items, classes=["derivtex-reference"])]


def group_of(rule: Rule) -> str:
    """The group a rule stands in: that of its module, but for what the table makes."""
    if rule.name.startswith("differential of "):
        return "differential"
    if rule.name.endswith(" across the Frobenius product"):
        return "frobenius"
    if rule.name.startswith("entries of the ") or rule.name.endswith(" by an entry"):
        return "index"
    module: str = rule.rewrite.__module__
    return "index" if ".rules.index." in module else module.rpartition(".")[2]


def _heading(text: str) -> nodes.Node:
    return nodes.paragraph("", "", nodes.strong(text, text), translatable=False,
                           classes=["derivtex-group"])  # fmt: skip


def _sentence(text: str) -> nodes.paragraph:
    return nodes.paragraph("", text, translatable=False)


def _paragraph(fragments: Iterable[Fragment]) -> list[nodes.Node]:
    node = nodes.paragraph("", translatable=False)
    for fragment in fragments:
        if fragment.tex is None:
            node += nodes.Text(fragment.text)
        else:
            node += inline_math(fragment.tex, fragment.text)
    return [node] if node.children else []
