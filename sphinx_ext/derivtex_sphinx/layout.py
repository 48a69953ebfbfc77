"""In which order the parts of a derivation stand, and which of them fold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from docutils import nodes

from .nodes import NARROW, TEXT, derivation_block, inline_math
from .sentences import Fragment, Sentence
from .settings import Settings
from .words import _
from .writing import Block, Written

#: Makes the nodes of a formula: the mathematics, below its target if it is numbered.
Formula = Callable[[Block], list[nodes.Node]]


def parts(
    written: Written, settings: Settings, numbered: Formula, plain: Formula
) -> Iterator[nodes.Node]:
    """The parts that are asked for. The number stands at the steps, or else at the result."""
    show = settings.show
    folds = settings.collapse if "steps" in show else ""
    if "givens" in show and written.givens:
        yield _paragraph(_("Given {}."), written.givens, "derivation-givens")
    result = written.result if "result" in show or folds else None
    repeats = result is not None and "result" not in show
    if result and folds:
        # Folded steps come after what they arrive at.
        yield _block(result, plain, repeats=repeats)
    if "steps" in show:
        yield _block(written.steps, numbered, folds=folds, lines=True)
    if result and not folds:
        yield _block(result, plain if "steps" in show else numbered)
    if "conditions" in show and written.conditions:
        yield _paragraph(_("Assuming {}."), written.conditions, "derivation-conditions")


def _block(
    block: Block, formula: Formula, folds: str = "", lines: bool = False, repeats: bool = False
) -> derivation_block:
    node = derivation_block("", *formula(block), folds=folds, anchors=[], lines=lines)
    node["repeats"] = repeats
    node["long"] = block.long
    node["heights"] = block.heights
    node[TEXT] = block.text
    node[NARROW] = block.narrow
    return node


def _paragraph(template: str, sentences: Iterable[Sentence], name: str) -> nodes.paragraph:
    """`Assuming a, b and c.`"""
    before, _place, after = template.partition("{}")
    node = nodes.paragraph("", "", classes=[name], translatable=False)
    for fragment in [Fragment(before), *_joined(list(sentences)), Fragment(after)]:
        if fragment.tex is None:
            node += nodes.Text(fragment.text)
        else:
            node += inline_math(fragment.tex, fragment.text)
    return node


def _joined(sentences: list[Sentence]) -> Iterator[Fragment]:
    """`a, b and c`."""
    for index, sentence in enumerate(sentences):
        if index:
            last = index == len(sentences) - 1
            yield Fragment(_(" and ") if last else _(", "))
        yield from sentence
