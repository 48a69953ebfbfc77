"""How a derivation is asked for and shown: the directive's options over the project's values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import ENUM, Config

#: What each option may be; the first is the default.
CHOICES: dict[str, tuple[str, ...]] = {
    "notation": ("frobenius", "trace", "inner", "vec", "index"),
    "detail": ("normal", "brief", "full"),
    "style": ("eqalign", "aligned"),
    "check": ("warn", "off", "error"),
}


@dataclass(frozen=True)
class Settings:
    """The settings of one directive or role."""

    notation: str
    detail: str
    style: str
    check: str
    reasons: bool
    highlight: bool


def add_config_values(app: Sphinx) -> None:
    """``derivtex_notation`` and the like, typed: Sphinx warns about a value that is none."""
    for name, choices in CHOICES.items():
        app.add_config_value(f"derivtex_{name}", choices[0], "env", ENUM(*choices))
    app.add_config_value("derivtex_reasons", False, "env", frozenset({bool}))


def resolve(
    options: Mapping[str, Any], config: Config, complain: Callable[[str], None]
) -> Settings:
    """Options first, then the project's values, then the defaults; a bad option is complained of.

    A bad value in ``conf.py`` is passed over in silence here, as Sphinx has warned about it.
    """

    def choice(name: str) -> str:
        choices = CHOICES[name]
        asked = options.get(name)
        if asked in choices:
            return str(asked)
        if asked is not None:
            complain(f"{asked!r} is no {name}: use one of {', '.join(choices)}")
        configured = getattr(config, f"derivtex_{name}")
        return str(configured) if configured in choices else choices[0]

    def flag(name: str, default: bool) -> bool:
        asked = options.get(name, default)
        if isinstance(asked, bool):
            return asked
        # An option without a value reaches a directive as None.
        word = (asked or "yes").lower()
        if word in _WORDS:
            return _WORDS[word]
        complain(f"{asked!r} is neither yes nor no: {name} is a flag")
        return default

    return Settings(
        notation=choice("notation"),
        detail=choice("detail"),
        style=choice("style"),
        check=choice("check"),
        reasons=flag("reasons", bool(config.derivtex_reasons)),
        highlight=flag("highlight", False),
    )


_WORDS = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}
