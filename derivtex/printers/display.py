"""A derivation as one display of mathematics: the title, the block, and what was assumed.

Notebooks are shown by programs that disagree on the Markdown in them, and agree on `text/latex`.
"""

from __future__ import annotations

from typing import Any

from derivtex.derivation import Derivation
from derivtex.notation import STANDARD
from derivtex.printers.block import block, escaped, fragment_latex
from derivtex.printers.latex import LatexWriter
from derivtex.printers.reasons import in_words

#: The columns that the cell of a notebook has room for.
CELL = 80


def display(derivation: Derivation, *, width: int | None = CELL, **options: Any) -> str:
    """`$$ … $$`; the options are those of `block`."""
    rows = [block(derivation, "aligned", width=width, **options)]
    title = derivation.problem.title
    if title is not None:
        rows.insert(0, rf"\textbf{{{escaped(title)}}}")
    if derivation.conditions:
        writer = LatexWriter(STANDARD.of(derivation.notation))
        *most, last = (
            "".join(fragment_latex(part, writer) for part in in_words(condition))
            for condition in derivation.conditions
        )
        conditions = r"\text{ and }".join([r"\text{, }".join(most), last] if most else [last])
        rows.append(rf"\text{{assuming }}{conditions}")
    inside = rows[0]
    if len(rows) > 1:
        inside = "\\begin{gathered}\n" + " \\\\\n".join(rows) + "\n\\end{gathered}"
    return f"$$\n{inside}\n$$"
