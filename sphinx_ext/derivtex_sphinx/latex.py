r"""Derivations in LaTeX: the macro ``\eqalign``, titles with numbers, and lines over pages."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.latex import LaTeXTranslator

import derivtex
from derivtex.printers.block import numbered

from .nodes import derivation, derivation_block, derivation_math, derivation_title, title_of
from .plain import number_of
from .signs import declarations

#: What a reference prints for a derivation: the number that is written beside its title.
_NUMBERED = (
    r"\makeatletter\providecommand{\derivationnumber}[1]{\phantomsection\def\@currentlabel{#1}}"
    r"\makeatother"
)


def define_macros(app: Sphinx, config: Config) -> None:
    r"""Add the macros after the project's own preamble, for PDF output and for formula images.

    They are *provided*, so one that the project defines itself is left as it is.
    """
    elements = config.latex_elements
    preamble = f"{elements.get('preamble', '')}\n{derivtex.EQALIGN_MACRO}\n{_NUMBERED}\n"
    preamble += declarations()
    config.latex_elements = {**elements, "preamble": preamble}
    if "imgmath_latex_preamble" in config:
        # Its document loads no colours, which highlighting needs.
        config.imgmath_latex_preamble += f"\n\\usepackage{{xcolor}}\n{derivtex.EQALIGN_MACRO}\n"


class LongDerivations(SphinxPostTransform):
    r"""An ``\eqalign`` stands on one page; lines that may need more become an ``align``."""

    default_priority = 400
    formats = ("latex",)

    def run(self, **kwargs: Any) -> None:
        for block in self.document.findall(derivation_block):
            tex = block.get("long")
            if not tex:
                continue
            for formula in block.findall(nodes.math_block):
                if formula.get("label"):
                    label = rf"\label{{equation:{formula['docname']}:{formula['label']}}}"
                    formula["label"] = None
                    tex = numbered(tex, label)
                formula["no-wrap"] = formula["nowrap"] = True
                formula.children = [nodes.Text("{\\allowdisplaybreaks\n" + tex + "}")]


# --- visitors ------------------------------------------------------------------------------------


def visit_derivation(self: LaTeXTranslator, node: derivation) -> None:
    # Without a title it goes on with the paragraph, as a display does.
    if title_of(node):
        self.body.append("\n\n\\par\\addvspace{\\medskipamount}\\noindent\n")
    number = number_of(self.builder.env, node)
    labels = self.hypertarget_to(node)
    # A group, or the number would stay the current label.
    self.body.append(rf"{{\derivationnumber{{{number}}}{labels}}}")


def depart_derivation(self: LaTeXTranslator, node: derivation) -> None:
    self.body.append("\n\n")


def visit_title(self: LaTeXTranslator, node: derivation_title) -> None:
    self.body.append(r"\sphinxstylestrong{")
    if isinstance(node.parent, derivation):
        number = number_of(self.builder.env, node.parent)
        if number:
            label = self.config.numfig_format["derivation"] % number
            self.body.append(self.encode(label) + r"\enspace ")


def depart_title(self: LaTeXTranslator, node: derivation_title) -> None:
    # A display that comes next stands in the same paragraph: else there is an empty line above it.
    index = node.parent.index(node)
    followers = [
        child
        for child in node.parent.children[index + 1 :]
        if not (isinstance(child, derivation_block) and child["repeats"])
    ]
    display = bool(followers) and isinstance(followers[0], derivation_block)
    self.body.append("}\n" if display else "}\\par\\nopagebreak\n")


def visit_block(self: LaTeXTranslator, node: derivation_block) -> None:
    if node["repeats"]:  # what stands among the steps, which do not fold here
        raise nodes.SkipNode


def pass_by(self: LaTeXTranslator, node: derivation_block | derivation_math) -> None:
    """Nothing is printed for the node itself."""
