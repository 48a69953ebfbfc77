r"""Long lines broken into rows: at the signs of a sum, else inside parentheses, else at a product.

TeX wants each `\left` in one row with its `\right`. A pair that is parted becomes delimiters of a
size, as one would write by hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from derivtex.printers.measure import columns
from derivtex.printers.text import columns_of

#: Narrower than this, in columns or as a part of the width, mathematics is not readable.
NARROWEST, _KEPT = 20, 0.4
#: The same for a reason; the second where with the first, lines are wider by more than this.
_REASON_ROOMS, _TOLERATED = (NARROWEST, 12), 3
#: How much of the width reasons may take from what they stand beside.
_REASONS = (0.3, 0.4, 0.5)
#: A part that fills less of its row ends at the sign of a sum, or nowhere.
_FILLED = 0.3
#: Less than this is no row of its own.
_LEFT_OVER = 7
_DEEPER = 4


class Segment(NamedTuple):
    """What may be a part by itself, and how bad a break before it is."""

    text: str
    level: int


class Script(NamedTuple):
    """How one script is measured and broken."""

    width: Callable[[str], float]
    segments: Callable[[str, bool], list[Segment]]
    #: The text of a part, which is of the given whole.
    joined: Callable[[str, str], str]
    #: What the sign of equality takes, and what stands between a line and its reason.
    relation: float
    gap: float
    #: By how much a row is moved in that goes on with the one before it.
    indent: float


class Row(NamedTuple):
    """One row of a line; `goes_on` where the right side began in a row above."""

    left: str
    right: str
    why: str | None
    goes_on: bool


def broken(
    lefts: Sequence[str],
    rights: Sequence[str],
    whys: Sequence[str | None],
    width: float,
    script: Script,
) -> list[list[Row]]:
    """The rows of each line, which together are no wider than `width` where that can be."""
    left = max(map(script.width, lefts), default=0) + script.relation
    right = max(map(script.width, rights), default=0)
    why = max((script.width(w) + script.gap for w in whys if w), default=0)
    if left + right + why <= width:
        return [[Row(*line, False)] for line in zip(lefts, rights, whys, strict=True)]
    # How much room the reasons get is a matter of how many rows that makes.
    shares = {min(why, share * width) for share in _REASONS} if why else {0.0}
    if width - left - right > min(shares):
        shares.add(min(why, width - left - right))
    narrowest = max(NARROWEST, _KEPT * width)

    def cost(table: list[list[Row]]) -> tuple[float, int]:
        rows = [row for line in table for row in line]
        right = max(script.width(row.right) + script.indent * row.goes_on for row in rows)
        why = max((script.width(row.why) + script.gap for row in rows if row.why), default=0)
        return max(left + right + why - width, 0), len(rows)

    best: list[list[Row]] = []
    for room in _REASON_ROOMS:
        tables = [
            _table(lefts, rights, whys, max(width - left - share, narrowest), share, room, script)
            for share in sorted(shares)
        ]
        best = min([best, *tables] if best else tables, key=cost)
        if not why or cost(best)[0] <= _TOLERATED:
            break
    return best


def _table(
    lefts: Sequence[str],
    rights: Sequence[str],
    whys: Sequence[str | None],
    limit: float,
    share: float,
    narrowest: float,
    script: Script,
) -> list[list[Row]]:
    table = []
    for left, right, why in zip(lefts, rights, whys, strict=True):
        parts = _parts(right, limit, script, reason=False)
        room = max(share - script.gap, narrowest)
        reasons = _parts(why, room, script, reason=True) if why else []
        table.append([
            Row(
                "" if n else left,
                parts[n] if n < len(parts) else "",
                reasons[n] if n < len(reasons) else None,
                n > 0,
            )
            for n in range(max(len(parts), len(reasons)))
        ])  # fmt: skip
    return table


def _parts(text: str, limit: float, script: Script, reason: bool) -> list[str]:
    if script.width(text) <= limit:
        return [text]
    segments = script.segments(text, reason)
    indent = 1 if reason else script.indent
    widths = [script.width(segment.text) for segment in segments]
    parts = []
    start = 0
    while start < len(segments):
        room = limit - indent * (start > 0)
        end, taken = start, 0.0
        reached: list[tuple[float, int]] = []
        while end < len(segments) and (end == start or taken + widths[end] <= room):
            taken += widths[end]
            end += 1
            reached.append((taken, end))
        if end < len(segments):
            left = sum(widths[start:])
            filled = [
                stop
                for width, stop in reached
                if left - width >= _LEFT_OVER
                and (width >= _FILLED * room or segments[stop].level == 0)
            ] or [end]
            end = min(filled, key=lambda stop: (segments[stop].level, -stop))
        part = "".join(segment.text for segment in segments[start:end])
        parts.append(script.joined(part, text))
        start = end
    return parts


# --- where a break may be ------------------------------------------------------------------------

_TEX = re.compile(
    r"(?P<left>\\left(?:\\[A-Za-z]+|\\.|.)) ?|(?P<right>\\right(?:\\[A-Za-z]+|\\.|.))"
    r"|(?P<sum> [+-] )|(?P<product>:| \\(?:odot|otimes|oslash|cdot) )|(?P<comma>,\\? )|(?P<is> = )"
    r"|(?P<words>\\text\{[^{}\\]* [^{}\\]*\})|(?P<bar>\\\||\|)|(?P<tight>\{)|(?P<loose>\})"
    r"|(?P<open>\(|\\langle\b)|(?P<close>\)|\\rangle\b)|(?P<script>[\^_])|(?P<prime>')|\\[A-Za-z]+|\\.|."
)
_TEXT = re.compile(
    r"(?P<sign>Σ\S* )|(?P<sum> [+−] )|(?P<product>:| [⊙⊗⊘⋅·] )|(?P<comma>, )|(?P<is> = )"
    r"|(?P<space> )|(?P<bar>‖|\|)|(?P<tight>[\[{])|(?P<loose>[\]}])|(?P<open>[(⟨])"
    r"|(?P<close>[)⟩])|."
)
#: How bad a break is: in mathematics, and in a reason, where clauses are kept together.
_LEVELS = {"sum": 0, "comma": 0, "product": 1, "factor": 2, "space": 2, "is": 0, "sign": 3}
_REASON_LEVELS = {"comma": 0, "space": 0, "is": 0, "sum": 2, "product": 3, "factor": 3, "sign": 3}
#: What begins a factor.
_BEGINS = frozenset({"", "left", "open", "bar", "words", "tight"})
#: Between the words of a text that may be parted.
_SEAM = "\0"


def _segments(text: str, token: re.Pattern[str], levels: dict[str, int]) -> list[Segment]:
    found: list[Segment] = []
    open_: list[str] = []
    held, level = "", 0
    braces = 0
    after = ""  # the kind of break that may be before the next token
    scripted = False

    def cut(kind: str) -> None:
        nonlocal held, level
        if held:
            found.append(Segment(held, level))
        held = ""
        level = levels[kind] + _DEEPER * len(open_)

    for match in token.finditer(text):
        kind, sign = match.lastgroup or "", match[0]
        inside = braces > 0
        braces += (kind == "tight") - (kind == "loose")
        if scripted:
            held += sign
            scripted = braces > 0
            continue
        if kind in {"script", "prime"} and not inside:
            held += sign
            scripted = kind == "script"
            continue
        if not inside and (after == "comma" or (after and kind in _BEGINS)):
            cut(after)
        if inside or kind == "tight":
            held += sign
            after = ""
            continue
        after = ""
        match kind:
            case "left" | "open":
                open_.append(kind)
            case "right" | "close":
                if open_:
                    open_.pop()
                after = "factor" if kind == "right" else ""
            case "bar" if open_ and open_[-1] == sign:
                open_.pop()
            case "bar":
                open_.append(sign)
            case "sum" | "product" | "is" | "space":
                cut(kind)
            case "comma" | "sign":
                after = kind
            case "words":
                words = sign.removeprefix(r"\text{").removesuffix("}").split(" ")
                for index, word in enumerate(words, 1):
                    if index > 1:
                        cut("space")
                    if said := word if index == len(words) else f"{word} ":
                        held += rf"{_SEAM}\text{{{said}}}{_SEAM}"
                continue
        held += sign
    if held:
        found.append(Segment(held, level))
    return found


def _joined_tex(part: str, whole: str) -> str:
    part = part.replace(f"}}{_SEAM}{_SEAM}\\text{{", "")
    part = re.sub(f" }}{_SEAM}$", "}", part).replace(_SEAM, "").replace(r"\text{}", "")
    part = part.removesuffix("\\ ").strip().removeprefix(r"\,")
    return _without_single_delimiters(part, "bigg" if _TALL.search(whole) else "big")


_TALL = re.compile(r"\\frac|\\sum|\\prod|\\int")
_DELIMITER = re.compile(r"\\(left|right)(\\[A-Za-z]+|\\.|.)")


def _without_single_delimiters(part: str, size: str) -> str:
    r"""Each `\left` whose `\right` is in another row, and the other way round, in a fixed size."""
    single: set[int] = set()
    for match in _DELIMITER.finditer(part):
        if match[1] == "left":
            single.add(match.start())
        else:
            opened = max((at for at in single if part.startswith(r"\left", at)), default=None)
            single ^= {match.start() if opened is None else opened}
    return _DELIMITER.sub(
        lambda match: rf"\{size}{match[1][0]}{match[2]}" if match.start() in single else match[0],
        part,
    )


TEX = Script(
    columns,
    lambda tex, reason: _segments(tex, _TEX, _REASON_LEVELS if reason else _LEVELS),
    _joined_tex,
    relation=2.7,
    gap=4.0,
    indent=2.0,
)
TEXT = Script(
    columns_of,
    lambda text, reason: _segments(text, _TEXT, _REASON_LEVELS if reason else _LEVELS),
    lambda part, whole: part.strip(),
    relation=3,
    gap=3,
    indent=3,
)
