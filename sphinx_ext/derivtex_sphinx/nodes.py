"""What a derivation is in the document tree.

    derivation                 one problem: what is numbered, named and referred to
        derivation_title
        paragraph              what is given
        derivation_block       mathematics with its text form
            math_block
        paragraph              what is assumed

Each piece of mathematics carries its Unicode text form, which text builders print and screen
readers speak.
"""

from __future__ import annotations

from docutils import nodes

#: The attribute that holds the text form of a block, or of mathematics inline.
TEXT = "derivation-text"
#: The attribute that holds the same with long lines broken, where there are any.
NARROW = "derivation-narrow"


class derivation(nodes.General, nodes.Element):
    """One problem's derivation, or the report of why there is none."""


class derivation_title(nodes.Part, nodes.TextElement):
    """Its title, which gettext extracts."""


class derivation_block(nodes.General, nodes.Element):
    """Displayed mathematics. `folds` is empty, closed or open; `anchors` are ids of its lines,
    `heights` the rows that each of them takes."""


class derivation_math(nodes.Inline, nodes.TextElement):
    """Mathematics inline."""


def inline_math(tex: str, text: str) -> derivation_math:
    """Mathematics inline with its text form."""
    node = derivation_math("", "", nodes.math(tex, tex))
    node[TEXT] = text
    return node


def title_of(node: nodes.Node) -> str:
    """The title of a derivation, as `numref` and references print it; empty if it has none."""
    titles = (child for child in node.children if isinstance(child, derivation_title))
    return next((title.astext() for title in titles), "")
