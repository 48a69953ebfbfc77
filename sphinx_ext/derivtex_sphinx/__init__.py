"""Derivations in Sphinx documents: ``extensions = ["derivtex_sphinx"]``.

The ``derivation`` directive prints an expression file step by step, the roles ``gradient`` and
``differential`` print one result inline, the domain ``derivtex`` refers to them and lists the
rules. Whatever a document shows was verified when it was built.
"""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.typing import ExtensionMetadata

import derivtex

from . import html, latex, macros, nodes, plain, reading, signs
from .directive import DerivationDirective
from .domain import DerivtexDomain
from .reference import OperationsDirective, RulesDirective, WarningsDirective
from .report import ShownErrors
from .roles import ResultRole
from .settings import add_config_values
from .words import CATALOGUE, _

__all__ = ["setup"]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register everything; Sphinx calls this."""
    app.add_message_catalog(CATALOGUE, str(Path(__file__).parent / "locale"))
    add_config_values(app)
    add_nodes(app)
    app.add_domain(DerivtexDomain)
    app.add_directive("derivation", DerivationDirective)
    app.add_directive_to_domain("derivtex", "derivation", DerivationDirective)
    app.add_directive_to_domain("derivtex", "rules", RulesDirective)
    app.add_directive_to_domain("derivtex", "operations", OperationsDirective)
    app.add_directive_to_domain("derivtex", "warnings", WarningsDirective)
    app.add_role("gradient", ResultRole("gradient"))
    app.add_role("differential", ResultRole("differential"))
    app.add_post_transform(ShownErrors)
    app.add_post_transform(plain.PlainDerivations)
    app.add_post_transform(latex.LongDerivations)
    app.add_post_transform(signs.PrintableErrors)
    app.add_css_file("derivtex.css")
    app.connect("config-inited", macros.check_values)
    app.connect("config-inited", latex.define_macros)
    app.connect("config-inited", macros.share_macros)
    app.connect("config-inited", add_number_format, priority=900)  # after Sphinx's own
    app.connect("builder-inited", html.add_style)
    app.connect("builder-inited", plain.choose)
    app.connect("env-before-read-docs", reading.begin, priority=900)  # which may order them
    app.connect("source-read", reading.reach)
    app.connect("env-updated", reading.settle)
    app.connect("build-finished", reading.end)
    return {
        "version": derivtex.__version__,
        "env_version": 4,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }


def add_nodes(app: Sphinx) -> None:
    """How HTML and LaTeX print the nodes; other builders never see them."""
    app.add_enumerable_node(
        nodes.derivation,
        "derivation",
        nodes.title_of,
        html=(html.visit_derivation, html.depart_derivation),
        latex=(latex.visit_derivation, latex.depart_derivation),
    )
    app.add_node(
        nodes.derivation_title,
        html=(html.visit_title, html.depart_title),
        latex=(latex.visit_title, latex.depart_title),
    )
    app.add_node(
        nodes.derivation_block,
        html=(html.visit_block, html.depart_block),
        latex=(latex.visit_block, latex.pass_by),
    )
    app.add_node(
        nodes.derivation_math,
        html=(html.visit_math, html.depart_math),
        latex=(latex.pass_by, latex.pass_by),
    )


def add_number_format(app: Sphinx, config: Config) -> None:
    """What ``:numref:`` prints of a derivation, if the project does not say."""
    config.numfig_format = {"derivation": _("Derivation %s"), **config.numfig_format}
