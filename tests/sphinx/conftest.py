"""Small documents, built for real."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sphinx import locale
from sphinx.application import Sphinx
from sphinx.util.console import strip_colors
from sphinx.util.docutils import docutils_namespace, patch_docutils

import derivtex
from derivtex_sphinx import directive as module

GOOD = r"L = \|Xw - y\|^2"
WRT = r"\nabla_w L"
PARSE = r"L = \frac{1}}"


@dataclass
class Built:
    """A finished build."""

    app: Sphinx
    out: Path
    warnings: list[str]

    def read(self, name: str) -> str:
        return (self.out / name).read_text(encoding="utf-8")


Build = Callable[..., Built]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Build documents, given by file name, with one builder."""

    def run(builder: str, files: dict[str, str], jobs: int = 1, **config: object) -> Built:
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
        locale.translators.clear()  # of the build before
        with patch_docutils(), docutils_namespace():
            app = Sphinx(
                src, src, out, tmp_path / "doctrees", builder,
                confoverrides=settings | config, status=None, warning=stream, parallel=jobs,
            )  # fmt: skip
            app.build()
        return Built(app, out, strip_colors(stream.getvalue()).splitlines())

    return run


@pytest.fixture
def derived(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that the directive has the engine run on, in this process."""
    texts: list[str] = []
    original = module.write_all

    def write_all(text: str, *rest: Any) -> Any:
        texts.append(text)
        return original(text, *rest)

    monkeypatch.setattr(module, "write_all", write_all)
    return texts


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


def directive(*lines: str, title: str = "", **options: str) -> list[str]:
    """The lines of a directive; of `GOOD` if no others are given."""
    return [
        f".. derivation:: {title}".rstrip(),
        *(f"   :{name}: {value}".rstrip() for name, value in options.items()),
        "",
        *(f"   {line}" for line in lines or (GOOD, WRT)),
        "",
    ]
