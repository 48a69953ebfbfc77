"""LaTeX documents on paper: what fits its lines and pages, real classes, and latexmk."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from derivtex.batch import Options
from derivtex.cli import main
from derivtex.documents.convert import convert
from tests.documents import BAD, FORM, OLS, convert_tex, environment, tex_block

ROOT = Path(__file__).parents[1]

CLASSES = {
    "{article}": "{}",
    "{scrartcl}": "{}",
    "{amsart}": "{}",
    "{beamer}": "\\begin{{frame}}\n{}\n\\end{{frame}}",
}


@pytest.mark.parametrize("name", CLASSES)
def test_latex_compiles(name: str, tmp_path: Path, need_tool: Callable[[str], None]) -> None:
    need_tool("pdflatex")
    need_tool("pdftotext")
    # A slide has no next page.
    long = FORM if name == "{beamer}" else LONG
    body = "\n".join(
        CLASSES[name].format(derivation)
        for derivation in (
            environment(OLS, "[reasons, highlight, detail=full]"),
            environment(FORM, "[style=aligned, notation=trace]"),
            environment(OLS, "[style=align*, reasons=named]"),
            environment(f"% Long\n{long}", "[title, conditions, reasons]"),
        )
    )
    page, log = printed(name, body, tmp_path)
    assert "definition of L" in page
    assert page[: page.index("Long")].count("∂L") == 3
    assert "Overfull \\hbox" not in log


def test_two_columns_compile(tmp_path: Path, need_tool: Callable[[str], None]) -> None:
    need_tool("pdflatex")
    need_tool("pdftotext")
    body = environment(OLS, "[reasons]") + environment(WIDE, "[label=eq:wide]") + r"\eqref{eq:wide}"
    page, log = printed("[twocolumn]{article}", body, tmp_path)
    assert "gradient wrt" in page
    assert "Overfull \\hbox" not in log
    assert "multiply defined" not in log


def printed(name: str, body: str, folder: Path) -> tuple[str, str]:
    """The text of the document with its derivations filled in, and what LaTeX said of it."""
    (folder / "paper.tex").write_text(
        f"\\documentclass{name}\n\\usepackage{{amsmath,amssymb,xcolor}}\n\\begin{{document}}\n"
        f"{body}\n\\end{{document}}\n"
    )
    out = folder / "out.tex"
    result = CliRunner().invoke(main, [str(folder / "paper.tex"), "-o", str(out)])
    assert result.exit_code == 0, result.output
    run = ["pdflatex", "-interaction=batchmode", "-halt-on-error", "out.tex"]
    subprocess.run(run, cwd=folder, check=True, timeout=60, stdout=subprocess.DEVNULL)
    text = ["pdftotext", "-layout", "out.pdf", "-"]
    page = subprocess.run(text, cwd=folder, check=True, capture_output=True, text=True).stdout
    return page, (folder / "out.log").read_text(encoding="latin-1")


LONG = "".join(f"a_{i + 1} = \\tanh(W_{i} a_{i})\n" for i in range(5)) + (
    "L = \\|a_5\\|^2\n\\nabla_{a_0} L\n"
)
WIDE = "f = " + " + ".join(f"x^T A_{i} x" for i in range(9)) + "\n\\nabla_x f\n"


def converted(text: str) -> str:
    """What the command makes of it."""
    return convert(text.encode(), "paper.tex", Options()).data.decode()


#: The columns of a line: twice `\columnwidth` over the size of the font, as LaTeX says, less one.
COLUMNS = {
    "": 68,
    "\\documentclass{article}": 68,
    "% \\documentclass{beamer}\n\\documentclass[ 11pt , a4paper]\n {article}": 64,
    "\\documentclass[12pt]{report}": 64,
    "\\documentclass[12pt]{amsart}": 59,
    "\\documentclass[10pt,twocolumn,letterpaper]{article}": 43,
    "\\documentclass[twocolumn=true]{scrartcl}": 36,
    "\\documentclass{article}\\begin{document}\\twocolumn[\\maketitle]": 43,
    "\\documentclass[conference]{IEEEtran}": 49,
    "\\documentclass[journal,onecolumn]{IEEEtran}": 68,
    "\\documentclass[sigconf]{acmart}": 52,
    "\\documentclass[aps,prl,twocolumn]{revtex4-2}": 48,
    "\\documentclass{beamer}": 55,
    "\\documentclass[aspectratio=169]{beamer}": 71,
}


@pytest.mark.parametrize(("preamble", "columns"), COLUMNS.items(), ids=COLUMNS)
def test_lines_are_no_wider_than_those_of_the_class(preamble: str, columns: int) -> None:
    block = tex_block(WIDE, width=columns)
    assert "qquad" in block
    assert block != tex_block(WIDE, width=columns - 2)
    assert block in converted(f"{preamble}\n" + environment(WIDE, "[style=eqalign]"))
    assert tex_block(WIDE) in converted(preamble + environment(WIDE, "[width=0]"))


def test_columns_of_an_align_stand_further_apart() -> None:
    block = tex_block(WIDE, "align*", reasons=True, width=66)
    assert block != tex_block(WIDE, "align*", reasons=True, width=68)
    assert block in converted(environment(WIDE, "[style=align*, reasons]"))


def test_words_around_the_block() -> None:
    problem = "% Log det & co.\nf = \\log\\det X\n\\nabla_X f\n"
    block = tex_block(problem)
    text, _ = convert_tex("\\eqalign " + environment(problem, "[title, conditions]"))
    title = "\\par\\noindent\\textbf{Log det \\& co.}\n"
    assert text == f"\\eqalign {title}{block}\nAssuming $X$ is invertible."
    assert convert_tex("\\eqalign " + environment(problem))[0] == f"\\eqalign {block}"


@pytest.mark.parametrize(
    ("options", "style"),
    [("", "align*"), ("[style=eqalign]", "eqalign"), ("[style=align]", "align")],
)
def test_long_derivations_may_break_over_pages(options: str, style: str) -> None:
    block = tex_block(LONG, style)
    assert block.count("\n") > 20
    shown = f"{{\\allowdisplaybreaks\n{block}}}" if style == "align*" else block
    assert convert_tex("\\eqalign " + environment(LONG, options)) == (f"\\eqalign {shown}", ())


LABEL = r"\label{eq:ols}"
LABELLED = {
    "": f"\\begin{{equation}}{LABEL}\n{tex_block(OLS)[3:-3]}\n\\end{{equation}}",
    "style=aligned": (
        f"\\begin{{equation}}{LABEL}\n{tex_block(OLS, 'aligned')[3:-3]}\n\\end{{equation}}"
    ),
    # All lines have numbers: the label is that of the last one.
    "style=align": tex_block(OLS, "align").replace("\n\\end", f" {LABEL}\n\\end"),
    # One number.
    "style=align*": (
        tex_block(OLS, "align*")
        .replace("align*", "align")
        .replace(r" \\", r" \notag \\")
        .replace("\n\\end", f" {LABEL}\n\\end")
    ),
}


@pytest.mark.parametrize("options", LABELLED)
def test_labels(options: str) -> None:
    text, messages = convert_tex("\\eqalign " + environment(OLS, f"[label=eq:ols, {options}]"))
    assert (text, messages) == ("\\eqalign " + LABELLED[options], ())


@pytest.mark.skipif(sys.platform == "win32", reason="a Perl script that calls derivtex")
def test_latexmk_rule(
    tmp_path: Path, need_tool: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    need_tool("latexmk")
    # The rule calls derivtex by name: the one that is tested here.
    command = tmp_path / "bin" / "derivtex"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m derivtex "$@"\n')
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(command.parent), prepend=":")
    folder = tmp_path / "paper"
    folder.mkdir()
    shutil.copy(ROOT / "docs/latexmkrc.example", folder / "latexmkrc")
    (folder / "paper.tex").write_text(
        "\\documentclass{article}\\usepackage{amsmath}\\begin{document}\\input{chapter}"
        f"{environment(OLS)}\\end{{document}}"
    )
    chapter = folder / "chapter.tex"
    chapter.write_text(environment(FORM, "[reasons=named]"))

    def latexmk() -> tuple[int, int]:
        """The exit code, and how often LaTeX ran."""
        run = ["latexmk", "-pdf", "-interaction=batchmode", "paper.tex"]
        done = subprocess.run(run, cwd=folder, timeout=60, capture_output=True, text=True)
        return done.returncode, done.stdout.count("Run number")

    def edit(problem: str, seconds: int) -> None:
        """Write the chapter, some seconds from now: latexmk does not count in less."""
        chapter.write_text(environment(problem))
        later = os.stat(chapter).st_mtime + seconds
        os.utime(chapter, (later, later))

    assert latexmk()[0] == 0
    assert (folder / "paper.pdf").exists()
    assert latexmk() == (0, 0)
    # A chapter that changes is derived again; one that cannot be derived stops the run.
    derived = folder / "derived/chapter.tex"
    edit(BAD, seconds=5)
    assert latexmk()[0] != 0
    assert not derived.exists()
    edit("L = a^T x\n\\nabla_x L\n", seconds=10)
    assert latexmk()[0] == 0
    assert "A" not in derived.read_text()
