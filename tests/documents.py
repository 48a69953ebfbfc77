"""What the tests of documents have in common: problems, and what becomes of them."""

from __future__ import annotations

import derivtex
from derivtex.documents import markdown, tex
from derivtex.documents.settings import Settings

OLS = "L = \\|Xw - y\\|^2\n\\nabla_w L\n"
FORM = "L = x^T A x\n\\nabla_x L\n"
BAD = "L = \\foo x\n"
FENCED = f"```derivation\n{OLS}```\n"


def tex_block(problem: str, style: str = "eqalign", **options: object) -> str:
    asked = {name: options.pop(name) for name in ("notation", "detail") if name in options}
    block = derivtex.derive(problem, **asked).latex(style, **options)
    return block if style.startswith("align") and style != "aligned" else f"\\[\n{block}\n\\]"


def environment(problem: str, options: str = "") -> str:
    return f"\\begin{{derivation}}{options}\n{problem}\\end{{derivation}}"


def convert_tex(text: str) -> tuple[str, tuple[str, ...]]:
    result = tex.convert(text, "paper.tex", Settings("eqalign", title=False, conditions=False))
    assert result.failed == bool(result.messages)
    return result.text, result.messages


def convert_markdown(text: str, **options: bool) -> tuple[str, tuple[str, ...]]:
    result = markdown.convert(text, "notes.md", Settings("aligned"), **options)
    return result.text, result.messages


def shown(problem: str = OLS, **options: object) -> str:
    return f"$$\n{derivtex.derive(problem).latex('aligned', **options)}\n$$\n"


INSIDE = environment(OLS)
