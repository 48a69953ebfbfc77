"""An unchanged derivation is not derived again."""

from __future__ import annotations

import gc
from typing import Any

import pytest

from derivtex_sphinx import directive as module

from .conftest import Build, Built, directive, page


def test_only_what_changed_is_derived_again(build: Build, derived: list[str]) -> None:
    other = directive(r"L = \|x\|^2", wrt="x")
    build("html", page(*directive(), *other))
    assert len(derived) == 2
    build("text", page(*directive(), *other))  # the same environment
    assert len(derived) == 2
    build("html", page("More words.", "", *directive(), *other))
    assert len(derived) == 2
    build("html", page(*directive(), *directive(r"L = \|x\|^4", wrt="x")))
    assert derived[2:] == [r"L = \|x\|^4"]


def test_what_refers_to_a_changed_derivation_is_written_again(build: Build) -> None:
    """Its title, the number of its lines; and that it is gone."""

    def built(problem: str, title: str, label: str = "f") -> Built:
        lines = directive(problem, title=title, label=label, wrt="X")
        other = ":orphan:\n\nOther\n=====\n\n.. toctree::\n\n   index\n\n"
        reference = ":derivtex:step:`f:result`\n"
        return build("html", {**page(*lines), "other.rst": other + reference})

    assert "line 4 of One" in built("f = a^T X b", "One").read("other.html")
    assert "line 5 of One" in built("f = a^T X^{-1} b", "One").read("other.html")
    assert "line 5 of Two" in built("f = a^T X^{-1} b", "Two").read("other.html")
    assert built("f = a^T X^{-1} b", "Two").warnings == []
    (warning,) = built("f = a^T X^{-1} b", "Two", label="g").warnings
    assert "other.rst:10: WARNING: there is no such line of a derivation: f:result" in warning


def test_options_are_part_of_the_key(build: Build, derived: list[str]) -> None:
    build("html", page(*directive()))
    build("html", page(*directive(reasons="")))
    build("html", page(*directive(transpose=r"\top")))
    build("html", page(*directive(reasons="")), language="de")
    assert len(derived) == 4


def test_what_no_document_uses_is_dropped(build: Build) -> None:
    build("html", page(*directive(), *directive(reasons="")))
    cache = build("html", page(*directive())).app.env.domaindata["derivtex"]["cache"]
    assert len(cache.values) == 1


def test_a_failed_check_is_reported_from_the_cache(
    build: Build, monkeypatch: pytest.MonkeyPatch, failing_check: None
) -> None:
    first = build("html", page(*directive()))
    monkeypatch.undo()
    second = build("html", page("Words.", "", *directive()))
    assert len(first.warnings) == len(second.warnings) == 1


def test_documents_read_in_parallel(build: Build) -> None:
    pages = {
        f"p{number}.rst": "\n".join(
            [f"Page {number}", "=======", "", *directive(title=f"T{number}", label=f"l{number}")]
        )
        for number in range(12)
    }
    toctree = page(".. toctree::", "   :glob:", "", "   p*", "", ":derivtex:step:`l7:2`")
    built = build("html", toctree | pages, jobs=2)
    assert built.warnings == []
    data = built.app.env.domaindata["derivtex"]
    assert len(data["derivations"]) == 12
    assert len(data["cache"].values) == 1
    assert set(data["cache"].uses) == {f"p{number}" for number in range(12)}


def test_the_collector_leaves_alone_what_is_loaded_until_the_build_ends(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = []
    original = module.write_all

    def write_all(*args: Any) -> Any:
        counts.append(gc.get_freeze_count())
        return original(*args)

    monkeypatch.setattr(module, "write_all", write_all)
    build("html", page(*directive(), *directive(r"L = \|x\|^4", wrt="x")))
    assert [count > 0 for count in counts] == [False, True]
    assert gc.get_freeze_count() == 0
