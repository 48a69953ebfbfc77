"""The words of the language: the operation table's names, and words that it lacks."""

from __future__ import annotations

from functools import lru_cache, reduce

from derivtex.errors import ParseError, Span, UnsupportedError
from derivtex.language.spelling import nearest
from derivtex.language.tree import Node
from derivtex.ops import OPS

#: Functions that are understood, each with what is missing; the table wins once it has them.
_MISSING = {
    "vech": "vech of a matrix",
    "rank": "the rank",
    "cond": "the condition number",
    "lg": "the logarithm to base ten",
    "argmin": "a minimiser",
    "argmax": "a maximiser",
    "gamma": "the gamma function",
    "blkdiag": "a block-diagonal matrix",
    "svd": "singular values",
    "cov": "the covariance",
    "Var": "the variance",
    "Cov": "the covariance",
}


def function_words() -> dict[str, str]:
    """Each word that is a function, with its operation."""
    return _table(len(OPS))


@lru_cache(maxsize=2)
def _table(_: int) -> dict[str, str]:
    return {word: op.name for op in OPS.values() for word in op.names}


def known_words() -> frozenset[str]:
    """All words that the reader may meet as a macro or a run of letters."""
    return _known(len(OPS))


@lru_cache(maxsize=2)
def _known(_: int) -> frozenset[str]:
    return frozenset(word for word in [*function_words(), *_MISSING] if len(word) > 1)


def function_word(word: str, span: Span, *, applied: bool = True) -> tuple[str, Span]:
    """The operation that `word` calls; an error that says what to do if there is none."""
    operation = function_words().get(word)
    if operation is not None:
        return operation, span
    if word in _MISSING:
        raise UnsupportedError(f"{_MISSING[word]} ({word}) is not derived yet", span=span)
    close = nearest(word, known_words(), cutoff=0.75)
    if close:
        hint = f"did you mean {close[0]}?"
    elif applied:
        hint = rf"declare it: \mathrm{{{word}}} : \R^n \times \R^n \to \R"
    else:
        hint = rf"declare it: \mathrm{{{word}}} \in \R^n, or define it"
    raise ParseError(f"unknown word {word}", span=span, hint=hint)


#: Functions with as many arguments as one likes, and the operation on two of them.
_OF_TWO = {"max": "maximum", "min": "minimum"}
EXTREMA = frozenset({*_OF_TWO, "clip"})


def extremum(word: str, args: tuple[Node, ...], span: Span) -> Node:
    """`max(x)` of the entries of x; `max(a, b, …)`, `clip(x, a, b)` entry by entry."""
    if word == "clip":
        if len(args) != 3:
            raise ParseError("clip takes three arguments", span=span, hint="write clip(x, a, b)")
        x, low, high = args
        return Node("call", span, (Node("call", span, (x, low), "maximum"), high), "minimum")
    if len(args) == 1:
        return Node("call", span, args, function_words()[word])
    return reduce(lambda a, b: Node("call", span, (a, b), _OF_TWO[word]), args)
