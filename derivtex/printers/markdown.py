r"""A derivation as Markdown: a title, the block between `$$`, and what was assumed.

GitHub reads what stands between `$$` as Markdown first, which turns `\|` into `|` and `\,` into a
comma, and it refuses `\operatorname`. In the style `github` the mathematics stands in fences and
behind backticks, which GitHub and GitLab leave alone, and in macros that both know.
"""

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

GITHUB = "github"
_OPERATOR = re.compile(r"\\operatorname\{([^{}]*)\}(?=([_^])?)")
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#$|])")


def markdown(
    derivation: Derivation,
    *,
    style: str = "aligned",
    notation: Notation = STANDARD,
    **options: Any,
) -> str:
    """The derivation as Markdown with mathematics; `options` are those of `block`."""
    github = style == GITHUB
    parts = []
    title = derivation.problem.title
    if title is not None:
        parts.append("**" + _MARKUP.sub(r"\\\1", " ".join(title.split())) + "**")
    mathematics = block(derivation, "aligned" if github else style, notation=notation, **options)
    if github:
        parts.append(f"```math\n{for_github(mathematics)}\n```")
    else:
        # The environments align and align* are displays by themselves.
        parts.append(mathematics if style in {"align", "align*"} else f"$$\n{mathematics}\n$$")
    if derivation.conditions:
        writer = LatexWriter(notation.of(derivation.notation))
        conditions = [_sentence(condition, writer, github) for condition in derivation.conditions]
        parts.append(f"Assuming {joined(conditions)}.")
    return "\n\n".join(parts) + "\n"


def for_github(tex: str) -> str:
    r"""`\operatorname{tr}` as `\mathop{\mathrm{tr}}`, which has the same spaces around it."""
    return _OPERATOR.sub(
        lambda match: rf"\mathop{{\mathrm{{{match[1]}}}}}" + (r"\nolimits" if match[2] else ""), tex
    )


def _sentence(reason: Reason, writer: LatexWriter, github: bool) -> str:
    return "".join(
        _inline(writer.write(part), github)
        if isinstance(part, Expr)
        else _MARKUP.sub(r"\\\1", part[0])
        for part in in_words(reason)
    )


def _inline(tex: str, github: bool) -> str:
    return f"$`{for_github(tex)}`$" if github else f"${tex}$"
