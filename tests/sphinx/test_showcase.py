"""A project that uses everything, under every builder, without a warning."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

SHOWCASE = Path(__file__).parent / "showcase"


@pytest.fixture(scope="module")
def sphinx_build(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """`sphinx-build -W -j2` with one builder, once; the environment is shared."""
    folder = tmp_path_factory.mktemp("showcase")

    @cache
    def run(builder: str, *options: str, doctrees: str = "doctrees") -> Path:
        out = folder / "-".join([builder, *options])
        if builder == "gettext":  # which marks what it reads
            doctrees = builder
        done = subprocess.run(
            [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-j2", "-b", builder,
             "-d", folder / doctrees, *options, SHOWCASE, out],
            capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        return out

    return run


@pytest.mark.parametrize(
    ("builder", "file"),
    [
        ("html", "guide.html"),
        ("dirhtml", "guide/index.html"),
        ("singlehtml", "index.html"),
        ("latex", "showcase.tex"),
        ("epub", "guide.xhtml"),
        ("text", "guide.txt"),
        ("man", "showcase.1"),
        ("texinfo", "showcase.texi"),
        ("gettext", "guide.pot"),
        ("xml", "guide.xml"),
        ("pseudoxml", "guide.pseudoxml"),
    ],
)
def test_every_builder(sphinx_build: Callable[..., Path], builder: str, file: str) -> None:
    assert "Ordinary least squares" in (sphinx_build(builder) / file).read_text(encoding="utf-8")


def test_text_is_readable_line_by_line(sphinx_build: Callable[..., Path]) -> None:
    text = (sphinx_build("text") / "guide.txt").read_text(encoding="utf-8")
    assert text.startswith(
        """\
1. Derivations
**************

**Derivation 1.1 Ordinary least squares**

Given X ∈ ℝᵐˣⁿ, w ∈ ℝⁿ and y ∈ ℝᵐ.

       L = (Xw − y):(Xw − y)   (definition of L)
      dL = 2(Xw − y):X dw      (differential of L)
         = 2Xᵀ(Xw − y):dw      (G:AB = AᵀG:B)
   ∂L/∂w = 2Xᵀ(Xw − y)         (gradient wrt w)
   ∂L/∂w = 0                   (L is stationary)
    XᵀXw = Xᵀy                 (linear in w)
       ŵ = (XᵀX)⁻¹Xᵀy          (XᵀX is invertible)    (1.1)

Assuming XᵀX is invertible.
"""
    )
    options = (sphinx_build("text") / "options.txt").read_text(encoding="utf-8")
    assert "that is Derivation 1.1, (1.1);" in re.sub(r"\s+", " ", text)
    assert "See (2.2), (2.1) and *line 3 of Over pages*." in options


@pytest.mark.parametrize("builder", ["html", "dirhtml", "singlehtml", "epub"])
def test_links_lead_somewhere(sphinx_build: Callable[..., Path], builder: str) -> None:
    out = sphinx_build(builder)
    pages = {path: path.read_text(encoding="utf-8") for path in out.rglob("*html")}
    broken = []
    for path, html in pages.items():
        for link in re.findall(r'href="([^":]*#[^"]+)"', html):
            name, _hash, anchor = link.partition("#")
            target = path if not name else (path.parent / name).resolve()
            if target.is_dir() or name.endswith("/"):
                target = target / "index.html"
            if f'id="{anchor}"' not in pages.get(target, ""):
                broken.append((path.name, link))
    assert broken == []


@pytest.mark.parametrize("builder", ["text", "man", "texinfo", "epub"])
def test_no_tex_where_there_is_no_mathematics(
    sphinx_build: Callable[..., Path], builder: str
) -> None:
    out = sphinx_build(builder)
    for path in out.rglob("*"):
        if path.suffix in {".txt", ".1", ".texi", ".xhtml"}:
            assert r"\eqalign" not in path.read_text(encoding="utf-8"), path


def test_gettext_extracts_words(sphinx_build: Callable[..., Path]) -> None:
    out = sphinx_build("gettext")
    messages = [
        message
        for path in out.glob("*.pot")
        for message in re.findall(r'^msgid "(.*)"$', path.read_text(encoding="utf-8"), re.M)
    ]
    assert "Ordinary least squares" in messages
    assert "The first" in messages
    mathematics = [m for m in messages if re.search(r"eqalign|frac|∂|=|:=|Assuming", m)]
    assert mathematics == []


def test_pdf(sphinx_build: Callable[..., Path], need_tool: Callable[[str], None]) -> None:
    for tool in ("latexmk", "pdflatex", "pdftotext"):
        need_tool(tool)
    out = sphinx_build("latex")
    run(["latexmk", "-pdf", "-interaction=nonstopmode", "-halt-on-error", "showcase.tex"], out)
    run(["pdftotext", "-layout", "showcase.pdf"], out)
    text = unicodedata.normalize("NFKC", (out / "showcase.txt").read_text(encoding="utf-8"))
    log = (out / "showcase.log").read_text(encoding="utf-8", errors="replace")
    assert "There were undefined references" not in log
    assert not re.search(r"multiply.defined", log)
    assert "Derivation 1.1 Ordinary least squares" in text
    assert "that is Derivation 1.1, (1.1)" in re.sub(r"\s+", " ", text)
    # The network's lines break over pages, and its number is at the last of them.
    assert text.count("(2.2)") == 2
    assert "??" not in text
    assert "eqalign" not in text


def test_texinfo_is_accepted(
    sphinx_build: Callable[..., Path], need_tool: Callable[[str], None]
) -> None:
    need_tool("makeinfo")
    out = sphinx_build("texinfo")
    run(["makeinfo", "--no-split", "showcase.texi"], out)
    assert "∂L/∂w = 2Xᵀ(Xw − y)" in (out / "showcase.info").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ["Herleitung 1.1", "(Definition von L)", "Vorausgesetzt: XᵀX ist invertierbar."]),
        ("zh_CN", ["推导 1.1", "(L 的定义)", "假设 XᵀX 可逆。"]),
    ],
)
def test_languages(sphinx_build: Callable[..., Path], language: str, words: list[str]) -> None:
    out = sphinx_build("text", "-D", f"language={language}", doctrees=language)
    text = (out / "guide.txt").read_text(encoding="utf-8")
    assert [word for word in words if word not in text] == []


def run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
