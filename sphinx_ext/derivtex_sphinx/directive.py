"""The ``derivation`` directive: an expression file in, numbered mathematics out."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StateMachine
from sphinx.directives.patches import MathDirective
from sphinx.util.typing import OptionSpec

import derivtex

from .plain import TEXT
from .report import check, error_block, warn, warn_of
from .settings import Settings, resolve
from .source import FileError, Source, read_file


class DerivationDirective(MathDirective):
    """Derives each problem of its content and shows it as display mathematics.

    As to labels it is Sphinx's ``math`` directive, which numbers equations, makes targets for them
    and warns about duplicates.
    """

    # Values are read by `resolve`, so that a bad one is a warning of this extension, not an error
    # that drops the mathematics.
    option_spec: ClassVar[OptionSpec] = {
        "file": directives.unchanged_required,
        "label": directives.unchanged,
        "name": directives.unchanged,
        "class": directives.class_option,
        "notation": directives.unchanged,
        "detail": directives.unchanged,
        "style": directives.unchanged,
        "check": directives.unchanged,
        "reasons": directives.unchanged,
        "highlight": directives.unchanged,
    }

    def run(self) -> list[nodes.Node]:
        try:
            title, source = self._read()
        except FileError as err:
            warn(str(err), "file", self.get_location())
            return [error_block(str(err))]
        if source is None:
            self._complain("a derivation needs a problem: as its content, or in a :file:")
            return []
        settings = resolve(self.options, self.config, self._complain)
        shown = self._title(title) + self._problems(source, settings, titled=bool(title))
        self.add_name(next(node for node in shown if not isinstance(node, nodes.target)))
        return shown

    def _read(self) -> tuple[str, Source | None]:
        """The title, and the problems."""
        title = " ".join(self.arguments[0].split()) if self.arguments else ""
        if "file" in self.options:
            if self.content:
                self._complain("a derivation with a :file: has no content: it is left out")
            return title, read_file(self.env, self.options["file"])
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

    def _problems(self, source: Source, settings: Settings, titled: bool) -> list[nodes.Node]:
        results = derive_all(source.text, settings)
        single = len(results) == 1
        if not single and "label" in self.options:
            self._complain("a :label: numbers one problem, and here are several: it is left out")
        label = self.options.get("label") if single else None
        shown: list[nodes.Node] = []
        for result in results:
            if isinstance(result, derivtex.DerivtexError):
                warn_of(result, source.locate(result.line or 1))
                error = error_block(source.problem_at(result.line), str(result))
                # A reference to it resolves all the same: one mistake, one warning.
                shown += self._numbered(error, label) if label else [error]
                continue
            check(result, settings.check, self.get_location())
            if result.problem.title and not (titled and single):
                shown.append(title_paragraph(nodes.Text(result.problem.title)))
            shown += self._numbered(self._block(result, settings), label)
        return shown

    def _numbered(self, block: nodes.Element, label: str | None) -> list[nodes.Node]:
        """The block, below its target if it has a label or the project numbers everything."""
        block["label"] = label
        shown: list[nodes.Node] = [block]
        self.add_target(shown)
        return shown

    def _block(self, derivation: derivtex.Derivation, settings: Settings) -> nodes.math_block:
        latex = derivation.latex(
            style=settings.style, reasons=settings.reasons, highlight=settings.highlight
        )
        # TeX ends a formula at a blank line.
        latex = "\n".join(line for line in latex.splitlines() if line.strip())
        block = nodes.math_block(
            latex,
            latex,
            classes=[*self.options.get("class", []), "derivation"],
            docname=self.env.docname,
            number=None,
            translatable=False,
        )
        block["no-wrap"] = block["nowrap"] = False
        block[TEXT] = derivation.text(reasons=settings.reasons).rstrip()
        self.set_source_info(block)
        return block

    def _title(self, title: str) -> list[nodes.Node]:
        if not title:
            return []
        children, messages = self.parse_inline(title)
        return [title_paragraph(*children), *messages]

    def _locator(self, before: int) -> Callable[[int], str]:
        """Where lines stand that follow the given line: in this file, or in one it includes."""

        def locate(line: int) -> str:
            path, number = self.state_machine.get_source_and_line(before + line)
            return f"{path}:{number}"

        return locate

    def _complain(self, message: str) -> None:
        warn(message, "option", self.get_location())


def derive_all(text: str, settings: Settings) -> list[derivtex.Derivation | derivtex.DerivtexError]:
    """Every problem's derivation, or what is wrong with it."""
    try:
        return derivtex.derive_all(text, notation=settings.notation, detail=settings.detail)
    except derivtex.DerivtexError as err:  # in the text as a whole
        return [err]


def title_paragraph(*children: nodes.Node) -> nodes.paragraph:
    """A paragraph, not a rubric: LaTeX sets a rubric like the heading of a section."""
    return nodes.paragraph("", "", nodes.strong("", "", *children), classes=["derivation-title"])
