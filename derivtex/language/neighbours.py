r"""`h_{t-1}` or `h_T` beside a definition of `h_t`, where no sum makes a family of them.

If h_t is made of W, then h_{t-1} could be made of it in the same way, or be given: the gradients in
W are different ones. In `W^{[l]}`, the layer's own, there is no doubt.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from derivtex.errors import ParseError, Span
from derivtex.language.member_names import Script, letters_of, pieces, scripts
from derivtex.language.order import Parsed, names_in


def check_neighbours(
    parsed: Sequence[Parsed], variables: Iterable[str], given: Collection[str]
) -> None:
    """An error for a neighbour of what is defined that is neither defined nor `given`."""
    indexed = [(name, script) for name in _defined(parsed) for script in _indexed(name)]
    if not indexed:
        return
    bodies = {p.defined.name: dict(names_in(p.body)) for p in parsed}
    asked = set(variables)
    for body in bodies.values():
        for used, span in body.items():
            if used in bodies or used in given or used in asked:
                continue
            for name, script in indexed:
                if any(_beside(other, script) for other in scripts(used)):
                    for variable in asked & _made_of(name, bodies):
                        if not any(letters_of(script.text) & letters_of(s.text)
                                   for s in scripts(variable)):  # fmt: skip
                            _refuse(used, span, name, variable)


def _defined(parsed: Sequence[Parsed]) -> Iterator[str]:
    for p in parsed:
        name = p.defined.name
        if name is not None and p.family is None and ("_" in name or "^" in name):
            yield name


def _indexed(name: str) -> Iterator[Script]:
    """The readings of a name as a member whose index is a letter, or one and a number."""
    for script in scripts(name):
        found = pieces(script.text) or []
        if len(found) in {1, 3} and len(letters_of(script.text)) == 1 and found[0].islower():
            yield script


def _beside(other: Script, script: Script) -> bool:
    """Whether `t-1` or `T`, the last one, stands beside `t`."""
    if other.key != script.key or other.text == script.text:
        return False
    letters = letters_of(script.text)
    return letters_of(other.text) == letters or other.text in {l.upper() for l in letters}


def _made_of(name: str, bodies: dict[str | None, dict[str, Span]]) -> set[str]:
    """All names that a definition comes to."""
    found: set[str] = set()
    left = [name]
    while left:
        for used in bodies.get(left.pop(), ()):
            if used not in found:
                found.add(used)
                left.append(used)
    return found


def _refuse(used: str, span: Span, name: str, variable: str) -> None:
    raise ParseError(
        f"{used} could be given, or be made of {variable} as {name} is",
        span=span,
        hint=f"if it is given, declare it: {used} \\in \\R^n; a recursion is not unrolled: write "
        "its steps out, as in h_1 = ..., h_2 = ...",
    )
