"""How wide TeX is when it is set, in columns of half an em, without setting it.

The widths are those of Computer Modern, rounded: good enough to break a line at the right place.
The tests compare them with what LaTeX measures.
"""

from __future__ import annotations

import re
from functools import lru_cache

_TOKEN = re.compile(
    r"\\(?:operatorname|text|mathrm)\{[^{}\\]*\}|\\(?:color|textcolor)\{[^{}]*\}"
    r"|\\left(?:\\[A-Za-z]+|\\.|.)|\\right(?:\\[A-Za-z]+|\\.|.)"
    r"|\\[A-Za-z]+|\\.|\s|."
)
_WIDTHS = {
    "+": 2.45, "-": 2.45, "=": 2.7, ":": 1.7, ",": 0.9, "(": 0.8, ")": 0.8, "[": 0.6, "]": 0.6,
    "|": 0.6, "'": 0.6, r"\|": 1.0, r"\ ": 0.7, r"\,": 0.35, r"\;": 0.55, r"\quad": 2.0,
    r"\qquad": 4.0, r"\odot": 2.45, r"\otimes": 2.45, r"\oslash": 2.45, r"\times": 2.45,
    r"\circ": 1.9, r"\cdot": 1.4, r"\in": 2.4, r"\to": 3.1, r"\partial": 1.15, r"\nabla": 1.65,
    r"\sum": 2.9, r"\prod": 2.6, r"\int": 1.3, r"\ell": 0.85, r"\infty": 2.0, r"\langle": 0.8,
    r"\rangle": 0.8, r"\lVert": 1.0, r"\rVert": 1.0, r"\cdots": 2.7, r"\ldots": 2.7,
    r"\sqrt": 1.7, r"\prime": 0.6, r"\top": 1.6,
}  # fmt: skip
#: Around these is space, but in scripts.
_SPACED = frozenset("+-=")
_TIGHT = 1.55
#: What has no width of its own: it changes what comes next.
_MARKS = frozenset({
    *("\0", " ", "&", r"\hat", r"\bar", r"\tilde", r"\dot", r"\vec", r"\widehat", r"\overline"),
    *(r"\mathbf", r"\boldsymbol", r"\bm", r"\mathbb", r"\mathcal", r"\mathsf", r"\mathit"),
    *(r"\color", r"\big", r"\bigl", r"\bigr", r"\displaystyle", r"\limits"),
})  # fmt: skip
_NAMES = frozenset({
    *("log", "ln", "exp", "det", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos"),
    *("arctan", "max", "min", "lim", "arg"),
})  # fmt: skip
_SCRIPT = 0.72
_FRACTION = 0.5


# Lines repeat most of the line before.
@lru_cache(4096)
def columns(tex: str) -> float:
    """The width of a formula in display style, in half ems."""
    #: For each open brace what it is the argument of, and what stands in it so far.
    purposes, widths = [""], [0.0]
    #: How wide the sign of a sum is that was just written there, with what is above and below.
    limits = [0.0]
    numerators: list[float] = []
    pending = ""
    for token in _TOKEN.findall(tex):
        if token == "{":
            purposes.append(pending or "group")
            widths.append(0.0)
            limits.append(0.0)
            pending = ""
            continue
        if token in _PENDING:
            pending = _PENDING[token]
            continue
        if token == "}":
            if len(widths) == 1:
                continue
            purpose, width = purposes.pop(), widths.pop()
            limits.pop()
        else:
            known = _KNOWN.get(token)
            width = _width(token) if known is None else known
            if width == 0.0:
                continue
            if token in _SPACED and "script" in purposes:
                width = _TIGHT
            purpose, pending = pending, ""
        if purpose == "script":
            # Above and below a sum there is as much room as the sum takes.
            widths[-1] += max(_SCRIPT * width - limits[-1], 0.0)
            if limits[-1]:
                limits[-1] = max(limits[-1], _SCRIPT * width)
            continue
        if purpose == "numerator":
            numerators.append(width)
            pending = "denominator"
        elif purpose == "denominator":
            widths[-1] += max(width, numerators.pop()) + _FRACTION
        else:
            widths[-1] += width
        limits[-1] = width if token == r"\sum" else 0.0
    return widths[0]


#: What takes the next thing for its argument.
_PENDING = {"^": "script", "_": "script", r"\frac": "numerator"}
#: The widths of tokens that there have been.
_KNOWN = dict(_WIDTHS)


def _width(token: str) -> float:
    width = _width_of_new(token)
    if len(_KNOWN) < 1000:
        _KNOWN[token] = width
    return width


def _width_of_new(token: str) -> float:
    if token in _MARKS or token.startswith((r"\color", r"\textcolor")):
        return 0.0
    if token.startswith((r"\left", r"\right")):
        return 0.0 if token.endswith(".") else 1.2
    if "{" in token:
        words = token[token.index("{") + 1 : -1]
        return sum(0.62 if c in " ,.'filtj" else 0.95 for c in words) + 0.1
    if token.startswith("\\"):
        name = token[1:]
        if name in _NAMES:
            return len(name) + 0.3
        return 1.45 if name[:1].isupper() else 1.15
    if token in "MW":
        return 2.0
    return 1.5 if token.isupper() else 1.05
