"""From a problem's text to what a page needs of its derivation: strings, which can be kept.

This is the only module that runs the engine. What it returns holds no expression, so that it is
cheap to keep in the environment from one build to the next.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import derivtex
from derivtex.derivation import Line
from derivtex.printers.block import LONG, in_style, rows_of
from derivtex.printers.detail import rows
from derivtex.printers.text import columns_of

from .result import result_lines
from .sentences import Sentence, givens, sentence
from .settings import Settings
from .words import translated

#: What a terminal has room for, with some indentation.
TEXT_COLUMNS = 72

_SUBTYPES: tuple[tuple[type[derivtex.DerivtexError], str], ...] = (
    (derivtex.ShapeError, "shape"),
    (derivtex.UnsupportedError, "unsupported"),
    (derivtex.LimitError, "limit"),
    (derivtex.ParseError, "parse"),
)


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of a derivation in both scripts, and the rows that each takes in TeX. `long` is the
    TeX as ``align`` where it may need pages, `narrow` the text where its lines need breaking."""

    tex: str
    text: str
    heights: tuple[int, ...]
    long: str | None = None
    narrow: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A derivation written out. `lines` are the kinds of its rows; `worst` the error that its
    check found, where it failed."""

    title: str | None
    steps: Block
    result: Block | None
    givens: tuple[Sentence, ...]
    conditions: tuple[Sentence, ...]
    lines: tuple[str, ...]
    rules: tuple[str, ...]
    worst: float | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no derivation: the warning's words and place, and what the page says, in a
    block or in `brief`."""

    message: str
    subtype: str
    line: int | None
    shown: str
    brief: str = ""


def write_all(text: str, settings: Settings) -> tuple[Written | Failure, ...]:
    """Each problem of a text, derived, checked and written out."""
    try:
        results = derivtex.derive_all(
            text,
            wrt=settings.wrt,
            notation=settings.notation,
            detail=settings.detail,
            symmetric=settings.symmetric,
        )
    except derivtex.DerivtexError as error:  # in the text as a whole
        return (failure(error),)
    except Exception as error:
        return (mistake(error),)
    return tuple(_write(result, settings) for result in results)


def _write(
    result: derivtex.Derivation | derivtex.DerivtexError, settings: Settings
) -> Written | Failure:
    if isinstance(result, derivtex.DerivtexError):
        return failure(result)
    try:
        return _written(result, settings)
    except derivtex.DerivtexError as error:  # no such name to highlight, too long to write
        return failure(error)
    except Exception as error:
        return mistake(error)


def _written(derivation: derivtex.Derivation, settings: Settings) -> Written:
    shown = rows(derivation)
    typography = settings.typography.of(derivation.notation)
    asks_result = "result" in settings.show or settings.collapse
    result = _block(derivation, result_lines(derivation), settings) if asks_result else None
    return Written(
        title=derivation.problem.title,
        steps=_block(derivation, shown, settings),
        result=result,
        givens=tuple(givens(derivation.problem, settings.typography))
        if "givens" in settings.show
        else (),
        conditions=tuple(sentence(reason, typography) for reason in derivation.conditions),
        lines=tuple(line.kind for line in shown),
        rules=tuple(dict.fromkeys(step.rule for step in derivation.steps)),
        worst=failed_check(derivation, settings.check),
    )


def _block(
    derivation: derivtex.Derivation,
    lines: tuple[Line, ...],
    settings: Settings,
) -> Block:
    problem = derivation.problem._replace(title=None)
    reasons = settings.reasons

    def printed(script: str) -> derivtex.Derivation:
        spoken = translated(lines, script) if reasons else lines
        return replace(derivation, problem=problem, lines=spoken, conditions=(), detail="normal")

    table = rows_of(
        printed("tex"),
        reasons=reasons,
        highlight=settings.highlight,
        notation=settings.typography,
        width=settings.width,
    )

    def tex(style: str) -> str:
        # TeX ends a formula at a blank line.
        return "\n".join(line for line in in_style(table, style).splitlines() if line.strip())

    heights = tuple(map(len, table))
    words = printed("text")
    text = words.text(reasons=reasons).rstrip()
    wide = any(columns_of(line) > TEXT_COLUMNS for line in text.splitlines())
    return Block(
        tex(settings.style),
        text,
        heights,
        tex("align*") if sum(heights) > LONG else None,
        words.text(reasons=reasons, width=TEXT_COLUMNS).rstrip() if wide else None,
    )


def failed_check(derivation: derivtex.Derivation, mode: str) -> float | None:
    """The worst relative error of a derivation that fails its numeric check."""
    if mode == "off":
        return None
    outcome = derivation.verify()
    return None if outcome.ok else float(outcome.worst)


def failure(error: derivtex.DerivtexError) -> Failure:
    """An error of the engine in words for a warning."""
    subtype = next((name for cls, name in _SUBTYPES if isinstance(error, cls)), "unsupported")
    # A message that names places does so itself.
    says = error.column is None or f"column {error.column}" in error.message
    column = "" if says else f" (column {error.column})"
    hint = f"; hint: {error.hint}" if error.hint else ""
    return Failure(f"{error.message}{column}{hint}", subtype, error.line, str(error), error.message)


def mistake(error: Exception) -> Failure:
    """A mistake of the engine's own must not end the build of a whole site."""
    said = f"internal error: {type(error).__name__}: {error}"
    return Failure(said, "internal", None, said, said)
