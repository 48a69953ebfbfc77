"""Markdown documents: fenced blocks wherever CommonMark has them; Python-Markdown and MkDocs."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from markdown import Markdown
from markdown_it import MarkdownIt

import derivtex
from derivtex.documents.fences import CommonMark, fences
from tests.documents import BAD, FENCED, FORM, OLS, convert_markdown, shown


def indented(text: str, by: str) -> str:
    return "".join(f"{by}{line}\n" if line else f"{by.rstrip()}\n" for line in text.splitlines())


MARKDOWN_LEFT_ALONE = {
    "nothing": "",
    "other language": f"```derivations\n{OLS}```\n",
    "no language": f"```\n{OLS}```\n",
    "MyST directive": f"```{{derivation}}\n{OLS}```\n",
    "inside a longer fence": f"````md\n{FENCED}````\n",
    "inside tildes": f"~~~\n{FENCED}~~~\n",
    "indented code": "Text.\n\n" + indented(FENCED, "    "),
    "comment": f"<!--\n{FENCED}-->\n",
    "raw HTML": f"<pre>\n\n{FENCED}</pre>\n",
    "inline code": "See ```derivation L = x``` there.\n",
    "other class": f"```{{.python .derivation}}\n{OLS}```\n",
}


@pytest.mark.parametrize("text", MARKDOWN_LEFT_ALONE.values(), ids=MARKDOWN_LEFT_ALONE)
def test_markdown_left_alone(text: str) -> None:
    assert convert_markdown(text) == (text, ())


MARKDOWN = {
    "fence": (FENCED, shown()),
    "tildes": (f"~~~derivation\n{OLS}~~~~\n", shown()),
    "options": (
        f"```derivation reasons highlight\n{OLS}```",
        shown(reasons=True, highlight=True)[:-1],
    ),
    "commas": (
        f'``` derivation reasons="named", detail=brief\n{OLS}```\n',
        shown(detail="brief", reasons="named"),
    ),
    "eqalign": (
        f"```derivation style=eqalign\n{OLS}```\n",
        f"$$\n{derivtex.derive(OLS).latex()}\n$$\n",
    ),
    "align*": (
        f"a\n```derivation style=align*\n{OLS}```\nb",
        f"a\n\n{derivtex.derive(OLS).latex('align*')}\n\nb",
    ),
    "pandoc": (f"```{{.derivation #one reasons=true}}\n{OLS}```\n", shown(reasons=True)),
    "between text": (f"a\n{FENCED}b\n", f"a\n{shown()}b\n"),
    "list": (f"- a\n{indented(FENCED, '  ')}- b\n", f"- a\n{indented(shown(), '  ')}- b\n"),
    "on the mark": (
        f"10. {indented(FENCED, '    ')[4:]}",
        f"10. {indented(shown(), '    ')[4:]}",
    ),
    "quote": (indented(FENCED, "> "), indented(shown(), "> ")),
    "list in quote": (
        f"> - {indented(FENCED, '>   ')[4:]}",
        f"> - {indented(shown(), '>   ')[4:]}",
    ),
    "newlines": (FENCED.replace("\n", "\r\n"), shown().replace("\n", "\r\n")),
    "front matter": (f"---\na: |\n  ```\n---\n{FENCED}", f"---\na: |\n  ```\n---\n{shown()}"),
    "title": (f"a\n```derivation\n# T_1\n{OLS}```\nb", f"a\n\n**T\\_1**\n\n{shown()}b"),
    "title in a quote": (
        f"> a\n> ```derivation\n> # T\n{indented(OLS, '> ')}> ```\n",
        f"> a\n>\n> **T**\n>\n{indented(shown(), '> ')}",
    ),
    "conditions": (
        "```derivation\nL = \\|Xw - y\\|^2\n\\frac{\\partial L}{\\partial w} = 0\n```\nThus",
        shown("L = \\|Xw - y\\|^2\n\\frac{\\partial L}{\\partial w} = 0")
        + "\nAssuming $X^TX$ is invertible.\n\nThus",
    ),
}  # fmt: skip


WIDE = "f = a^T X b + c^T X d + b^T X c\n\\nabla_X f\n"
TITLED = "```derivation title=false conditions=no\n# T\nf = \\log\\det X\n\\nabla_X f\n```\n"
CONDITION = "f = \\log\\det X + (\\operatorname{tr} X)^2\n\\nabla_X f\n"
LABELLED = shown()[:-1]
MARKDOWN |= {
    "quarto's label": (
        f"a\n```{{.derivation #eq-ols}}\n{OLS}```\nb\n",
        f"a\n{LABELLED} {{#eq-ols}}\nb\n",
    ),
    "myst's label": (f"```derivation label=ols\n{OLS}```\n", f"{LABELLED} (ols)\n"),
    "label between words": (
        f"```derivation label=x\n# T\n{CONDITION}```\n",
        f"**T**\n\n{shown(CONDITION)[:-1]} (x)\n\nAssuming $X$ is invertible.\n",
    ),
    "github": (
        f"- ```derivation style=github label=ols\n{indented(CONDITION, '  ')}  ```\n  b\n",
        indented(
            shown(CONDITION)
            .replace("$$\n", "```math\n", 1)
            .replace("$$\n", "```\n")
            .replace(r"\operatorname{tr}", r"\mathop{\mathrm{tr}}")
            .replace(r"{tr}}^2", r"{tr}}\nolimits^2"),
            "  ",
        ).replace("  ```", "- ```", 1)
        + "\n  Assuming $`X`$ is invertible.\n\n  b\n",
    ),
    "width": (f"```derivation width=30\n{WIDE}```\n", shown(WIDE, width=30)),
    "no words": (TITLED, shown("f = \\log\\det X\n\\nabla_X f")),
}


@pytest.mark.parametrize(("text", "expected"), MARKDOWN.values(), ids=MARKDOWN)
def test_markdown(text: str, expected: str) -> None:
    assert convert_markdown(text) == (expected, ())


def test_quarto_cells() -> None:
    cell = f"```{{derivation}}\n#| reasons: true\n#| detail: brief\n{OLS}```\n"
    assert convert_markdown(cell, cells=True) == (shown(reasons=True, detail="brief"), ())
    _, (message,) = convert_markdown("```{derivation}\n#| a: b\n```\n", cells=True)
    assert message.startswith("notes.md:1: a derivation has no option 'a'")
    labelled = cell.replace("detail: brief", "label: eq-a").replace("#| reasons: true\n", "")
    assert convert_markdown(labelled, cells=True) == (shown()[:-1] + " {#eq-a}\n", ())


EXAMPLES = sorted(Path(__file__).parents[1].glob("examples/*.deriv"))
#: What GitHub does not let through, or changes between dollar signs.
REFUSED = re.compile(r"\\operatorname|\\mbox|\\phantom|\\def|\\newcommand|\$\$|\$[^`\s]")


@pytest.mark.parametrize("path", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_github_lets_it_through(path: Path) -> None:
    for derivation in derivtex.derive_all(path.read_text(encoding="utf-8")):
        text = derivation.markdown(style="github", reasons=True)
        assert "```math" in text
        assert not REFUSED.search(text.replace("`$", "")), text


LINES = [
    *("```derivation", "```", "~~~derivation", "~~~", "````", "text", "", "> ", "> text"),
    *("> ```", "> ```derivation", "- ```derivation", "  ```derivation", "  ```", "1. b", ">   ```"),
    *("\tx", "<!--", "-->", "<pre>", "</pre>", "- ", "  - ```derivation", "2) ```derivation"),
    *("# h", "- a", "---", "***", "===", "   > ```derivation", "-  x", "      y", "* * *"),
    *("<div>", "10. z", "<script> </script>", "``` a`b", "> - ```derivation", "- \t```derivation"),
    *("lazy```", ">\t```derivation", "+     code"),
]


def test_fences_are_where_commonmark_has_them() -> None:
    """Against markdown-it, on documents that put fences where they are hard to tell."""
    reference = MarkdownIt("commonmark")
    random = Random(0)

    def plain(text: str) -> str:
        # How far a tab reaches is not the question.
        return re.sub(r"[ \t]+", "", text).rstrip("\n")

    for _ in range(3000):
        text = "".join(random.choice(LINES) + "\n" for _ in range(random.randint(1, 9)))
        ours = [(f.line - 1, f.info, plain(f.text)) for f in fences(text, CommonMark())]
        theirs = [
            (token.map[0] + 1, token.info.strip(), plain(token.content))
            for token in reference.parse(text)
            if token.type == "fence" and token.map
        ]
        assert ours == theirs, text


# --- Python-Markdown -----------------------------------------------------------------------------


def html(text: str, **options: object) -> str:
    configs = {"derivtex": options}
    names = ["derivtex", "fenced_code", "admonition", "footnotes"]
    return Markdown(extensions=names, extension_configs=configs).convert(text)


def div(problem: str = OLS, style: str = "aligned", **options: object) -> str:
    block = derivtex.derive(problem).latex(style, **options).replace("&", "&amp;")
    return f'<div class="derivation">\n<div class="arithmatex">\\[\n{block}\n\\]</div>\n</div>'


CODE = FENCED.replace("&", "&amp;")
PYTHON_MARKDOWN = {
    "fence": (FENCED, div()),
    "options": (
        f"~~~derivation reasons style=eqalign\n{OLS}~~~",
        div(OLS, "eqalign", reasons=True),
    ),
    "between text": (f"a\n{FENCED}b", f"<p>a</p>\n{div()}\n<p>b</p>"),
    "two": (f"{FENCED}```derivation\n{FORM}```", f"{div()}\n{div(FORM)}"),
    "list": (
        f"- a\n\n{indented(FENCED, '    ')}",
        f"<ul>\n<li>\n<p>a</p>\n{div()}\n</li>\n</ul>",
    ),
    "admonition": (
        f"!!! note\n{indented(FENCED, '    ')}",
        f'<div class="admonition note">\n<p class="admonition-title">Note</p>\n{div()}\n</div>',
    ),
    "quote": (indented(FENCED, "> "), f"<blockquote>\n{div()}\n</blockquote>"),
    "indented code": (
        f"a\n\n{indented(FENCED, '    ')}    b `c`",
        f"<p>a</p>\n<pre><code>{CODE}b `c`\n</code></pre>",
    ),
    "inside a longer fence": (
        f"````md\n{FENCED}````",
        f'<pre><code class="language-md">{CODE}</code></pre>',
    ),
    "not closed": ("```derivation\nL", "<p>```derivation\nL</p>"),
}


@pytest.mark.parametrize(("text", "expected"), PYTHON_MARKDOWN.values(), ids=PYTHON_MARKDOWN)
def test_python_markdown(text: str, expected: str) -> None:
    assert html(text) == expected


def test_python_markdown_options_of_the_site() -> None:
    assert html(FENCED, reasons=True, style="eqalign") == div(OLS, "eqalign", reasons=True)
    with pytest.raises(derivtex.DerivtexError, match="'more' is no detail"):
        html("", detail="more")


def test_python_markdown_words() -> None:
    page = html(f"```derivation\n# Least <squares>\nL = \\|Xw-y\\|^2\n{STATIONARY}\n```")
    assert '<p class="derivation-title"><strong>Least &lt;squares&gt;</strong></p>' in page
    assert 'Assuming <span class="arithmatex">\\(X^TX\\)</span> is invertible.' in page


STATIONARY = r"\frac{\partial L}{\partial w} = 0"


def test_python_markdown_error(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        page = html(f"a\n\n```derivation\n{BAD}<b>\n```\n")
    assert page.startswith('<p>a</p>\n<div class="derivation-error">\n<pre>derivation:4:5: unknown')
    (record,) = caplog.records
    assert record.name.startswith("mkdocs.")


@pytest.mark.parametrize(("problem", "code"), [(OLS, 0), (BAD, 1)], ids=["good", "broken"])
def test_mkdocs(problem: str, code: int, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    page = f"---\na: b\n---\n# Notes\n\n```derivation\n{problem}```\n"
    (tmp_path / "docs/index.md").write_text(page)
    (tmp_path / "mkdocs.yml").write_text(
        "site_name: p\nmarkdown_extensions:\n  - derivtex:\n      reasons: true\n"
    )
    run = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == code, done.stderr
    if code:
        assert "unknown macro \\foo" in done.stderr
    else:
        assert div(reasons=True) in (tmp_path / "site/index.html").read_text()
