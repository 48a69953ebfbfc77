"""A derivation as one display of mathematics: the title, the block, and what was assumed.

Notebooks are shown by programs that disagree on the Markdown in them, and agree on `text/latex`.
"""

from __future__ import annotations

from typing import Any

from derivtex.derivation import Derivation
from derivtex.printers.block import block, escaped, fragment_latex
from derivtex.printers.latex import LatexWriter
from derivtex.printers.reasons import in_words
from derivtex.printers.text import joined


def display(derivation: Derivation, **options: Any) -> str:
    """`$$ … $$`; the options are those of `block`."""
    rows = [block(derivation, "aligned", **options)]
    title = derivation.problem.title
    if title is not None:
        rows.insert(0, rf"\textbf{{{escaped(title)}}}")
    if derivation.conditions:
        writer = LatexWriter()
        conditions = [
            "".join(fragment_latex(part, writer) for part in in_words(condition))
            for condition in derivation.conditions
        ]
        words = joined(["\0"] * len(conditions)).split("\0")
        sentence = "".join(
            rf"\text{{{word}}}{condition}"
            for word, condition in zip(words, [*conditions, ""], strict=True)
        )
        rows.append(rf"\text{{assuming }}{sentence}".replace(r"\text{}", ""))
    inside = rows[0]
    if len(rows) > 1:
        inside = "\\begin{gathered}\n" + " \\\\\n".join(rows) + "\n\\end{gathered}"
    return f"$$\n{inside}\n$$"
