"""Names of quantities: one canonical TeX form each, and the plain form that Python code uses.

`W_{1}` and `\\mathbf W_1` are the name `W_1`; its parts are accents, a base, a subscript and a
superscript, written in that order: `\\hat W_1^{[2]}`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from derivtex.language.lexicon import (
    ACCENTS,
    CAPITAL_GREEK,
    LETTERS,
    SMALL_GREEK,
    STYLES,
    SWITCHES,
    UPRIGHT,
)
from derivtex.patterns import pattern

_MACRO = pattern(r"\\[A-Za-z]+")
_SCRIPT = pattern(r"\s*([_^])\s*(?:\{([^{}]*)\}|(\\?[A-Za-z]+|[0-9]+|\[[^\]]*\]|[*+]))")
_PIECE = pattern(r"\\?[A-Za-z]+|[0-9]+|[^\sA-Za-z0-9{}]")
_PRIMES = pattern("'+[0-9]*")
_WORD = pattern(r"\\mathrm\{([A-Za-z0-9]+)\}")
#: What is canonical as it stands.
_SIMPLE = pattern("[A-Za-z](?:_[A-Za-z0-9])?")
#: Two texts that would run together: a macro before a letter.
_GLUED = pattern(r"(\\[A-Za-z]+) (?![A-Za-z])")

#: Macros that only style a name.
_STYLING = STYLES | UPRIGHT | SWITCHES.keys()


def compose(accents: Sequence[str], base: str, sub: str = "", sup: str = "") -> str:
    """The canonical TeX of a name; `base` is a letter, a Greek macro or a word."""
    tex = base if len(base) == 1 or base.startswith("\\") else rf"\mathrm{{{base}}}"
    for accent in reversed(accents):
        tex = (
            f"{accent} {tex}"
            if len(tex) == 1
            else accent + (tex if tex in LETTERS else f"{{{tex}}}")
        )
    if sub:
        # Text writes both x_{max} and x_{\max} as xₘₐₓ: they are one name.
        tex += "_" + braced(rf"\{sub}" if sub in {"max", "min"} else sub)
    if sup:
        tex += "^" + braced(sup)
    return tex


def braced(script: str) -> str:
    """A script as TeX wants it: a single character or macro stands without braces."""
    return script if len(script) == 1 or script in LETTERS else f"{{{script}}}"


def join(pieces: Sequence[str]) -> str:
    """Spellings side by side, with a space only where TeX needs one."""
    return _GLUED.sub(r"\1", " ".join(_spaced(pieces)).replace("\0 ", ""))


def _spaced(pieces: Sequence[str]) -> list[str]:
    return [p if p[:1] == "\\" and p[1:].isalpha() else p + "\0" for p in pieces[:-1]] + [
        *pieces[-1:]
    ]


def tex_name(name: str) -> str:
    """The canonical TeX of a name given in its plain form or in any TeX spelling.

    Primes at the end, as in `g''` or `psi'2`, are of a derivative, and stay.

    >>> tex_name("Sigma"), tex_name("W_{1}"), tex_name("Loss"), tex_name("hat y"), tex_name("phi'")
    ('\\\\Sigma', 'W_1', '\\\\mathrm{Loss}', '\\\\hat y', "\\\\phi'")
    """
    if _SIMPLE.fullmatch(name):
        return name
    if "\\" in name:
        name = _unstyled(name)
    text, primes = _split_primes(name.strip())
    return _canonical(text) + primes


def _unstyled(name: str) -> str:
    return _MACRO.sub(lambda macro: "" if macro[0] in _STYLING else macro[0], name)


def _split_primes(text: str) -> tuple[str, str]:
    cut = text.find("'")
    if cut > 0 and _PRIMES.fullmatch(text, cut) is not None:
        return text[:cut], text[cut:]
    return text, ""


def _canonical(text: str) -> str:
    cut = min((i for i in (text.find("_"), text.find("^")) if i >= 0), default=len(text))
    *accents, base = re.findall(r"[A-Za-z0-9]+", text[:cut]) or [""]
    if not base or any("\\" + accent not in ACCENTS for accent in accents):
        return text
    scripts = {"_": "", "^": ""}
    position = cut
    while (match := _SCRIPT.match(text, position)) is not None:
        script, inside, bare = match.groups()
        pieces = _PIECE.findall(bare if inside is None else inside)
        if inside is None and "\\" + bare in LETTERS:
            pieces = ["\\" + bare]
        scripts[script] = join(pieces)
        position = match.end()
    if text[position:].strip(" {}"):
        return text
    return compose(
        [ACCENTS["\\" + accent] for accent in accents],
        "\\" + base if "\\" + base in LETTERS else base,
        scripts["_"],
        scripts["^"],
    )


def plain_name(name: str) -> str:
    """The form without backslashes and styles: `\\Sigma` is `Sigma`, `\\mathrm{Loss}` is `Loss`."""
    if "\\" not in name:
        return name
    return re.sub(r"(?<=[A-Za-z])\\(?=[A-Za-z])", " ", _WORD.sub(r"\1", name)).replace("\\", "")


Convention = Literal["matrix", "vector", "scalar"]


def convention(base: str) -> Convention:
    """What an undeclared letter stands for: `A` a matrix, `a` a vector, `\\alpha` a scalar."""
    if base in CAPITAL_GREEK or (base[:1].isalpha() and base[0].isupper()):
        return "matrix"
    return "scalar" if base in SMALL_GREEK else "vector"


def base_of(name: str) -> str:
    """The letter or word of a canonical name, without accents and scripts.

    >>> base_of(r"\\hat{\\mathrm{Loss}}_1"), base_of(r"\\bar\\beta")
    ('Loss', '\\\\beta')
    """
    if name.isalnum():
        return name
    if name[:1].isalpha() and name[1:2] in {"_", "^"}:
        return name[0]
    head = re.split("[_^]", _unstyled(name))[0]
    for piece in re.findall(r"\\?[A-Za-z0-9]+", head):
        if piece not in ACCENTS:
            return str(piece)
    return head
