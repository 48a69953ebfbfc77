"""A derivation as Markdown: a title, the block between `$$`, and what was assumed."""

from __future__ import annotations

import re
from typing import Any

from derivtex.derivation import Derivation, Reason
from derivtex.expr import Expr
from derivtex.notation import STANDARD, Notation
from derivtex.printers.block import block
from derivtex.printers.latex import LatexWriter
from derivtex.printers.reasons import in_words
from derivtex.printers.text import joined

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#$|])")


def markdown(
    derivation: Derivation,
    *,
    style: str = "aligned",
    notation: Notation = STANDARD,
    **options: Any,
) -> str:
    """The derivation as Markdown with mathematics; `options` are those of `block`."""
    parts = []
    title = derivation.problem.title
    if title is not None:
        parts.append("**" + _MARKUP.sub(r"\\\1", " ".join(title.split())) + "**")
    mathematics = block(derivation, style, notation=notation, **options)
    # The environments align and align* are displays by themselves.
    parts.append(mathematics if style in {"align", "align*"} else f"$$\n{mathematics}\n$$")
    if derivation.conditions:
        writer = LatexWriter(notation.of(derivation.notation))
        conditions = [_sentence(condition, writer) for condition in derivation.conditions]
        parts.append(f"Assuming {joined(conditions)}.")
    return "\n\n".join(parts) + "\n"


def _sentence(reason: Reason, writer: LatexWriter) -> str:
    return "".join(
        f"${writer.write(part)}$" if isinstance(part, Expr) else _MARKUP.sub(r"\\\1", part[0])
        for part in in_words(reason)
    )
