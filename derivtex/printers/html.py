"""A derivation as HTML in which MathJax finds the mathematics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from derivtex.derivation import Derivation

#: What stands before and after the derivations to make a page of them.
PAGE_START = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Derivations</title>
<script defer src="https://cdn.jsdelivr.net/npm/mathjax@3/es5/tex-chtml.js"></script>
</head>
<body>
"""
PAGE_END = "</body>\n</html>\n"


def html(derivation: Derivation, style: str = "eqalign", **options: Any) -> str:
    """The title and the block as a section; `options` are those of `Derivation.latex`."""
    title = derivation.problem.title
    heading = f"<h2>{_escape(title)}</h2>\n" if title else ""
    block = _escape(derivation.latex(style, **options))
    if style not in {"align", "align*"}:  # these are displays by themselves
        block = f"\\[\n{block}\n\\]"
    return f'<section class="derivation">\n{heading}{block}\n</section>\n'


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
