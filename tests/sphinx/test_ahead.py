"""Derivations are made ahead in a second process, and nothing but the time tells."""

from __future__ import annotations

import multiprocessing
import os
import sys
import textwrap
import threading
import time
import types
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from sphinx.errors import ExtensionError

from derivtex_sphinx import reading
from derivtex_sphinx.ahead import Ahead, Job, is_possible
from derivtex_sphinx.spotting import derivations_in

from .conftest import PARSE, Build, Built, directive, page

# --- what is spotted -----------------------------------------------------------------------------

RST = [
    """
    .. derivation:: A title
       :wrt: X
       :class: a
               b
       :reasons:
       :label: of-x

       L = tr(A X)
         + tr(X B)

       # and on

    More words.
    """,
    """
    .. derivation::

       L = \\|x\\|^2
       \\nabla_x L""",
    """
    .. derivtex:derivation::
       L = \\|x\\|^2
       \\nabla_x L
    .. derivation:: L = a^T x
       \\nabla_x L
    """,
    """
    - In a list:

      .. note::

         .. derivation::
         \t:wrt: x
         \t:notation: trace

         \tL = x^T A x

    .. derivation::
       :file: one.deriv
    """,
]
MYST = [
    """
    ```{derivation} A title
    :wrt: x
    :show: givens,steps
    L = x^T A x
    ```

    > ~~~{derivtex:derivation}
    > L = \\|x\\|^2
    >
    > \\nabla_x L
    > ~~~
    """,
    """
    ```{eval-rst}
    .. derivation::
       :wrt: x

       L = x^T A x
    ```
    """,
]


@pytest.mark.parametrize(
    ("name", "source"), [("index.rst", s) for s in RST] + [("index.md", s) for s in MYST]
)
def test_what_is_spotted_is_what_is_read(name: str, source: str, build: Build) -> None:
    """The keys are the same that the directive comes to."""
    files = {
        name: "Title\n=====\n" + textwrap.dedent(source),
        "one.deriv": "L = a^T x\n\\nabla_x L\n",
    }
    built = build("dummy", files, extensions=["derivtex_sphinx", "myst_parser"])
    assert built.warnings == []
    cache = built.app.env.domaindata["derivtex"]["cache"]
    asked = set(cache.values)
    cache.values = {}
    spotted = {key for key, _ in reading._jobs("index", built.app, built.app.env)}
    assert asked
    assert spotted == asked


@pytest.mark.parametrize(
    "source",
    ["", "The ``derivation::`` directive", "```{derivation}", ".. derivation::", "{derivation}"],
)
def test_nothing_is_needed_of_a_document(source: str) -> None:
    assert [text for _, text in derivations_in(source) if text] == []


# --- the process ---------------------------------------------------------------------------------

#: Enough to derive, on several pages, and a mistake on one of them.
PAGES = [
    page(
        *(
            line
            for power in range(2, 10)
            for line in directive(rf"L = a_{number}^T X^{power} b", wrt="X")
        ),
        *(directive(PARSE) if number == 2 else []),
    )["index.rst"]
    for number in range(4)
]
SITE = {f"p{number}.rst": text for number, text in enumerate(PAGES)}
SITE |= page(".. toctree::", "   :glob:", "", "   p*")


@pytest.fixture
def possible(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever this machine has, a second process can be begun."""
    monkeypatch.setattr(reading, "is_possible", lambda: True)


def _is_whole(built: Built) -> bool:
    """Whether all derivations are there, and the one warning; and no process is left."""
    (warning,) = built.warnings
    assert "p2.rst:46: WARNING: } closes nothing" in warning
    for number in range(4):
        assert built.read(f"p{number}.html").count(r"\eqalign{") == 8
    return not multiprocessing.active_children()


def test_all_is_made_ahead_if_there_is_time(
    build: Build, derived: list[str], possible: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Ahead, "reaches", lambda self, docname: _wait_for(self))
    assert _is_whole(build("html", SITE))
    assert derived == []


def test_what_is_not_made_ahead_is_derived(
    build: Build, derived: list[str], possible: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process is ended from outside before it has done anything."""
    monkeypatch.setattr(Ahead, "reaches", lambda self, docname: self._process.kill())
    monkeypatch.setattr(Ahead, "_work", lambda *_: time.sleep(60))
    assert _is_whole(build("html", SITE))
    assert len(derived) == 8 * 4 + 1


def test_it_goes_from_the_last_document_to_the_one_that_is_read() -> None:
    told = multiprocessing.get_context("fork").Event()

    def jobs_of(docname: str) -> Iterator[Job]:
        told.wait()
        yield docname, docname.upper

    ahead = Ahead("abcd", jobs_of)
    ahead.reaches("b")
    told.set()
    _wait_for(ahead)
    assert [ahead.take(key) for key in "abcd"] == [None, None, "C", "D"]
    assert ahead.take("d") is None
    ahead.stop()


def _wait_for(ahead: Ahead) -> None:
    """Until the process has done its work; its values are taken meanwhile, or it would wait."""
    while ahead._process.is_alive():
        ahead._receive()
    ahead._receive()


def test_a_reader_that_is_gone_ends_it() -> None:
    def jobs_of(docname: str) -> Iterator[Job]:
        yield from ((str(number), lambda: "value") for number in count())

    ahead = Ahead(["a"], jobs_of)
    ahead._values.close()
    ahead._process.join(10)
    assert ahead._process.exitcode == 0


@pytest.mark.parametrize(
    ("files", "jobs", "config", "possible"),
    [
        (SITE, 1, {"derivtex_ahead": False}, True),
        (SITE, 1, {}, False),
        (SITE, 2, {}, True),
        ({"index.rst": PAGES[0]}, 1, {}, True),
    ],
    ids=["not wanted", "not possible", "Sphinx reads in parallel", "little to do"],
)
def test_there_is_no_second_process(
    files: dict[str, str],
    jobs: int,
    config: dict[str, Any],
    possible: bool,
    build: Build,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reading, "Ahead", lambda *_: pytest.fail("a process is begun"))
    monkeypatch.setattr(reading, "is_possible", lambda: possible)
    built = build("html", files, jobs=jobs, **config)
    assert built.read("index.html")


def test_an_extension_that_needs_one_reader_has_one(
    build: Build, possible: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With `-j 2` Sphinx reads alone because of it, and says so."""
    begun = []
    monkeypatch.setattr(reading, "Ahead", lambda *args: begun.append(args) or Ahead(*args))
    extension = types.ModuleType("unsafe")
    extension.setup = lambda app: {"parallel_read_safe": False}
    monkeypatch.setitem(sys.modules, "unsafe", extension)
    build("dummy", SITE, jobs=2, extensions=["derivtex_sphinx", "unsafe"])
    assert len(begun) == 1


def test_no_process_is_left_when_reading_fails(
    build: Build, possible: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Ahead, docname: str) -> None:
        raise RuntimeError(docname)

    monkeypatch.setattr(Ahead, "reaches", fail)
    with pytest.raises(ExtensionError, match="index"):
        build("html", SITE)
    assert multiprocessing.active_children() == []


def test_where_it_is_possible(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 1})
    # A notebook that ran before in this process has left threads.
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    assert is_possible()
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0})
    assert not is_possible()
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 1})
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not is_possible()
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    assert not is_possible()
