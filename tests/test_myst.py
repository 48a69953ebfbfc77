"""The plugin for Jupyter Book 2 and `mystmd`: JSON in, syntax trees out."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

import derivtex
from derivtex.documents.myst import nodes_of
from derivtex.documents.settings import NAMES
from tests.documents import BAD, OLS

STATIONARY = "L = \\|Xw - y\\|^2\n\\frac{\\partial L}{\\partial w} = 0\n"


def directive(body: str, arg: str | None = None, **options: object) -> dict[str, Any]:
    """What `mystmd` sends; the directive stands in line 7."""
    node = {"type": "mystDirective", "position": {"start": {"line": 7, "column": 1}}}
    return {"name": "derivation", "node": node, "arg": arg, "body": body, "options": options}


def asked(*arguments: str, **data: Any) -> Any:
    """What the program prints, as `mystmd` calls it."""
    code = "from derivtex.documents.myst import run; run()"
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        input=json.dumps(data), capture_output=True, text=True, check=True, encoding="utf-8",
    )  # fmt: skip
    return json.loads(done.stdout)


def test_it_says_what_it_offers() -> None:
    (offered,) = asked()["directives"]
    assert offered["name"] == "derivation"
    assert set(offered["options"]) == set(NAMES)


def test_it_answers_for_a_directive() -> None:
    data = directive(OLS, label="OLS")
    assert asked("--directive", "derivation", **data) == nodes_of(data)


OPTIONS: dict[str, tuple[dict[str, object], dict[str, object]]] = {
    "none": ({}, {}),
    "reasons": ({"reasons": ""}, {"reasons": True}),
    "named": ({"reasons": "named", "highlight": True}, {"reasons": "named", "highlight": True}),
    "width": ({"width": "30"}, {"width": 30}),
}


@pytest.mark.parametrize(("options", "shown"), OPTIONS.values(), ids=OPTIONS)
def test_mathematics(options: dict[str, object], shown: dict[str, object]) -> None:
    tex = derivtex.derive(OLS).latex("aligned", **shown)
    assert nodes_of(directive(OLS, **options)) == [{"type": "math", "value": tex}]


def test_words_and_label() -> None:
    title, mathematics, conditions = nodes_of(directive(STATIONARY, "Least squares", label="OLS"))
    assert title["children"][0]["children"] == [{"type": "text", "value": "Least squares"}]
    assert (mathematics["label"], mathematics["identifier"]) == ("OLS", "ols")
    assert conditions["children"] == [
        {"type": "text", "value": "Assuming "},
        {"type": "inlineMath", "value": "X^TX"},
        {"type": "text", "value": " is invertible"},
        {"type": "text", "value": "."},
    ]
    assert nodes_of(directive(STATIONARY, "T", title="no", conditions="no"))[0]["type"] == "math"


WRONG = {
    "macro": (directive(BAD), r"1:5: unknown macro \foo"),
    "option": (directive(OLS, detail="more"), "'more' is no detail"),
    "nothing": (directive(""), "there is no problem in this derivation"),
    "two labels": (directive(f"{OLS}---\n{OLS}", label="x"), "a label names one derivation"),
}


@pytest.mark.parametrize(("data", "message"), WRONG.values(), ids=WRONG)
def test_mistakes_are_shown_and_warned_of(data: dict[str, Any], message: str) -> None:
    (shown,) = nodes_of(data)
    assert (shown["type"], shown["kind"]) == ("admonition", "danger")
    title, *codes = shown["children"]
    (nowhere,) = title["children"]
    # A link without a target is what `mystmd` complains of, at its line.
    assert nowhere["type"] == "link"
    assert nowhere["url"].startswith("#")
    assert message in nowhere["url"]
    assert nowhere["position"]["start"]["line"] == 7
    assert message in codes[-1]["value"]
