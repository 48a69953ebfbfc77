r"""How many columns a line of a LaTeX document has, two to an em, by its class.

What a document sets itself, with `geometry` or `multicols`, is its own business: there is `width`.
"""

from __future__ import annotations

from collections.abc import Mapping, Set

#: Lines are measured roughly, without a font.
_SPARE = 1
_SIZES = {"8pt": 8.0, "9pt": 9.0, "10pt": 10.0, "11pt": 10.95, "12pt": 12.0}
#: The width of the text at the size that is its key, in points.
_TEXT: Mapping[float, float] = {10.0: 345, 10.95: 360, 12.0: 390}
#: Where it is the same at all sizes.
_FIXED = {"amsart": 360.0, "amsbook": 360.0, "amsproc": 360.0, "llncs": 347.0}
#: The width of one of two columns; of other classes, on A4, which is the narrower paper.
_COLUMN = {
    "IEEEtran": 252.0,
    "acmart": 241.0,
    "elsarticle": 252.0,
    "revtex4-1": 246.0,
    "revtex4-2": 246.0,
    "scrartcl": 204.0,
    "scrreprt": 204.0,
    "scrbook": 204.0,
}
_OTHER_COLUMN = 221.0
_KOMA = ("scrartcl", "scrreprt", "scrbook")
#: What makes two columns: always, or one of some options.
_ALWAYS_TWO = {"IEEEtran", "mnras", "aa"}
_TWO = {"twocolumn", "5p", "reprint", "sigconf", "sigplan", "acmtog", "siggraph"}
_BEAMER = 307.0
_WIDE_BEAMER = 398.0


def columns(name: str, options: Set[str], two_columns: bool = False) -> int:
    r"""The columns of a line in a class with options; `two_columns`: it says `\twocolumn`."""
    if name == "beamer":
        size = _size(options, 10.95)
        width = _WIDE_BEAMER if options & {"aspectratio=169", "aspectratio=1610"} else _BEAMER
    elif two_columns or options & _TWO or (name in _ALWAYS_TWO and "onecolumn" not in options):
        size = _size(options, {"acmart": 9.0}.get(name, 10.95 if name in _KOMA else 10.0))
        width = _COLUMN.get(name, _OTHER_COLUMN)
    else:
        size = _size(options, 10.0)
        width = _FIXED.get(name) or _TEXT.get(size, 345.0)
    return int(2 * width / size) - _SPARE


def _size(options: Set[str], default: float) -> float:
    return next((size for name, size in _SIZES.items() if name in options), default)
