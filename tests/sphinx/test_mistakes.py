"""A mistake in a document: one warning at its place, and the page says what is wrong."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

import derivtex
import derivtex_sphinx
from derivtex_sphinx.report import SUBTYPES

from .conftest import GOOD, PARSE, WRT, Build, directive, page

SHAPE = (r"A \in \R^{2 \times 3}", r"L = \tr(A A)")


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
        (directive(show="everything"), 4, "option"),
        (directive(collapse="perhaps"), 4, "option"),
        (directive(transpose=r"}\input{x}"), 4, "option"),
        (directive(color=r"red}\input"), 4, "option"),
        (directive(bold="very"), 4, "option"),
        (directive(colour="red"), 4, "option"),
        (directive(label=r"a}\input{/etc/passwd}"), 4, "option"),
        ([".. derivation::", "   :file: /etc/passwd"], 4, "file"),
        ([*directive(label="a"), *directive(label="a"), ":eq:`a`"], 10, "label"),
        ([".. math:: x", "   :label: a", "", *directive(label="a")], 7, "label"),
        ([".. derivation::", "   :file:"], 4, "file"),
        (directive(highlight="q"), 4, "unsupported"),
        (directive(r"L = a^T(X \otimes Y)b", notation="index", wrt="X"), 8, "unsupported"),
        ([".. derivation::", "   :file: link.deriv"], 4, "file"),
        ([".. derivation::", "   :file: large.deriv"], 4, "file"),
    ],
)  # fmt: skip
def test_mistake(build: Build, tmp_path: Path, lines: list[str], line: int, subtype: str) -> None:
    (tmp_path / "elsewhere.deriv").write_text(f"{GOOD}\n{WRT}\n")
    (tmp_path / "src").mkdir()
    (tmp_path / "src/link.deriv").symlink_to(tmp_path / "elsewhere.deriv")
    (tmp_path / "src/large.deriv").write_text("%" * 2**21)
    built = build("html", page(*lines))
    assert len(built.warnings) == 1, built.warnings
    assert f"index.rst:{line}: WARNING: " in built.warnings[0]
    assert built.warnings[0].endswith(f"[derivtex.{subtype}]")
    html = built.read("index.html")
    assert r"\eqalign{" in html or "derivation-error" in html


def test_mistake_is_shown_in_place_of_the_mathematics(build: Build) -> None:
    built = build(
        "html", page(".. derivation::", "", f"   {GOOD}", f"   {WRT}", "   ---", "   L = x + }}")
    )
    html = built.read("index.html")
    assert html.count(r"\eqalign{") == 1
    error = html[html.index("derivation-error") :]
    assert "L = x + }}" in error
    assert "---" not in error[: error.index("</pre>")]


def test_mistake_in_an_included_file(build: Build) -> None:
    part = f"One\n\n.. derivation::\n\n   {PARSE}\n"
    built = build("html", page(".. include:: part.inc") | {"part.inc": part})
    assert len(built.warnings) == 1
    assert "part.inc:5: WARNING: " in built.warnings[0]


def test_mistake_can_be_suppressed(build: Build) -> None:
    built = build("html", page(".. derivation::", "", f"   {PARSE}"),
                  suppress_warnings=["derivtex.parse"])  # fmt: skip
    assert built.warnings == []


def test_bad_config_value_is_reported_and_passed_over(build: Build) -> None:
    built = build("html", page(*directive()), derivtex_notation="latin")
    assert len(built.warnings) == 1
    assert "derivtex_notation" in built.warnings[0]
    assert r"\eqalign{" in built.read("index.html")


def test_mistake_in_a_docstring(
    build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    docstring = ["The loss.", "", ".. derivation::", "", f"   {PARSE}"]
    source = 'def loss():\n    r"""' + "\n    ".join(docstring) + '\n    """\n'
    monkeypatch.syspath_prepend(tmp_path / "src")
    monkeypatch.delitem(sys.modules, "documented", raising=False)
    built = build(
        "html", page(".. autofunction:: documented.loss") | {"documented.py": source},
        extensions=["derivtex_sphinx", "sphinx.ext.autodoc"],
    )  # fmt: skip
    assert len(built.warnings) == 1, built.warnings
    assert "documented.py:docstring of documented.loss:5: WARNING: " in built.warnings[0]


MYST = r"""# Title

