"""How much of a derivation is shown: which of its lines, or each step of them, make the rows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from derivtex.derivation import Derivation, Line, Reason, Step
from derivtex.errors import DerivtexError
from derivtex.expr import Expr, Path, at, outside_names, walk
from derivtex.notation import Detail
from derivtex.rules.identify import (
    CALLED,
    DEFINITION,
    PROJECTION,
    PUT_BACK,
    READ_OFF,
    VECTORISED,
)


def rows(derivation: Derivation, detail: Detail | None = None) -> tuple[Line, ...]:
    """The rows to print, in the derivation's own detail or in another one."""
    match detail or derivation.detail:
        case "normal":
            return derivation.lines
        case "brief":
            return tuple(_brief(derivation.lines))
        case "full":
            return tuple(_full(derivation.lines))
        case other:
            raise DerivtexError(
                f"the detail {other!r} is not known", hint="one of brief, normal, full"
            )


# --- brief: what a textbook keeps ----------------------------------------------------------------


def _brief(lines: tuple[Line, ...]) -> Iterator[Line]:
    """No restating; of the moves on one left side the first and the last, of tidying the last."""
    for phase, group in groupby(_sided(lines), key=lambda item: (item[0], _phase(item[1]))):
        run = [line for _, line in group]
        if phase[1] == "restate":
            yield from (line for line in run if line.left is not None)
        elif phase[1] == "move":
            yield from run if len(run) < 3 else (run[0], run[-1])
        elif phase[1] == "tidy":
            yield (
                run[-1]
                if run[0].left is None
                else Line(run[-1].kind, run[0].left, run[-1].right, run[-1].reason)
            )
        else:
            yield from run


def _sided(lines: tuple[Line, ...]) -> Iterator[tuple[int, Line]]:
    """Each line with the number of the left side it belongs to."""
    side = 0
    for line in lines:
        side += line.left is not None
        yield side, line


def _phase(line: Line) -> str:
    return "move" if line.kind == "differential" else line.kind


# --- full: one step a row ------------------------------------------------------------------------


def _full(lines: tuple[Line, ...]) -> Iterator[Line]:
    right: Expr | None = None
    for line in lines:
        for row in _steps(line, right):
            yield row
            right = row.right


def _steps(line: Line, preceding: Expr | None) -> Iterator[Line]:
    """The rows of one line; `preceding` is the right side of the row before it."""
    if any(step.rule == PROJECTION for step in line.steps):
        # On the way there stands what is no gradient within the structure.
        yield line
        return
    left, reason = line.left, line.reason
    right = preceding if left is None else None
    for step in line.steps:
        reads_off = step.rule in READ_OFF
        # What a gradient is read off from is no value of the gradient.
        if step.before is not right and not reads_off:
            yield Line(line.kind, left, step.before, reason, (), line.varying)
            left = None
        says = _reason(step)
        if reads_off and step.rule != VECTORISED:
            says = line.reason
        yield Line(line.kind, left, step.after, says, (step,), line.varying)
        left, right = None, step.after
    if not line.steps or right is not line.right:
        yield Line(line.kind, left, line.right, reason, (), line.varying)


#: Steps that hold by a definition, and the words for each.
_BY_DEFINITION = {
    DEFINITION.name: "definition of {}",
    CALLED.name: "definition of {}",
    PUT_BACK.name: "{} put back",
}


def _reason(step: Step) -> Reason:
    """Why a step holds: the rule; where it is a definition, whose."""
    if step.rule in _BY_DEFINITION:
        value, put = at(step.before, step.path), _there(step.after, step.path)
        for before, after in ((value, put), (step.before, step.after)):
            more, less = (after, before) if step.rule == CALLED.name else (before, after)
            present = set(_names(less))
            # Of a name that stood there before, what is called by it is its value.
            found = [e for e in _names(more) if value in e.args]
            found = found or [e for e in _names(more) if e not in present]
            if found:
                return Reason(_BY_DEFINITION[step.rule], (found[0],))
        # What was called by its name may be gone at once: P / P is 1.
        for name in _names(step.before):
            if value in name.args:
                return Reason(_BY_DEFINITION[step.rule], (name,))
    return Reason("", (), (step.rule,))


def _names(e: Expr) -> list[Expr]:
    return [node for node in walk(e, into=outside_names) if node.op == "named"]


def _there(root: Expr, path: Path) -> Expr:
    """What stands at the path, or at the end of it where a product took in what was put there."""
    for index in path:
        if index >= len(root.args):
            break
        root = root.args[index]
    return root
