"""The Sphinx extension, by building small documents for real."""

from __future__ import annotations

import io
import re
import subprocess
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sphinx.application import Sphinx
from sphinx.util.console import strip_colors
from sphinx.util.docutils import docutils_namespace, patch_docutils

import derivtex

OLS = r"""
Least squares
=============

.. derivation:: Ordinary least squares
   :label: ols
   :reasons:

   L = \|Xw - y\|^2
   \frac{\partial L}{\partial w}

By :eq:`ols`, the gradient is :gradient:`\|Xw - y\|^2; w`.
"""

GOOD = r"L = \|Xw - y\|^2"
WRT = r"\nabla_w L"
PARSE = r"L = \frac{1}}"
SHAPE = (r"A \in \R^{2 \times 3}", r"L = \tr(A A)")


@dataclass
class Built:
    """A finished build."""

    app: Sphinx
    out: Path
    warnings: list[str]

    def read(self, name: str) -> str:
        return (self.out / name).read_text(encoding="utf-8")


@pytest.fixture
def build(tmp_path: Path) -> Callable[..., Built]:
    """Build documents, given by file name, with one builder."""

    def run(builder: str, files: dict[str, str], **config: object) -> Built:
        src, out = tmp_path / "src", tmp_path / builder
        for name, text in files.items():
            (src / name).parent.mkdir(parents=True, exist_ok=True)
            (src / name).write_text(text, encoding="utf-8")
        (src / "conf.py").write_text("")
        stream = io.StringIO()
        settings = {
            "project": "p",
            "copyright": "c",
            "version": "1",
            "show_warning_types": True,  # the default since Sphinx 8
            "extensions": ["derivtex_sphinx"],
            "man_pages": [("index", "index", "p", [], 1)],
        }
        with patch_docutils(), docutils_namespace():
            app = Sphinx(
                src, src, out, tmp_path / "doctrees", builder,
                confoverrides=settings | config, status=None, warning=stream,
            )  # fmt: skip
            app.build()
        return Built(app, out, strip_colors(stream.getvalue()).splitlines())

    return run


