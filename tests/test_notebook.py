"""Notebooks, executed by a real kernel, and the pages that MyST-NB makes of them."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

import derivtex

OLS = "L = \\|Xw - y\\|^2\n\\nabla_w L\n"
STATIONARY = "# Least squares\nL = \\|Xw - y\\|^2\n\\frac{\\partial L}{\\partial w} = 0\n"

# --- the magic, in a shell of this process -------------------------------------------------------


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> InteractiveShell:
    shell = InteractiveShell(ipython_dir=str(tmp_path_factory.mktemp("ipython")))
    shell.history_manager.enabled = False
    shell.extension_manager.load_extension("derivtex")
    return shell


@pytest.fixture
def run(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[str, str], SimpleNamespace]:
    """What a cell shows, by type, and what it prints."""

    def execute(line: str, cell: str) -> SimpleNamespace:
        shown: list[dict[str, str]] = []
        format_ = shell.display_formatter.format
        monkeypatch.setattr(
            "derivtex.notebook.display", lambda value: shown.append(format_(value)[0])
        )
        shell.run_cell_magic("derivation", line, cell)
        return SimpleNamespace(shown=shown, printed=capsys.readouterr().out)

    return execute


SHOWN = {
    "": {},
    "--reasons": {"reasons": True},
    "--reasons=named --highlight": {"reasons": "named", "highlight": True},
    "-n trace --reasons": {"notation": "trace", "reasons": True},
    "-d full": {"detail": "full"},
    "--notation trace -d brief kept": {"notation": "trace", "detail": "brief"},
    "--reasons kept": {"reasons": True},
}


@pytest.mark.parametrize(("line", "options"), SHOWN.items(), ids=SHOWN)
def test_shown(
    shell: InteractiveShell,
    run: Callable[[str, str], SimpleNamespace],
    line: str,
    options: dict[str, object],
) -> None:
    shell.user_ns.pop("kept", None)
    asked = {name: value for name, value in options.items() if name in {"notation", "detail"}}
    ways = {name: value for name, value in options.items() if name not in asked}
    derivation = derivtex.derive(OLS, **asked)
    (data,) = run(line, OLS).shown
    assert data["text/latex"] == f"$$\n{derivation.latex('aligned', **ways)}\n$$"
    reasons = options.get("reasons", False)
    assert data["text/plain"] == derivation.text(reasons=reasons).rstrip("\n")
    # Programs that show notebooks disagree on mathematics in Markdown.
    assert set(data) == {"text/latex", "text/plain"}
    if "kept" in line:
        assert shell.user_ns["kept"].gradient is derivation.gradient


WIDE = "f = " + " + ".join(f"x^T A_{i} x" for i in range(9)) + "\n\\nabla_x f\n"


@pytest.mark.parametrize(("line", "width"), [("", 80), ("--width 40", 40), ("--width=0", None)])
def test_wide_lines_are_broken(
    shell: InteractiveShell,
    run: Callable[[str, str], SimpleNamespace],
    line: str,
    width: int | None,
) -> None:
    (data,) = run(f"{line} wide", WIDE).shown
    wide = shell.user_ns["wide"]
    assert data["text/latex"] == f"$$\n{wide.latex('aligned', width=width)}\n$$"
    assert data["text/plain"] == wide.text(width=width).rstrip("\n")
    assert (r"\qquad" in data["text/latex"]) == (width is not None)
    if not line:
        assert shell.display_formatter.format(wide)[0] == data


PRINTED = {
    "-t github": lambda d: d.markdown(style="github"),
    "-t aligned --width 20": lambda d: d.latex("aligned", width=20),
    "-t eqalign": lambda d: d.latex(),
    "--to align* --reasons": lambda d: d.latex("align*", reasons=True),
    "-t markdown": lambda d: d.markdown(),
    "-t text": lambda d: d.text(),
    "-t json": lambda d: d.to_json(),
    "-t text --check": lambda d: f"{d.text().rstrip()}\n{d.verify()}",
}


@pytest.mark.parametrize(("line", "source"), PRINTED.items(), ids=PRINTED)
def test_printed(
    run: Callable[[str, str], SimpleNamespace],
    line: str,
    source: Callable[[derivtex.Derivation], str],
) -> None:
    result = run(line, OLS)
    assert not result.shown
    assert result.printed.rstrip() == source(derivtex.derive(OLS)).rstrip()


def test_several_problems(
    shell: InteractiveShell, run: Callable[[str, str], SimpleNamespace]
) -> None:
    result = run("both", f"{OLS}---\n{STATIONARY}")
    assert [len(data) for data in result.shown] == [2, 2]
    assert [d.problem.title for d in shell.user_ns["both"]] == [None, "Least squares"]


def test_title_and_conditions_are_shown(run: Callable[[str, str], SimpleNamespace]) -> None:
    (data,) = run("", STATIONARY).shown
    assert data["text/latex"].startswith("$$\n\\begin{gathered}\n\\textbf{Least squares} \\\\\n")
    assert "\\text{assuming }X^TX\\text{ is invertible}\n\\end{gathered}\n$$" in data["text/latex"]


WRONG = {
    "unknown macro": ("", "\nL = \\foo x", r"^cell:3:5: unknown macro \\foo\n  L = \\foo x"),
    "nothing": ("", "# only a comment", "no problem|nothing|neither"),
    "only a line": ("", "---\n", "there is no problem in this cell"),
    "option": ("--detial full", OLS, "unrecognized arguments"),
    "choice": ("-d more", OLS, "invalid choice"),
    "name": ("a.b", OLS, "'a.b' is no name"),
    "second problem": ("", f"{OLS}---\nL = \\foo", r"^cell:5:5: unknown macro"),
}


@pytest.mark.parametrize(("line", "cell", "message"), WRONG.values(), ids=WRONG)
def test_wrong(shell: InteractiveShell, line: str, cell: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        shell.run_cell_magic("derivation", line, cell)


def test_help(shell: InteractiveShell) -> None:
    help_ = shell.find_cell_magic("derivation").__doc__
    for option in ("wrt", "notation", "detail", "reasons", "highlight", "width", "check", "to"):
        assert f"--{option}" in help_


def test_derivation_and_expr_show_themselves(shell: InteractiveShell) -> None:
    derivation = derivtex.derive(OLS)
    data, _ = shell.display_formatter.format(derivation)
    assert data["text/plain"] == derivation.text().rstrip("\n")
    assert data["text/latex"] == f"$$\n{derivation.latex('aligned')}\n$$"
    data, _ = shell.display_formatter.format(derivation.gradient)
    assert data["text/latex"] == f"$\\displaystyle {derivation.gradient.latex()}$"


def test_import_is_light() -> None:
    code = "import sys, derivtex; print({'IPython', 'markdown', 'numpy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


# --- a real notebook -----------------------------------------------------------------------------


def execute(*cells: str) -> nbformat.NotebookNode:
    v4 = nbformat.v4
    notebook = v4.new_notebook(
        cells=[v4.new_markdown_cell("# A notebook"), *map(v4.new_code_cell, cells)],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python"}},
    )
    NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    return notebook


def test_notebook(tmp_path: Path) -> None:
    notebook = execute(
        "%load_ext derivtex",
        f"%%derivation -n trace --reasons ols\n{STATIONARY}",
        "ols.solution",
        "ols",
        "assert ols.verify().ok",
    )
    load, magic, solution, value, check = notebook.cells[1:]
    assert load.outputs == check.outputs == []
    expected = derivtex.derive(STATIONARY, notation="trace")
    assert expected.latex("aligned", reasons=True) in magic.outputs[0].data["text/latex"]
    assert magic.outputs[0].data["text/plain"].startswith("Least squares\n")
    assert expected.solution.latex() in solution.outputs[0].data["text/latex"]
    assert expected.latex("aligned") in value.outputs[0].data["text/latex"]

    # MyST-NB, with nothing configured, sets all of them as mathematics.
    (tmp_path / "conf.py").write_text("extensions = ['myst_nb']\nnb_execution_mode = 'off'\n")
    nbformat.write(notebook, tmp_path / "index.ipynb")
    build = [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", ".", "out"]
    done = subprocess.run(build, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "out/index.html").read_text()
    displays = re.findall(r'<div class="output text_latex math[^>]*>(.*?)</div>', page, re.DOTALL)
    assert len(displays) == 3
    assert "\\begin{aligned}" in displays[0]
    assert displays[0].count("\\\\") >= len(expected.lines)
    assert "mathjax" in page.lower()


def test_notebook_stops_at_an_error() -> None:
    with pytest.raises(CellExecutionError, match=r"cell:2:5: unknown macro"):
        execute("%load_ext derivtex", "%%derivation\nL = \\foo x")
