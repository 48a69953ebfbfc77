"""The PDF of the showcase document, page by page, as it is printed."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from .conftest import SHOWCASE

#: Dots per inch, and the edge of a page that stays white, in inches.
RESOLUTION = 50
EDGE = 0.4

WORD = re.compile(r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>')


def run(folder: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def pdf(need_tool: Callable[[str], None], sphinx_build: Callable[..., Path]) -> Path:
    for tool in ("latexmk", "pdflatex", "pdftoppm", "pdftotext"):
        need_tool(tool)
    folder = sphinx_build(SHOWCASE, "latex", "-W")
    run(folder, "latexmk", "-pdf", "-interaction=nonstopmode", "-halt-on-error", "showcase.tex")
    return folder / "showcase.pdf"


@pytest.fixture(scope="module")
def texts(pdf: Path) -> list[str]:
    """Each page's words with their places, as `pdftotext` writes them."""
    boxes = run(pdf.parent, "pdftotext", "-bbox", pdf.name, "-")
    return re.findall(r"<page .*?</page>", boxes, re.DOTALL)


def grey(path: Path) -> NDArray[np.uint8]:
    """The picture in a file of the format PGM."""
    magic, size, most, pixels = path.read_bytes().split(b"\n", 3)
    assert (magic, most) == (b"P5", b"255")
    width, height = map(int, size.split())
    return np.frombuffer(pixels, np.uint8).reshape(height, width)


def test_text_is_on_the_paper(pdf: Path, texts: list[str]) -> None:
    run(pdf.parent, "pdftoppm", "-gray", "-r", str(RESOLUTION), pdf.name, "page")
    pages = sorted(pdf.parent.glob("page-*.pgm"))
    assert len(pages) == len(texts) > 3
    edge = round(EDGE * RESOLUTION)
    for path, text in zip(pages, texts, strict=True):
        ink = grey(path) < 128
        # Pages between chapters are left empty, and nothing else is.
        assert ink.any() == bool(WORD.search(text)), path.name
        assert ink.sum() == ink[edge:-edge, edge:-edge].sum(), path.name


def test_words_are_within_the_page(texts: list[str]) -> None:
    for number, text in enumerate(texts, start=1):
        size = re.match(r'<page width="(.*?)" height="(.*?)">', text)
        assert size is not None
        width, height = map(float, size.groups())
        for *box, word in WORD.findall(text):
            left, top, right, bottom = map(float, box)
            assert 0 < left < right < width, (number, word)
            assert 0 < top < bottom < height, (number, word)


def test_no_display_is_wider_than_the_text(pdf: Path) -> None:
    log = pdf.with_suffix(".log").read_text(encoding="latin-1")
    assert not re.search(r"Overfull \\hbox .* detected", log)


def test_relations_stand_in_one_column(texts: list[str]) -> None:
    """Those of the first derivation: one for each of its seven lines."""
    text = next(text for text in texts if ">Ordinary</word>" in text and ">Given</word>" in text)
    text = text[text.index(">Given</word>") : text.index(">Assuming</word>")]
    words = WORD.findall(text)
    columns = Counter(round(float(box[0]), 1) for box in words if box[4].startswith("="))
    assert columns.most_common(1)[0][1] == 7, columns
