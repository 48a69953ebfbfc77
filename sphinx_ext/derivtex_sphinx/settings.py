"""How a derivation is asked for and shown: the directive's options over the project's values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sphinx.application import Sphinx
from sphinx.config import ENUM, Config

import derivtex
from derivtex.notation import NOTATIONS, SYMMETRIC, Detail, Symmetric

from .typography import typography

#: What each option may be; the first is the default.
CHOICES: dict[str, tuple[str, ...]] = {
    "notation": NOTATIONS,
    "detail": ("normal", "brief", "full"),
    "style": ("eqalign", "aligned"),
    "symmetric": SYMMETRIC,
    "check": ("warn", "off", "error"),
}
#: The parts of a derivation, in the order in which they are shown.
PARTS = ("givens", "steps", "result", "conditions")
SHOWN = ("steps", "conditions")
#: What fits a page on the web, and what a number beside it takes.
WIDTH, NUMBER = 72, 6

Reasons = bool | Literal["named"]


@dataclass(frozen=True)
class Settings:
    """The settings of one directive or role. Its `repr` is part of the key of the cache."""

    notation: str
    detail: Detail
    style: str
    check: str
    reasons: Reasons
    highlight: bool | tuple[str, ...]
    show: tuple[str, ...]
    collapse: Literal["", "closed", "open"]
    typography: derivtex.Notation
    wrt: str | None = None
    symmetric: Symmetric = "projection"
    #: The columns of a row, two to an em; None: no line is broken.
    width: int | None = None


def add_config_values(app: Sphinx) -> None:
    """``derivtex_notation`` and the like, typed: Sphinx warns about a value that is none."""
    for name, choices in CHOICES.items():
        default = _style if name == "style" else choices[0]
        app.add_config_value(f"derivtex_{name}", default, "env", ENUM(*choices))
    app.add_config_value("derivtex_show", list(SHOWN), "env", ENUM(*PARTS))
    app.add_config_value("derivtex_reasons", False, "env", ENUM(False, True, "named"))
    app.add_config_value("derivtex_width", WIDTH, "env", frozenset({int}))
    app.add_config_value("derivtex_highlight", False, "env", frozenset({bool}))
    app.add_config_value("derivtex_collapse", False, "env", ENUM(False, True, "closed", "open"))
    app.add_config_value(
        "derivtex_typography", derivtex.Notation(), "env", frozenset({derivtex.Notation, dict})
    )
    app.add_config_value("derivtex_ahead", True, "", frozenset({bool}))
    app.add_config_value("derivtex_macros", {}, "env", frozenset({dict}))


def _style(config: Config) -> str:
    r"""What every renderer of the project knows: KaTeX has no `\eqalign`."""
    katex = "sphinxcontrib.katex" in config.extensions
    return "aligned" if katex and config.html_math_renderer in {None, "katex"} else "eqalign"


def resolve(
    options: Mapping[str, Any], config: Config, complain: Callable[[str], None]
) -> Settings:
    """Options first, then the project's values, then the defaults; a bad option is complained of.

    A bad value in ``conf.py`` is passed over in silence here, as Sphinx has warned about it.
    """

    def choice(name: str) -> Any:
        choices = CHOICES[name]
        asked = options.get(name)
        if asked in choices:
            return asked
        if asked is not None:
            complain(f"{asked!r} is no {name}: use one of {', '.join(choices)}")
        configured = getattr(config, f"derivtex_{name}")
        return configured if configured in choices else choices[0]

    def flag(name: str, more: tuple[str, ...] = ()) -> Any:
        """Yes, no, or one of some words."""
        default = getattr(config, f"derivtex_{name}")
        if default not in (True, False, *more):
            default = False
        if name not in options:
            return default
        # An option without a value reaches a directive as None.
        word = (options[name] or "yes").lower()
        if word in more:
            return word
        if word in WORDS:
            return WORDS[word]
        allowed = ", ".join(("yes", "no", *more))
        complain(f"{options[name]!r} is no value of {name}: use one of {allowed}")
        return default

    collapse = flag("collapse", ("closed", "open"))
    return Settings(
        notation=choice("notation"),
        detail=choice("detail"),
        style=choice("style"),
        check=choice("check"),
        reasons=flag("reasons", ("named",)),
        highlight=_highlight(options, flag),
        show=_show(options, config, complain),
        collapse={False: "", True: "closed"}.get(collapse, collapse),
        typography=typography(options, config, complain),
        wrt=options.get("wrt") or None,
        symmetric=choice("symmetric"),
        width=_width(options, config, complain),
    )


def _width(
    options: Mapping[str, Any], config: Config, complain: Callable[[str], None]
) -> int | None:
    """A number of columns, without those that a number beside it takes; none for 0."""
    asked = options.get("width", "") or ""
    configured = config.derivtex_width
    if asked.isascii() and asked.isdecimal() and len(asked) < 5:
        width = int(asked)
    else:
        if "width" in options:
            complain(f"{asked!r} is no width: use a number of columns, or 0")
        width = max(configured, 0) if isinstance(configured, int) else WIDTH
    if width and "label" in options:
        width = max(width - NUMBER, 1)
    return width or None


def _highlight(options: Mapping[str, Any], flag: Callable[[str], bool]) -> bool | tuple[str, ...]:
    """Yes, no, or the plain names of what is coloured."""
    asked = options.get("highlight")
    if not asked or asked.lower() in WORDS:
        return flag("highlight")
    return tuple(name.strip() for name in asked.split(",") if name.strip())


def _show(
    options: Mapping[str, Any], config: Config, complain: Callable[[str], None]
) -> tuple[str, ...]:
    """The parts that are shown, in the order of a derivation."""
    if "show" in options:
        asked = [word.strip() for word in (options["show"] or "").split(",")]
        wrong = [word for word in asked if word not in PARTS]
        if not wrong:
            return tuple(part for part in PARTS if part in asked)
        complain(f"{wrong[0]!r} is no part of a derivation: use some of {', '.join(PARTS)}")
    configured = config.derivtex_show
    if isinstance(configured, str):
        configured = [configured]
    shown = tuple(part for part in PARTS if part in configured)
    return shown or SHOWN


WORDS = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}
