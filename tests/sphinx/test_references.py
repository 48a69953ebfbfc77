"""The domain: references to derivations and lines, the indices, the generated reference."""

from __future__ import annotations

import re

import pytest

from .conftest import PARSE, Build, directive, page

LEAST_SQUARES = directive(title="Least squares", label="ols", name="squares")


@pytest.mark.parametrize(
    ("role", "link", "text"),
    [
        (":derivtex:ref:`ols`", "#squares", "Least squares"),
        (":derivtex:ref:`squares`", "#squares", "Least squares"),
        (":derivtex:ref:`this one <ols>`", "#squares", "this one"),
        (":derivtex:step:`ols:2`", "#squares-line-2", "line 2 of Least squares"),
        (":derivtex:step:`ols:gradient`", "#squares-line-4", "line 4 of Least squares"),
        (":derivtex:step:`ols:result`", "#squares-line-4", "line 4 of Least squares"),
        (":numref:`squares`", "#squares", "Derivation 1"),
        (":ref:`squares`", "#squares", "Least squares"),
        (":eq:`ols`", "#equation-ols", "(1)"),
        (":ref:`derivtex-rules`", "derivtex-rules.html", "Rules used"),
    ],
)
def test_reference(build: Build, role: str, link: str, text: str) -> None:
    built = build("html", page(*LEAST_SQUARES, f"See {role}."), numfig=True)
    assert built.warnings == []
    see = built.read("index.html").partition("See ")[2]
    found = re.match(r'<a class="[^"]*" href="([^"]*)"[^>]*>(.*?)</a>', see)
    assert found is not None, see[:300]
    assert (found[1], re.sub("<[^>]*>", "", found[2])) == (link, text)
    if link.startswith("#"):
        assert f'id="{link[1:]}"' in built.read("index.html")


@pytest.mark.parametrize(
    ("role", "warning"),
    [
        (":derivtex:ref:`nothing`", "there is no derivation nothing"),
        (":derivtex:step:`ols:9`", "there is no such line of a derivation: ols:9"),
        (":derivtex:step:`ols`", "there is no such line of a derivation: ols"),
        (":derivtex:step:`ols:tidy`", "there is no such line of a derivation: ols:tidy"),
        (":derivtex:rule:`like terms`", "no page lists the rule like terms"),
        (":eq:`nothing`", "equation not found: nothing"),
    ],
)
def test_target_that_is_not_there(build: Build, role: str, warning: str) -> None:
    built = build("html", page(*LEAST_SQUARES, f"See {role}."))
    assert len(built.warnings) == 1, built.warnings
    assert warning in built.warnings[0]
    assert re.search(r"index\.rst:\d+: ", built.warnings[0])
    assert re.search(r"\[[a-z.]+\]$", built.warnings[0])


def test_references_to_what_failed_are_quiet(build: Build) -> None:
    failed = directive(PARSE, title="No", label="a", name="b")
    roles = ":eq:`a` :derivtex:ref:`a` :derivtex:step:`a:gradient` :numref:`b` :ref:`b`"
    built = build("html", page(*failed, roles), numfig=True)
    assert len(built.warnings) == 1, built.warnings


def test_indices(build: Build) -> None:
    other = directive(r"L = \operatorname{tr}(X)", title="A trace", wrt="X")
    built = build("html", page(*LEAST_SQUARES, *other))
    derivations = built.read("derivtex-derivations.html")
    assert re.findall(r'<a href="index.html#[^"]*"><code class="xref">(.*?)</code>', derivations) \
        == ["A trace", "Least squares"]  # fmt: skip
    rules = built.read("derivtex-rules.html")
    assert "gradient read off" in rules
    assert "differential of the Frobenius product" in rules


def test_objects_are_in_the_inventory(build: Build) -> None:
    built = build("html", page(*LEAST_SQUARES))
    objects = list(built.app.env.get_domain("derivtex").get_objects())
    assert ("ols", "Least squares", "derivation", "index", "squares", 1) in objects


def test_reference_of_rules_and_operations(build: Build) -> None:
    tables = [".. derivtex:rules::", "", ".. derivtex:operations::", "", ".. derivtex:warnings::"]
    roles = "See :derivtex:rule:`like terms` and :derivtex:op:`inverse`."
    built = build("html", page(*tables, "", roles))
    assert built.warnings == []
    html = built.read("index.html")
    assert r"\(2A + 3A = 5A\)" in html
    assert r"\(d(A^{-1}) = -A^{-1}\,dA\,A^{-1}\)" in html
    assert "where the argument is invertible." in html
    assert "derivtex.unsupported" in html
    assert 'href="#derivtex-rule-like-terms"' in html


def test_one_group_of_rules(build: Build) -> None:
    built = build("html", page(".. derivtex:rules:: trace"))
    assert "cyclic property of the trace" in built.read("index.html")
    assert "like terms" not in built.read("index.html")
    built = build("html", page(".. derivtex:rules:: magic"))
    assert len(built.warnings) == 1
    assert built.warnings[0].endswith("[derivtex.option]")


def test_a_document_that_is_gone_leaves_nothing(build: Build) -> None:
    other = {"other.rst": "\n".join([":orphan:", "", "Other", "=====", "", *LEAST_SQUARES])}
    build("html", page("Text.") | other)
    (_gone := build("html", page("Text."))).app.srcdir.joinpath("other.rst").unlink()
    data = build("html", page("Other text.")).app.env.domaindata["derivtex"]
    assert (data["derivations"], data["names"], data["cache"].values) == ({}, {}, {})
