"""Derivations in HTML: folded steps without JavaScript, and text for those who don't see them."""

from __future__ import annotations

import re
from html import escape

from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

from .nodes import TEXT, derivation, derivation_block, derivation_math, derivation_title
from .words import _

#: What a renderer prints for the number of an equation, with the link to it.
_NUMBER = re.compile(r'<span class="eqno">.*?</span>', re.DOTALL)
_ID = re.compile(r' id="equation-[^"]*"')

#: The colour of what is highlighted, if it is one that CSS knows: those that xcolor has by itself.
_COLOUR = re.compile(
    r"\\(?:text)?color\{(black|blue|brown|cyan|darkgray|gray|green|lightgray|lime|magenta|olive|orange"
    r"|pink|purple|red|teal|violet|white|yellow)\}"
)


def visit_derivation(self: HTML5Translator, node: derivation) -> None:
    self.body.append(self.starttag(node, "div", CLASS="derivation"))


def depart_derivation(self: HTML5Translator, node: derivation) -> None:
    self.body.append("</div>\n")


def visit_title(self: HTML5Translator, node: derivation_title) -> None:
    self.body.append(self.starttag(node, "p", "", CLASS="derivation-title"))
    parent = node.parent
    if isinstance(parent, derivation):
        self.add_fignumber(parent)
    self.body.append("<strong>")


def depart_title(self: HTML5Translator, node: derivation_title) -> None:
    self.body.append("</strong>")
    if isinstance(node.parent, derivation):
        self.add_permalink_ref(node.parent, _("Link to this derivation"))
    self.body.append("</p>\n")


def visit_block(self: HTML5Translator, node: derivation_block) -> None:
    self.context.append(str(len(self.body)))


def depart_block(self: HTML5Translator, node: derivation_block) -> None:
    start = int(self.context.pop())
    mathematics = "".join(self.body[start:])
    del self.body[start:]
    # The number is a link: it must not be hidden from those who move by the keyboard.
    found = _NUMBER.search(mathematics)
    number = found[0] if found else ""
    mathematics = mathematics.replace(number, "", 1)
    if node["folds"]:
        # What a reference leads to must be in sight while the steps are folded.
        name = _ID.search(mathematics) if number else None
        anchor = name[0] if name else ""
        mathematics = mathematics.replace(anchor, "", 1)
        opened = " open" if node["folds"] == "open" else ""
        self.body.append(f'<details class="derivation-steps"{anchor}{opened}>')
        self.body.append(f"<summary>{escape(_('Steps'))}{number}</summary>\n")
        number = ""
    heights = node["heights"]
    count = sum(heights) if node["anchors"] else 0
    colour = _COLOUR.search(mathematics)
    marks = [f"--lines: {count}"] if count else []
    if colour:
        marks.append(f"--derivtex-colour: {colour[1]}")
    style = f' style="{"; ".join(marks)}"' if marks else ""
    self.body.append(f'<div class="derivation-block"{style}>\n{number}')
    for index, anchor in enumerate(node["anchors"]):
        place = f"--line: {sum(heights[:index])}"
        if heights[index] > 1:
            place += f"; --rows: {heights[index]}"
        self.body.append(
            f'<span class="derivation-line" id="{escape(anchor)}" style="{place}"></span>'
        )
    # The keyboard reaches what scrolls: there too, there is the text.
    self.body.append(
        f'<div class="derivation-scroll">\n<div aria-hidden="true">{mathematics}</div>\n'
    )
    self.body.append(f'<pre class="derivation-spoken">{escape(node[TEXT], quote=False)}</pre>\n')
    self.body.append("</div>\n</div>\n")
    if node["folds"]:
        self.body.append("</details>\n")


def visit_math(self: HTML5Translator, node: derivation_math) -> None:
    label = escape(node[TEXT])
    self.body.append(f'<span role="img" aria-label="{label}"><span aria-hidden="true">')


def depart_math(self: HTML5Translator, node: derivation_math) -> None:
    self.body.append("</span></span>")


def add_style(app: Sphinx) -> None:
    """The style sheet and the script, beside those of the project."""
    from pathlib import Path

    folder = str(Path(__file__).parent / "static")
    if app.builder.format == "html" and folder not in app.config.html_static_path:
        app.config.html_static_path.append(folder)
        app.add_js_file("derivtex.js", loading_method="defer")
