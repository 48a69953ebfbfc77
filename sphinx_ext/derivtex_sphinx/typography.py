r"""Typography: one `Notation` for a project, whose fields a directive may set for itself.

What a document may write there goes into TeX as it stands, so it is held to what such a sign can
be: a letter, a sign made for it, letters in another style.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any

from sphinx.config import Config

import derivtex

_STYLED = r"\\math(?:rm|sf|bf|it)\{[A-Za-z]+\}"
_SIGNS = {
    "transpose": re.compile(rf"[A-Za-z]|\\(?:top|intercal|prime|ast|dagger)|{_STYLED}"),
    "d": re.compile(rf"[A-Za-z]|{_STYLED}"),
    "gradient": re.compile(r"partial|nabla"),
    "product": re.compile(r"colon|angles"),
    "trace": re.compile(rf"\\operatorname\{{[A-Za-z]+\}}|{_STYLED}"),
    "bold": re.compile(r"yes|no"),
    "color": re.compile(r"[A-Za-z]+"),
}
#: The options of a directive that set a field of its notation.
FIELDS = tuple(field.name for field in fields(derivtex.Notation))


def typography(
    options: Mapping[str, Any], config: Config, complain: Callable[[str], None]
) -> derivtex.Notation:
    """The project's notation with the fields that a directive sets."""
    base = config.derivtex_typography
    if not isinstance(base, derivtex.Notation):
        base = derivtex.Notation()
    changes: dict[str, Any] = {}
    for name in FIELDS:
        if name not in options:
            continue
        value = options[name] or "yes"
        if name not in _SIGNS or not _SIGNS[name].fullmatch(value):
            complain(f"{value!r} is no value of {name}")
            continue
        changes[name] = value == "yes" if name == "bold" else value
    return replace(base, **changes) if changes else base


def as_notation(value: object) -> tuple[derivtex.Notation, list[str]]:
    """The value of ``derivtex_typography``, which may be a dict, and what is wrong with it."""
    if isinstance(value, derivtex.Notation):
        return value, []
    if not isinstance(value, dict):
        return derivtex.Notation(), []  # Sphinx has warned
    known = {name: value[name] for name in FIELDS if name in value}
    unknown = [f"derivtex_typography has no {name!r}" for name in value if name not in FIELDS]
    return derivtex.Notation(**known), unknown
