"""Derivations for builders without mathematics: Unicode text, line by line.

Sphinx would print the TeX there, and refill or drop its lines.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

#: The attribute of a ``math_block`` that holds its text form.
TEXT = "derivation-text"


class PlainDerivations(SphinxPostTransform):
    """Put a literal block in the place of each derivation."""

    default_priority = 400
    formats = ("text", "man", "texinfo")

    def run(self, **kwargs: Any) -> None:
        for block in list(self.document.findall(nodes.math_block)):
            if TEXT not in block:
                continue
            text = block[TEXT]
            if block["number"]:
                text += f"    ({self._number(block)})"
            block.replace_self(nodes.literal_block(text, text, language="none"))

    def _number(self, block: nodes.math_block) -> str:
        """The number that ``:eq:`` prints: with ``math_numfig``, section numbers come first."""
        if not (self.config.math_numfig and self.config.numfig):
            return str(block["number"])
        numbers = self.env.toc_fignumbers.get(block["docname"], {}).get("displaymath", {})
        number = next((numbers[i] for i in block["ids"] if i in numbers), (block["number"],))
        return ".".join(map(str, number))
