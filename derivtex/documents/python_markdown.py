"""The Python-Markdown extension `derivtex`, and with it MkDocs.

    markdown_extensions:
      - derivtex:
          reasons: true

A fenced `derivation` block becomes a `<div class="derivation">` with `\\[ … \\]` in it, marked up
as Arithmatex does it, so that a site's MathJax or KaTeX that is set up for that shows it.
"""

from __future__ import annotations

import logging
import xml.etree.ElementTree as etree
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

from markdown import Extension, Markdown
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString, code_escape

from derivtex.documents.fences import Anywhere, Fence, fences
from derivtex.documents.markdown import options_of, passage_of
from derivtex.documents.settings import Settings
from derivtex.documents.work import Failed, derive_passage
from derivtex.errors import DerivtexError
from derivtex.expr import Expr

if TYPE_CHECKING:
    from derivtex.derivation import Derivation, Reason

# `mkdocs build --strict` counts what is logged below "mkdocs"; elsewhere it is a logger as others.
logger = logging.getLogger("mkdocs.plugins.derivtex")

STYLES = ("aligned", "eqalign")
#: Before the fences of other extensions (25), after the newlines have been settled (30).
_BEFORE_FENCES = 28
#: When all blocks are there, also those of footnotes (50), and before what is in them is read (20).
_AFTER_BLOCKS = 30


class DerivtexExtension(Extension):
    """Fenced `derivation` blocks; the options are the command's."""

    def __init__(self, **options: Any) -> None:
        self.config = {
            "notation": ["frobenius", "How derivations are written"],
            "detail": ["normal", "How many lines: brief, normal or full"],
            "style": ["aligned", "aligned, which every renderer knows, or eqalign"],
            "reasons": ["false", "Say why each line holds: true, false or named"],
            "highlight": ["false", "Show the variables in colour"],
            "symmetric": ["projection", "The gradient in a symmetric variable, or entries"],
            "width": ["80", "Break wider lines: so many columns, two to an em; 0: none"],
            "title": ["true", "Show the title"],
            "conditions": ["true", "Say what is assumed"],
        }
        super().__init__(**{name: _spelled(value) for name, value in options.items()})

    def extendMarkdown(self, md: Markdown) -> None:
        settings = Settings("aligned").updated(self.getConfigs().items(), STYLES)
        self.found = _Preprocessor(md)
        md.registerExtension(self)
        md.preprocessors.register(self.found, "derivtex", _BEFORE_FENCES)
        derive = _Treeprocessor(md, self.found, settings)
        md.treeprocessors.register(derive, "derivtex", _AFTER_BLOCKS)

    def reset(self) -> None:
        """Forget the document that was read before."""
        self.found.blocks.clear()


def _spelled(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True, slots=True)
class _Block:
    """A fence that may be a derivation, and which piece of raw HTML stands for it."""

    fence: Fence
    options: list[tuple[str, str]]
    source: list[str]
    number: int
    placeholder: str


class _Preprocessor(Preprocessor):
    """Puts a placeholder in the place of each block, which keeps others from reading it."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self.blocks: list[_Block] = []

    def run(self, lines: list[str]) -> list[str]:
        text = "\n".join(lines)
        parts: list[str] = []
        position = 0
        for fence in fences(text, Anywhere()):
            options = options_of(fence.info)
            if options is None or not fence.closed:
                continue
            number = len(self.md.htmlStash.rawHtmlBlocks)
            placeholder = self.md.htmlStash.store("")
            source = _source(text, fence)
            self.blocks.append(_Block(fence, options, source, number, placeholder))
            before = text[position : fence.start]
            # A placeholder has to be a paragraph by itself.
            if fence.after_text:
                before = f"{before.rstrip(' ')}\n{fence.prefix}"
            parts += [before, placeholder, f"\n{fence.prefix.rstrip()}"]
            position = fence.end
        return "".join([*parts, text[position:]]).split("\n")


class _Treeprocessor(Treeprocessor):
    """Derives what is a block; puts back what the block parser has found to be indented code."""

    def __init__(self, md: Markdown, found: _Preprocessor, settings: Settings) -> None:
        super().__init__(md)
        self.found = found
        self.settings = settings

    def run(self, root: etree.Element) -> None:
        codes = [code for code in root.iter("code") if code.text]
        for block in self.found.blocks:
            code = next((code for code in codes if block.placeholder in (code.text or "")), None)
            if code is not None:
                _put_back(code, block)
            else:
                self.md.htmlStash.rawHtmlBlocks[block.number] = self._html(block)
        placeholders = {block.placeholder for block in self.found.blocks}
        for paragraph in root.iter("p"):
            # Raw HTML takes the place of a paragraph that is nothing else.
            if (text := (paragraph.text or "").strip()) in placeholders:
                paragraph.text = text

    def _html(self, block: _Block) -> str:
        try:
            # Labels are for those who read the equation as Markdown.
            options = [(name, value) for name, value in block.options if name != "label"]
            settings = self.settings.updated(options, STYLES)
            passage, _ = passage_of(block.fence, block.fence.line)
            derived = derive_passage(passage, settings, "derivation", partial(_shown, settings))
        except DerivtexError as error:
            error.filename, error.line = "derivation", block.fence.line - 1
            return _failed(str(error))
        except Failed as failed:
            return _failed(*failed.messages)
        return f'<div class="derivation">\n{"".join(derived.blocks)}</div>'


def _failed(*messages: str) -> str:
    for message in messages:
        logger.warning("%s", message)
    text = escape("\n".join(messages))
    return f'<div class="derivation-error">\n<pre>{text}</pre>\n</div>'


def _put_back(code: etree.Element, block: _Block) -> None:
    before, _, after = (code.text or "").partition(block.placeholder)
    indent = before.rpartition("\n")[2]
    source = code_escape(f"\n{indent}".join(block.source))
    code.text = AtomicString(before + source + after.removeprefix("\n"))


def _source(text: str, fence: Fence) -> list[str]:
    """The lines of a fence, without what they are nested in."""
    first, *rest = text[fence.start : fence.end].split("\n")
    return [first, *(line[len(fence.prefix) :] for line in rest)]


def _shown(settings: Settings, derivation: Derivation) -> str:
    from derivtex.printers.text import joined

    derivation = settings.spoken(derivation)
    title = derivation.problem.title
    tex = derivation.latex(
        settings.style,
        reasons=settings.reasons,
        highlight=settings.highlight,
        width=settings.width,
    )
    parts = [f'<div class="arithmatex">\\[\n{escape(tex)}\n\\]</div>\n']
    if title is not None:
        parts.insert(0, f'<p class="derivation-title"><strong>{escape(title)}</strong></p>\n')
    if derivation.conditions:
        conditions = joined([_sentence(condition) for condition in derivation.conditions])
        parts.append(f'<p class="derivation-conditions">Assuming {conditions}.</p>\n')
    return "".join(parts)


def _sentence(reason: Reason) -> str:
    from derivtex.printers.reasons import in_words

    return "".join(
        f'<span class="arithmatex">\\({escape(part.latex())}\\)</span>'
        if isinstance(part, Expr)
        else escape(part[0])
        for part in in_words(reason)
    )
