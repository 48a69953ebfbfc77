"""What goes wrong becomes one warning at its place; the build goes on, the page says so too."""

from __future__ import annotations

from docutils import nodes
from sphinx.errors import SphinxError
from sphinx.util import logging

import derivtex

logger = logging.getLogger(__name__)

SUBTYPES: tuple[tuple[type[derivtex.DerivtexError], str], ...] = (
    (derivtex.ShapeError, "shape"),
    (derivtex.UnsupportedError, "unsupported"),
    (derivtex.LimitError, "limit"),
    (derivtex.ParseError, "parse"),
)


class CheckError(SphinxError):
    """A derivation that fails its check where the project asked for ``error``."""

    category = "Derivation check failed"


def warn(message: str, subtype: str, location: str) -> None:
    """A warning of type ``derivtex``, so that ``suppress_warnings`` can name it."""
    logger.warning("%s", message, type="derivtex", subtype=subtype, location=location)


def warn_of(error: derivtex.DerivtexError, location: str) -> None:
    """The warning for a problem that could not be derived."""
    subtype = next((name for cls, name in SUBTYPES if isinstance(error, cls)), "unsupported")
    column = f" (column {error.column})" if error.column else ""
    hint = f"; hint: {error.hint}" if error.hint else ""
    warn(f"{error.message}{column}{hint}", subtype, location)


def check(derivation: derivtex.Derivation, mode: str, location: str) -> None:
    """Verify a derivation numerically: ``mode`` is off, warn, or error (which ends the build)."""
    if mode == "off":
        return
    outcome = derivation.verify()
    if outcome.ok:
        return
    message = f"derivation fails its numeric check: worst relative error {outcome.worst:.2g}"
    if mode == "error":
        raise CheckError(f"{location}: {message}")
    warn(message, "check", location)


def error_block(*texts: str) -> nodes.container:
    """What a page shows in place of the mathematics: the problem, and the message."""
    block = nodes.container(classes=["derivation-error"])
    block += [nodes.literal_block(text, text, language="none") for text in texts if text.strip()]
    return block
