"""The ``derivation`` directive: an expression file in, numbered mathematics out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, cast

from docutils import nodes
from docutils.nodes import make_id
from docutils.parsers.rst import directives
from docutils.statemachine import StateMachine
from sphinx.directives.patches import MathDirective
from sphinx.domains.math import MathDomain
from sphinx.util.typing import OptionSpec

from .cache import key_of_derivation
from .domain import Known, domain_of, line_anchor
from .layout import parts
from .nodes import derivation, derivation_block, derivation_title, title_of
from .report import FAILED, report_check, warn
from .settings import Settings, resolve
from .source import FileError, Source, read_file
from .typography import FIELDS
from .writing import Failure, Written, write_all

#: LaTeX would read more than a name.
_SPECIAL = re.compile(r"[\\{}%#$&^~]")


class _Options(dict[str, Callable[[str], Any]]):
    """Takes any option: docutils drops the mathematics of a directive with one it does not know."""

    def __missing__(self, name: str) -> Callable[[str], Any]:
        return directives.unchanged


_OPTIONS = (
    "notation", "detail", "style", "symmetric", "check", "reasons", "highlight", "show", "collapse",
    "width",
)  # fmt: skip


class DerivationDirective(MathDirective):
    """Derives each problem of its content and shows it as display mathematics.

    As to labels it is Sphinx's ``math`` directive, which numbers equations, makes targets for them
    and warns about duplicates.
    """

    # Values are read by `resolve`, so that a bad one is a warning of this extension, not an error
    # that drops the mathematics.
    option_spec: ClassVar[OptionSpec] = _Options(
        {"class": directives.class_option}
        | dict.fromkeys(("file", "label", "name", "wrt", *_OPTIONS, *FIELDS), directives.unchanged)
    )

    def run(self) -> list[nodes.Node]:
        try:
            title, source = self._read()
        except FileError as err:
            return self._nothing(str(err), "file")
        if source is None:
            return self._nothing("a derivation needs a problem: as content or in :file:", "option")
        for name in self.options:
            if name not in self.option_spec:
                self._complain(f"a derivation has no option {name!r}: it is left out")
        if _SPECIAL.search(self.options.get("label", "")):
            self._complain("a :label: has no characters that are special in TeX: it is left out")
            del self.options["label"]
        settings = resolve(self.options, self.config, self._complain)
        results = self._results(source.text, settings)
        if len(results) == 1:
            return [self._derivation(results[0], source, settings, self._title(title), True)]
        if "label" in self.options:
            self._complain("a :label: numbers one problem, and here are several: it is left out")
        shown: list[nodes.Node] = list(self._title(title))
        for index, result in enumerate(results):
            shown.append(self._derivation(result, source, settings, [], False, index == 0))
        return [nodes.container("", *shown, classes=["derivations"])] if shown else []

    def _nothing(self, message: str, subtype: str) -> list[nodes.Node]:
        """There is nothing to derive: said where the mathematics would stand."""
        warn(message, subtype, self.get_location())
        failure = Failure(message, subtype, None, message)
        shown = self._failed("", failure, self.options.get("label"))
        return [self._shell(shown, failure, True)]

    def _read(self) -> tuple[str, Source | None]:
        """The title, and the problems."""
        title = " ".join(self.arguments[0].split()) if self.arguments else ""
        if "file" in self.options:
            if self.content:
                self._complain("a derivation with a :file: has no content: it is left out")
            return title, read_file(self.env, self.options["file"], self.env.docname)
        if self.content:
            before = self.content_offset
            if not isinstance(self.state_machine, StateMachine):
                before += self.lineno  # MyST counts from the directive, docutils from the top
            return title, Source("\n".join(self.content), self._locator(before))
        if title:
            # Without a blank line above it, docutils takes the content for the argument.
            on_first_line = self.block_text.split("\n", 1)[0].rstrip().endswith("::")
            before = self.lineno if on_first_line else self.lineno - 1
            return "", Source(self.arguments[0], self._locator(before))
        return title, None

    def _results(self, text: str, settings: Settings) -> tuple[Written | Failure, ...]:
        """What becomes of each problem, from the environment if nothing has changed."""
        domain = domain_of(self.env)
        key = key_of_derivation(text, settings, self.config)

        def made() -> tuple[Written | Failure, ...]:
            ahead = None if domain.ahead is None else domain.ahead.take(key)
            return ahead or write_all(text, settings)

        results: tuple[Written | Failure, ...] = domain.cache.get(self.env.docname, key, made)
        return results

    # --- one problem ----------------------------------------------------------------------------

    def _derivation(
        self,
        result: Written | Failure,
        source: Source,
        settings: Settings,
        title: list[nodes.Node],
        alone: bool,
        first: bool = True,
    ) -> nodes.Element:
        label = self.options.get("label") if alone else None
        if isinstance(result, Failure):
            place = source.locate(result.line) if result.line else self.get_location()
            warn(result.message, result.subtype, place)
            problem = source.problem_at(result.line)
            error = self._failed(problem, result, label)
            return self._shell([*title, *error], result, first)
        report_check(result.worst, settings.check, self.get_location())
        if not title and result.title:
            title = [self._title_node(result.title, [nodes.Text(result.title)])]
        shown = parts(
            result,
            settings,
            lambda block: self._numbered(self._formula(block.tex, label)),
            lambda block: [self._formula(block.tex, None)],
        )
        return self._shell([*title, *shown], result, first)

    def _shell(
        self, children: Iterable[nodes.Node], result: Written | Failure, first: bool
    ) -> derivation:
        """The node that has the name, the id and the entries in the indices."""
        shell = derivation(
            "", *children, classes=list(self.options.get("class", [])), docname=self.env.docname
        )
        self.set_source_info(shell)
        labels = ("name", "label") if first else ()
        names = [self.options[key] for key in labels if self.options.get(key)]
        if first:
            self.add_name(shell)  # which takes the option away
        if not shell["ids"]:
            label = self.options.get("label", "") if first else ""
            serial = self.env.new_serialno("derivtex")
            anchor = make_id(f"derivation-{label or serial}")
            if anchor in self.state.document.ids:
                anchor = f"derivation-{serial}"
            shell["ids"] = [anchor]
            self.state.document.note_explicit_target(shell)
        anchor = shell["ids"][0]
        lines, rules = (result.lines, result.rules) if isinstance(result, Written) else ((), ())
        known = Known(self.env.docname, anchor, title_of(shell), lines, rules)
        domain_of(self.env).note_derivation(known, names)
        for block in shell.findall(derivation_block):
            if block["lines"]:
                count = len(block["heights"])
                block["anchors"] = [line_anchor(anchor, i + 1) for i in range(count)]
        return shell

    def _formula(self, tex: str, label: str | None) -> nodes.math_block:
        formula = nodes.math_block(
            tex, tex, docname=self.env.docname, number=None, label=label, translatable=False
        )
        formula["no-wrap"] = formula["nowrap"] = False
        self.set_source_info(formula)
        return formula

    def _numbered(self, formula: nodes.math_block) -> list[nodes.Node]:
        """The formula, below its target if it has a label or the project numbers all."""
        shown: list[nodes.Node] = [formula]
        equations = cast(MathDomain, self.env.get_domain("math")).equations
        label = formula["label"]
        if label in equations:
            # Sphinx would say so three times: of the number, the target and its id.
            other = self.env.doc2path(equations[label][0])
            message = f"duplicate label of equation {label}, other instance in {other}"
            warn(message, "label", self.get_location())
            formula["label"] = None
        else:
            self.add_target(shown)
        return shown

    def _failed(self, problem: str, failure: Failure, label: str | None) -> list[nodes.Node]:
        formula = self._formula(problem, label)
        formula[FAILED] = [problem, failure.shown]
        return self._numbered(formula) if label else [formula]

    # --- titles and places ----------------------------------------------------------------------

    def _title(self, title: str) -> list[nodes.Node]:
        if not title:
            return []
        children, messages = self.parse_inline(title)
        return [self._title_node(title, children), *messages]

    def _title_node(self, text: str, children: list[nodes.Node]) -> derivation_title:
        node = derivation_title(text, "", *children)
        self.set_source_info(node)
        return node

    def _locator(self, before: int) -> Callable[[int], str]:
        """Where lines stand that follow the given line: in this file, or in one it includes."""

        def locate(line: int) -> str:
            path, number = self.state_machine.get_source_and_line(before + line)
            return f"{path}:{number}"

        return locate

    def _complain(self, message: str) -> None:
        warn(message, "option", self.get_location())