@pytest.fixture
def failing_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every derivation fails its check."""

    @dataclass
    class Failed:
        ok: bool = False
        worst: float = 0.5

    monkeypatch.setattr(derivtex.Derivation, "verify", lambda self: Failed())


def page(*lines: str) -> dict[str, str]:
    """One document; a title stands in its lines 1 and 2, the given lines from line 4 on."""
    return {"index.rst": "\n".join(["Title", "=====", "", *lines, ""])}


# --- every builder -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("builder", "file", "present", "absent"),
    [
        ("html", "index.html", [r"\eqalign{", "id=\"equation-ols\"", "href=\"#equation-ols\">(1)"],
         ["derivation-error", r"\begin{split}"]),
        ("epub", "index.xhtml", ["∂L/∂w", "(1)", "Ordinary least squares"], [r"\eqalign{"]),
        ("latex", "p.tex", [r"\providecommand{\eqalign}", r"\label{equation:index:ols}"], []),
        ("text", "index.txt", ["**Ordinary least squares**", "∂L/∂w", "(1)"], [r"\eqalign"]),
        ("man", "index.1", ["Ordinary least squares", "∂L/∂w", "(1)"], ["eqalign"]),
        ("texinfo", "p.texi", ["Ordinary least squares", "∂L/∂w", "(1)", "equation-ols}"],
         [r"\eqalign"]),
        ("xml", "index.xml", [r"\eqalign{"], []),
    ],
)  # fmt: skip
def test_builder(
    build: Callable[..., Built], builder: str, file: str, present: list[str], absent: list[str]
) -> None:
    built = build(builder, {"index.rst": OLS})
    assert built.warnings == []
    text = built.read(file)
    assert [part for part in present if part not in text] == []
    assert [part for part in absent if part in text] == []


@pytest.mark.parametrize("builder", ["text", "man", "texinfo"])
def test_plain_builders_keep_the_lines(build: Callable[..., Built], builder: str) -> None:
    built = build(builder, {"index.rst": OLS})
    file = {"text": "index.txt", "man": "index.1", "texinfo": "p.texi"}[builder]
    derivation = derivtex.derive("\n".join((GOOD, WRT)))
    expected = [_plain(line) for line in derivation.text(reasons=True).splitlines()]
    expected[-1] += "    (1)"
    lines = [_plain(line) for line in built.read(file).splitlines()]
    assert expected == lines[lines.index(expected[0]) :][: len(expected)]


def _plain(line: str) -> str:
    """A line without indentation and without the escapes of roff and Texinfo."""
    return re.sub(r"\\&|@(?=[{}@])", "", line).replace(r"\-", "-").replace(r"\(aq", "'").strip()


@pytest.mark.parametrize("style", ["eqalign", "aligned"])
def test_pdf(build: Callable[..., Built], need_tool: Callable[[str], None], style: str) -> None:
    for tool in ("latexmk", "pdflatex", "pdftotext"):
        need_tool(tool)
    preamble = {"preamble": r"\newcommand{\mine}{x}"}
    highlighted = OLS.replace(":reasons:", ":reasons:\n   :highlight:")
    built = build(
        "latex", {"index.rst": highlighted}, derivtex_style=style, latex_elements=preamble
    )
    assert built.warnings == []
    assert r"\newcommand{\mine}" in built.read("p.tex")
    _run(["latexmk", "-pdf", "-interaction=nonstopmode", "-halt-on-error", "p.tex"], built.out)
    _run(["pdftotext", "-layout", "p.pdf"], built.out)
    text = unicodedata.normalize("NFKC", built.read("p.txt"))
    assert "Ordinary least squares" in text
    assert "∂L" in text
    assert "(1)" in text
    assert "eqalign" not in text
    assert "??" not in text


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


# --- one mistake, one warning, at its line -------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "line", "subtype"),
    [
        ([".. derivation::", "", "   y = Xw", f"   {PARSE}"], 7, "parse"),
        ([".. derivation::", "   :reasons:", "", f"   {PARSE}"], 7, "parse"),
        ([".. derivation::", f"   {PARSE}"], 5, "parse"),
        ([f".. derivation:: {PARSE}"], 4, "parse"),
        (["* item", "", "  .. derivation::", "", "", f"     {PARSE}"], 9, "parse"),
        ([".. derivation::", "", *(f"   {line}" for line in (*SHAPE, r"\nabla_A L"))], 7, "shape"),
        ([".. derivation::", "", f"   {GOOD}", f"   {WRT}", "   ---", f"   {PARSE}"], 9, "parse"),
        ([".. derivation::", "   :label: a", "", f"   {PARSE}", "", "See :eq:`a`."], 7, "parse"),
        ([".. derivation::"], 4, "option"),
        ([".. derivation::", "   :notation: no", "", f"   {GOOD}", f"   {WRT}"], 4, "option"),
        ([".. derivation::", "   :reasons: maybe", "", f"   {GOOD}", f"   {WRT}"], 4, "option"),
        ([".. derivation::", "   :label: a", "", f"   {GOOD}", f"   {WRT}", "   ---", f"   {GOOD}",
          f"   {WRT}"], 4, "option"),
        ([".. derivation::", "   :file: none.deriv"], 4, "file"),
        ([".. derivation::", "   :file: ../conf.deriv"], 4, "file"),
        ([".. derivation::", "   :file: ."], 4, "file"),
        ([f"Text :gradient:`{PARSE}; w`."], 4, "parse"),
    ],
)  # fmt: skip
def test_mistake(build: Callable[..., Built], lines: list[str], line: int, subtype: str) -> None:
    built = build("html", page(*lines))
    assert len(built.warnings) == 1, built.warnings
    assert f"index.rst:{line}: WARNING: " in built.warnings[0]
    assert built.warnings[0].endswith(f"[derivtex.{subtype}]")


def test_mistake_is_shown_in_place_of_the_mathematics(build: Callable[..., Built]) -> None:
    built = build(
        "html", page(".. derivation::", "", f"   {GOOD}", f"   {WRT}", "   ---", "   L = x + }}")
    )
    html = built.read("index.html")
    assert html.count(r"\eqalign{") == 1
    error = html[html.index("derivation-error") :]
    assert "L = x + }}" in error
    assert "---" not in error[: error.index("</pre>")]


def test_mistake_in_an_included_file(build: Callable[..., Built]) -> None:
    part = f"One\n\n.. derivation::\n\n   {PARSE}\n"
    built = build("html", page(".. include:: part.inc") | {"part.inc": part})
    assert len(built.warnings) == 1
    assert "part.inc:5: WARNING: " in built.warnings[0]


def test_mistake_can_be_suppressed(build: Callable[..., Built]) -> None:
    built = build("html", page(".. derivation::", "", f"   {PARSE}"),
                  suppress_warnings=["derivtex.parse"])  # fmt: skip
    assert built.warnings == []


def test_bad_config_value_is_reported_and_passed_over(build: Callable[..., Built]) -> None:
    built = build("html", {"index.rst": OLS}, derivtex_notation="latin")
    assert len(built.warnings) == 1
    assert "derivtex_notation" in built.warnings[0]
    assert r"\eqalign{" in built.read("index.html")


# --- files, labels, titles -----------------------------------------------------------------------


def test_file_is_a_dependency_and_its_lines_are_located(build: Callable[..., Built]) -> None:
    document = page(".. derivation::", "   :file: sub/a.deriv")
    good = build("html", document | {"sub/a.deriv": f"\ufeff{GOOD}\n{WRT}\n"})
    assert good.warnings == []
    dependencies = {good.app.srcdir / name for name in good.app.env.dependencies["index"]}
    assert dependencies == {good.app.srcdir / "sub/a.deriv"}
    assert r"\eqalign{" in good.read("index.html")
    bad = build("html", {"sub/a.deriv": f"y = Xw\n{PARSE}\n"})
    assert len(bad.warnings) == 1
    assert "sub/a.deriv:2: WARNING: " in bad.warnings[0]


def test_duplicate_label(build: Callable[..., Built]) -> None:
    block = (".. derivation::", "   :label: a", "", f"   {GOOD}", f"   {WRT}", "")
    built = build("html", page(*block, *block))
    assert "index.rst:10: WARNING: duplicate label of equation a" in built.warnings[0]


def test_several_problems_have_their_own_blocks_and_titles(build: Callable[..., Built]) -> None:
    problems = ["% One", GOOD, WRT, "---", "% Two", GOOD, WRT]
    built = build("html", page(".. derivation:: Both", "   :class: wide", "   :name: both", "",
                               *(f"   {line}" for line in problems)))  # fmt: skip
    assert built.warnings == []
    html = built.read("index.html")
    assert html.count(r"\eqalign{") == 2
    assert html.count('class="derivation wide') + html.count('class="wide derivation') == 2
    assert html.count('class="derivation-spoken"') == 2
    assert html.count('id="both"') == 1
    titles = re.findall(r'<p class="derivation-title"[^>]*><strong>(.*?)</strong>', html)
    assert titles == ["Both", "One", "Two"]


def test_math_keeps_no_blank_line(build: Callable[..., Built]) -> None:
    tex = build("latex", {"index.rst": OLS}).read("p.tex")
    block = tex[tex.index(r"\eqalign{", tex.index(r"\begin{equation}")) :]
    assert "\n\n" not in block[: block.index(r"\end{split}")]


# --- verification --------------------------------------------------------------------------------


@pytest.mark.usefixtures("failing_check")
@pytest.mark.parametrize(
    ("lines", "config", "warnings"),
    [
        ([".. derivation::", "", f"   {GOOD}", f"   {WRT}"], "warn", 1),
        ([".. derivation::", "   :check: off", "", f"   {GOOD}", f"   {WRT}"], "warn", 0),
        ([".. derivation::", "   :check: warn", "", f"   {GOOD}", f"   {WRT}"], "off", 1),
        ([rf":differential:`{GOOD}`"], "warn", 1),
    ],
)
def test_failing_check_warns(
    build: Callable[..., Built], lines: list[str], config: str, warnings: int
) -> None:
    built = build("html", page(*lines), derivtex_check=config)
    assert len(built.warnings) == warnings
    for warning in built.warnings:
        assert "index.rst:4: WARNING: " in warning
        assert warning.endswith("[derivtex.check]")


@pytest.mark.usefixtures("failing_check")
def test_failing_check_ends_the_build_if_asked_to(build: Callable[..., Built]) -> None:
    with pytest.raises(Exception, match=r"index\.rst:4: derivation fails"):
        build("html", {"index.rst": page(f":gradient:`{GOOD}; w`")["index.rst"]},
              derivtex_check="error")  # fmt: skip
