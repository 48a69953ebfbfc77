"""Derivations for builders without mathematics: Unicode text, line by line.

Sphinx would print the TeX there, and refill or drop its lines. An e-book is one of them unless its
formulas are images: readers run no MathJax.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform

from .domain import domain_of
from .nodes import NARROW, TEXT, derivation, derivation_block, derivation_math, derivation_title


def choose(app: Sphinx) -> None:
    """Whether the builder prints mathematics, text, or text in pages of HTML."""
    domain = domain_of(app.env)
    if app.builder.format in {"text", "man", "texinfo"}:
        domain.prints = "text"
    elif app.builder.name == "epub" and _renderer(app) == "mathjax":
        domain.prints = "pages of text"


def _renderer(app: Sphinx) -> str | None:
    return getattr(app.builder, "math_renderer_name", None)


class PlainDerivations(SphinxPostTransform):
    """Put literal blocks in the place of mathematics."""

    default_priority = 400

    def is_supported(self) -> bool:
        return domain_of(self.env).prints != "mathematics"

    def run(self, **kwargs: Any) -> None:
        for block in list(self.document.findall(derivation_block)):
            block.replace_self(self._lines(block))
        for formula in list(self.document.findall(derivation_math)):
            formula.replace_self(nodes.Text(formula[TEXT]))
        for title in list(self.document.findall(derivation_title)):
            title.replace_self(self._title(title))
        for reference in self.document.findall(addnodes.number_reference):
            # Writers of text print the format of the number in place of the number.
            reference["title"] = reference.astext()
        for node in list(self.document.findall(derivation)):
            box = nodes.container("", *node.children, classes=["derivation", *node["classes"]])
            if domain_of(self.env).prints == "pages of text":
                box["ids"] = node["ids"]
                node.replace_self(box)
            else:
                node.replace_self([nodes.target("", "", ids=node["ids"]), *box.children])

    def _lines(self, block: derivation_block) -> list[nodes.Node]:
        text = block[NARROW] or block[TEXT]
        shown: list[nodes.Node] = []
        if block["repeats"]:  # what stands among the steps, which do not fold here
            return shown
        for child in block:
            if isinstance(child, nodes.math_block):
                shown += [nodes.target("", "", ids=child["ids"])] if child["ids"] else []
                if child["number"]:
                    text += f"    ({equation_number(self.env, child)})"
            else:
                shown.append(child)
        return [*shown, nodes.literal_block(text, text, language="none")]

    def _title(self, title: derivation_title) -> nodes.paragraph:
        """A paragraph, not a rubric: LaTeX sets a rubric like the heading of a section."""
        number = number_of(self.env, title.parent)
        if number:
            label = self.config.numfig_format["derivation"] % number
            title.insert(0, nodes.Text(f"{label} "))
        strong = nodes.strong("", "", *title.children)
        return nodes.paragraph("", "", strong, classes=["derivation-title"])


def number_of(env: BuildEnvironment, node: nodes.Element) -> str:
    """The number that ``:numref:`` prints for a derivation, empty if it has none."""
    if not isinstance(node, derivation):
        return ""
    numbers = env.toc_fignumbers.get(node["docname"], {}).get("derivation", {})
    number = next((numbers[i] for i in node["ids"] if i in numbers), ())
    return ".".join(map(str, number))


def equation_number(env: BuildEnvironment, block: nodes.math_block) -> str:
    """The number that ``:eq:`` prints: with ``math_numfig``, section numbers come first."""
    if not (env.config.math_numfig and env.config.numfig):
        return str(block["number"])
    numbers = env.toc_fignumbers.get(block["docname"], {}).get("displaymath", {})
    number = next((numbers[i] for i in block["ids"] if i in numbers), (block["number"],))
    return ".".join(map(str, number))