```{derivation} Least squares
:label: ols

L = \|Xw - y\|^2
\frac{\partial L}{\partial w}
```

{eq}`ols`, {derivtex:step}`ols:2`, {gradient}`\|Xw - y\|^2; w`
"""


def test_myst(build: Build) -> None:
    pytest.importorskip("myst_parser")
    extensions = ["derivtex_sphinx", "myst_parser"]
    built = build("html", {"index.md": MYST}, extensions=extensions)
    assert built.warnings == []
    html = built.read("index.html")
    assert 'aria-label="2Xᵀ(Xw − y)"' in html
    assert "line 2 of Least squares" in html
    wrong = MYST.replace("\\frac{\\partial L}", "\\frac{}}")
    built = build("html", {"index.md": wrong}, extensions=extensions)
    assert len(built.warnings) == 1, built.warnings
    assert "index.md:7: WARNING: " in built.warnings[0]
    built = build("html", {"index.md": MYST.replace("-", "}}-")}, extensions=extensions)
    places = re.findall(r"index\.md:(\d+): ", "\n".join(built.warnings))
    assert places == ["6", "10"]


@pytest.mark.parametrize("numfig", [False, True])
def test_a_numbered_mistake_under_every_builder(build: Build, numfig: bool) -> None:
    lines = [*directive(PARSE, "% σ ≠ 🙂", label="a", title="No"), "See :eq:`a`."]
    for builder in ("html", "latex", "text", "man", "texinfo", "epub"):
        built = build(builder, page(*lines), numfig=numfig)
        # The second builder finds the document as the first has read it.
        assert len(built.warnings) <= 1, built.warnings
    tex = build("latex", page(*lines)).read("p.tex")
    assert "🙂" not in tex
    # What the reference prints is what it would be if there were an equation.
    assert tex.count(r"\refstepcounter{equation}\label{equation:index:a}") == 1
    assert r"\eqref{equation:index:a}" in tex


def test_a_mistake_of_the_engine_does_not_end_the_build(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    def derive_all(*args: object, **options: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr(derivtex, "derive_all", derive_all)
    built = build("html", page(*directive()))
    assert len(built.warnings) == 1
    assert "internal error: RecursionError: too deep" in built.warnings[0]
    assert built.warnings[0].endswith("[derivtex.internal]")


def test_the_rest_of_the_site_builds(build: Build) -> None:
    built = build(
        "html", page(*directive(PARSE), *directive(), ".. toctree::", "", "   other")
        | {"other.rst": "\n".join(["Other", "=====", "", *directive()])},
    )  # fmt: skip
    assert len(built.warnings) == 1
    assert built.read("index.html").count(r"\eqalign{") == 1
    assert built.read("other.html").count(r"\eqalign{") == 1


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"derivtex_macros": {"1": "x"}}, "derivtex_macros: '1'"),
        ({"derivtex_macros": {"a": ["x", 99]}}, "derivtex_macros: 'a'"),
        ({"derivtex_typography": {"size": 3}}, "derivtex_typography has no 'size'"),
        ({"derivtex_show": ["all"]}, "derivtex_show"),
        ({"derivtex_reasons": "often"}, "derivtex_reasons"),
        ({"derivtex_collapse": "no way"}, "derivtex_collapse"),
    ],
)
def test_bad_configuration(build: Build, config: dict[str, object], said: str) -> None:
    built = build("html", page(*directive()), **config)
    assert len(built.warnings) == 1, built.warnings
    assert said in built.warnings[0]
    assert r"\eqalign{" in built.read("index.html")


def test_every_warning_has_a_documented_subtype() -> None:
    used: set[str] = set()
    for path in Path(derivtex_sphinx.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = ast.unparse(node.func)
            if name == "logger.warning":
                assert path.name == "report.py"
                assert {keyword.arg for keyword in node.keywords} == {"type", "subtype", "location"}
            elif name in {"warn", "Failure", "self._nothing"}:
                subtype = node.args[1]
                if isinstance(subtype, ast.Constant):
                    used.add(subtype.value)
                else:  # of an error of the engine
                    assert ast.unparse(subtype) in {"subtype", "result.subtype", "found.subtype"}
    from derivtex_sphinx.writing import _SUBTYPES

    used |= {subtype for _error, subtype in _SUBTYPES}
    assert used == set(SUBTYPES)
