"""What goes wrong becomes one warning at its place; the build goes on, the page says so too."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.errors import SphinxError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

logger = logging.getLogger(__name__)

#: The attribute of a formula that could not be derived: what the page shows in its place.
FAILED = "derivation-failed"

#: Every warning is of the type ``derivtex`` and of one of these subtypes, for
#: ``suppress_warnings``. The tests hold the source to this list.
SUBTYPES = {
    "parse": "the text is not in the language, or could mean two things",
    "shape": "dimensions that do not fit",
    "unsupported": "understood, but there is no rule for it",
    "limit": "a bound that protects against runaway input was reached",
    "internal": "a mistake in derivtex itself",
    "check": "a derivation that fails its numeric check",
    "option": "an option of a directive that has no such value, or no content to work on",
    "label": "a label that another equation has",
    "file": "an expression file that cannot be read, or is outside the source folder",
    "config": "a value in conf.py",
}


class CheckError(SphinxError):
    """A derivation that fails its check where the project asked for ``error``."""

    category = "Derivation check failed"


def report_check(worst: float | None, mode: str, location: str) -> None:
    """Say that a derivation fails its check: as a warning, or by ending the build."""
    if worst is None:
        return
    message = f"derivation fails its numeric check: worst relative error {worst:.2g}"
    if mode == "error":
        raise CheckError(f"{location}: {message}")
    warn(message, "check", location)


def warn(message: str, subtype: str, location: str) -> None:
    """A warning of type ``derivtex``, so that ``suppress_warnings`` can name it."""
    logger.warning("%s", message, type="derivtex", subtype=subtype, location=location)


def error_block(*texts: str) -> nodes.container:
    """What a page shows in place of the mathematics: the problem, and the message."""
    block = nodes.container(classes=["derivation-error"])
    block += [
        nodes.literal_block(text, text, language="none", translatable=False)
        for text in texts
        if text.strip()
    ]
    return block


class ShownErrors(SphinxPostTransform):
    """Until documents are written, a problem that failed is a formula with a number if it has a
    label: a reference to it resolves all the same. One mistake, one warning."""

    default_priority = 5

    def run(self, **kwargs: Any) -> None:
        for formula in list(self.document.findall(nodes.math_block)):
            texts = formula.get(FAILED)
            if texts:
                block = error_block(*texts)
                block["ids"] = formula["ids"]
                if formula.get("label"):
                    # LaTeX counts equations itself: this one, too, and references print its number.
                    label = f"equation:{formula['docname']}:{formula['label']}"
                    counted = rf"\phantomsection\refstepcounter{{equation}}\label{{{label}}}"
                    block += nodes.raw("", counted, format="latex")
                formula.replace_self(block)
