"""The catalogues, and the words they put into derivations."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from derivtex_sphinx import messages

from .conftest import Build, directive, page


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_every_word_of_a_reason_is_translated(language: str) -> None:
    with messages.catalogue_path(language).open("rb") as file:
        catalogue = read_po(file, language)
    wanted = messages.reasons() | messages.own()
    missing = [word for word in wanted if not (catalogue.get(word) and catalogue[word].string)]
    assert missing == [], "run `python -m derivtex_sphinx.messages`, then translate"


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_translations_keep_the_places(language: str) -> None:
    with messages.catalogue_path(language).open("rb") as file:
        catalogue = read_po(file, language)
    for message in catalogue:
        if message.id and message.string:
            places = [len(re.findall(r"\{\d?\}", text)) for text in (message.id, message.string)]
            assert places[0] == places[1], message.id


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_compiled_catalogues_are_up_to_date(language: str) -> None:
    with messages.catalogue_path(language).open("rb") as file:
        catalogue = read_po(file, language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    # The head names the version of Babel; the messages do not.
    want, have = compiled.getvalue(), messages.catalogue_path(language, "mo").read_bytes()
    assert want.partition(b"Generated-By")[2][80:] == have.partition(b"Generated-By")[2][80:]


def test_a_translation_may_change_the_order(build: Build) -> None:
    network = directive(
        r"a = \tanh(W x)", r"L = \frac{1}{2} \|\tanh(V a) - y\|^2",
        r"\frac{\partial L}{\partial W}, \frac{\partial L}{\partial V}", reasons="",
    )  # fmt: skip
    text = build("text", page(*network), language="zh_CN").read("index.txt")
    assert re.search(r"（?L 经由 a\S* 的微分", text), text


def test_tex_has_the_words_too(build: Build) -> None:
    html = build("html", page(*directive(reasons="")), language="de").read("index.html")
    assert r"\text{Definition von }L" in html
    assert r"\text{Gradient nach }w" in html


def test_titles_are_translated_by_the_project(build: Build, tmp_path: object) -> None:
    from pathlib import Path

    from babel.messages.catalog import Catalog

    folder = Path(str(tmp_path)) / "src/locale/de/LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue = Catalog("de")
    catalogue.add("Least squares", "Kleinste Quadrate")
    with (folder / "index.mo").open("wb") as file:
        write_mo(file, catalogue)
    built = build("html", page(*directive(title="Least squares", label="a"),
                               ":derivtex:ref:`a`"), language="de", locale_dirs=["locale"],
                  gettext_auto_build=False)  # fmt: skip
    assert built.warnings == []
    html = built.read("index.html")
    assert "<strong>Kleinste Quadrate</strong>" in html
    assert html.count("Kleinste Quadrate") == 2
