"""The documentation, built once with its own extension: without a warning, and whole."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

import derivtex

pytest.importorskip("furo")
pytest.importorskip("sphinx_copybutton")

DOCS = Path(__file__).parents[1] / "docs"
PAGES = sorted(
    path.relative_to(DOCS).with_suffix("").as_posix()
    for pattern in ("*.rst", "*.md")
    for path in DOCS.rglob(pattern)
    if not {"_build", "samples"} & set(path.relative_to(DOCS).parts)
)
#: Fewer words are a stub.
ENOUGH = 200
#: Pages that are made of other things than words.
SHORT = {"index"}


class Article(HTMLParser):
    """What stands in the article of a page: its words, and the classes of its elements."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.classes: list[str] = []
        self.feed(html[html.index("<article") : html.index("</article>")])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.classes += (dict(attrs).get("class") or "").split()

    def handle_data(self, data: str) -> None:
        self.words += data.split()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built pages. Nothing in the build needs a network."""
    out = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html"]
    done = subprocess.run(
        [*command, "-d", str(out / "doctrees"), str(DOCS), str(out / "html")],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr.strip()
    return out / "html"


@pytest.fixture(scope="module")
def articles(site: Path) -> dict[str, Article]:
    return {page: Article((site / f"{page}.html").read_text(encoding="utf-8")) for page in PAGES}


def test_no_page_is_a_stub(articles: dict[str, Article]) -> None:
    assert len(PAGES) >= 14
    for page, article in articles.items():
        assert len(article.words) >= (ENOUGH / 2 if page in SHORT else ENOUGH), page
        assert not {"todo", "TODO", "FIXME"} & set(article.words), page


def test_no_page_shows_a_failure(articles: dict[str, Article]) -> None:
    for page, article in articles.items():
        wrong = {"system-message", "problematic", "derivation-error", "error"} & set(
            article.classes
        )
        assert not wrong, page
        assert "merror" not in " ".join(article.words), page


def test_gallery_has_source_beside_result(site: Path, articles: dict[str, Article]) -> None:
    html = (site / "gallery/index.html").read_text(encoding="utf-8")
    _before, *entries = re.split(r'<div class="gallery-entry', html)
    assert len(entries) >= 20
    for entry in entries:
        assert "highlight-tex" in entry
        assert r"\eqalign{" in entry
        assert "derivation-title" in entry


def test_gallery_shows_every_file() -> None:
    page = (DOCS / "gallery/index.rst").read_text(encoding="utf-8")
    shown = set(re.findall(r"^\.\. gallery:: (\S+)$", page, re.MULTILINE))
    assert shown == {path.stem for path in (DOCS / "gallery").glob("*.deriv")}


def test_reference_lists_every_rule_and_operation(articles: dict[str, Article]) -> None:
    from derivtex.rules import load_all

    load_all()
    from derivtex.op import OPS
    from derivtex.rule import RULES

    text = " ".join(articles["reference/rules"].words).replace("’", "'")
    for name in [*RULES, *(op.title for op in OPS.values() if op.sample or op.example)]:
        assert " ".join(name.split()) in text, name


def test_reference_has_every_public_name(site: Path) -> None:
    import derivtex

    html = (site / "reference/python.html").read_text(encoding="utf-8")
    for name in derivtex.__all__:
        assert name == "__version__" or f'id="derivtex.{name}"' in html, name


def test_reference_has_every_option_of_the_extension(site: Path) -> None:
    from derivtex_sphinx.directive import DerivationDirective

    html = (site / "reference/sphinx.html").read_text(encoding="utf-8")
    for option in DerivationDirective.option_spec:
        assert f":{option}:" in html, option


def test_the_readme_begins_with_what_the_command_prints() -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    (problem,) = re.findall(r"From\n\n```tex\n(.*?)```", readme, re.DOTALL)
    shown = derivtex.derive(problem, notation="trace").markdown(style="github")
    assert f"it makes (`derivtex --notation trace --to github`):\n\n{shown}" in readme


def test_readme_maps_every_room() -> None:
    """Each module and package of derivtex has its place in the README's map."""
    root = Path(__file__).parent.parent
    readme = (root / "README.md").read_text(encoding="utf-8")
    table = readme.partition("| room |")[2].partition("\n\n")[0]
    named = set(re.findall(r"`([a-z_/]+)`", table))
    rooms = {p.stem for p in (root / "derivtex").glob("*.py") if not p.stem.startswith("__")}
    rooms |= {f"{p.parent.name}/" for p in (root / "derivtex").glob("*/__init__.py")}
    assert rooms <= named
    places = {name for name in named if "/" not in name}
    assert places <= rooms


def test_the_readme_declares_operations_as_they_are() -> None:
    root = Path(__file__).parent.parent
    readme = (root / "README.md").read_text(encoding="utf-8")
    declared = re.findall(r"```python\n(\w+: Op = .*?)```", readme, re.DOTALL)
    sources = "".join(p.read_text(encoding="utf-8") for p in (root / "derivtex/ops").glob("*.py"))
    assert len(declared) == 2
    for declaration in declared:
        assert re.sub(" +#.*", "", declaration) in sources
