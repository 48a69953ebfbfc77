"""From the document of a derivation, read as JSON, to the derivation: every part is checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, get_args

from derivtex.derivation import Derivation, Line, LineKind, Reason, Step
from derivtex.errors import Span
from derivtex.expr import Expr
from derivtex.notation import Detail
from derivtex.printers.json_node_reader import decode_node, malformed
from derivtex.problem import Definition, Kind, Problem, Task

T = TypeVar("T")


class Reader:
    """Reads a document; `nodes` is its table, by row."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.nodes: list[Expr] = []
        for row in _get(document, "nodes", list):
            self.nodes.append(decode_node(row, self.nodes))

    def derivation(self) -> Derivation:
        document = self.document
        return Derivation(
            problem=self._problem(_get(document, "problem", dict)),
            notation=_get(document, "notation", str),
            lines=self._each(document, "lines", self._line),
            conditions=self._each(document, "conditions", self._reason),
            gradients=self._mapping(document, "gradients"),
            solutions=self._mapping(document, "solutions"),
            differentials=self._each(document, "differentials", self._expr),
            jacobians=self._each(document, "jacobians", self._expr),
            hessians=self._each(document, "hessians", self._expr),
            detail=_one_of(_get(document, "detail", str), Detail),
        )

    # --- expressions ----------------------------------------------------------------------------

    def _expr(self, row: Any) -> Expr:
        if type(row) is not int or not 0 <= row < len(self.nodes):
            malformed("a row that the table of nodes does not have")
        return self.nodes[row]

    def _each(self, record: Any, key: str, read: Callable[[Any], T]) -> tuple[T, ...]:
        return tuple([read(item) for item in _get(record, key, list)])

    def _mapping(self, record: Any, key: str) -> dict[str, Expr]:
        return {name: self._expr(row) for name, row in _get(record, key, dict).items()}

    # --- the problem ----------------------------------------------------------------------------

    def _problem(self, record: Any) -> Problem:
        title = record.get("title")
        if title is not None and type(title) is not str:
            malformed("a title is text")
        return Problem(
            text=_get(record, "text", str),
            title=title,
            definitions=self._each(record, "definitions", self._definition),
            tasks=self._each(record, "tasks", self._task),
            symbols=self._mapping(record, "symbols"),
        )

    def _definition(self, record: Any) -> Definition:
        expr = self._expr(_get(record, "expr", int))
        if expr.op != "named":
            malformed("what is defined has a name")
        return Definition(expr, _span(record))

    def _task(self, record: Any) -> Task:
        return Task(
            kind=_one_of(_get(record, "kind", str), Kind),
            objective=self._expr(_get(record, "objective", int)),
            variables=self._each(record, "variables", self._expr),
            span=_span(record),
        )

    # --- the lines ------------------------------------------------------------------------------

    def _line(self, record: Any) -> Line:
        left = _get(record, "left", (int, type(None)))
        return Line(
            kind=_one_of(_get(record, "kind", str), LineKind),
            left=None if left is None else self._expr(left),
            right=self._expr(_get(record, "right", int)),
            reason=self._reason(_get(record, "reason", dict)),
            steps=self._each(record, "steps", self._step),
            varying=self._each(record, "varying", self._expr),
        )

    def _step(self, record: Any) -> Step:
        return Step(
            rule=_get(record, "rule", str),
            path=self._each(record, "path", _index),
            before=self._expr(_get(record, "before", int)),
            after=self._expr(_get(record, "after", int)),
        )

    def _reason(self, record: Any) -> Reason:
        return Reason(
            words=_get(record, "words", str),
            args=self._each(record, "args", self._expr),
            rules=self._each(record, "rules", _text),
        )


def _get(record: Any, key: str, kind: type | tuple[type, ...]) -> Any:
    """The entry of a record, of the JSON type `kind`; a boolean is no number here."""
    if not isinstance(record, dict) or key not in record:
        malformed(f"{key} is missing")
    value = record[key]
    if not isinstance(value, kind) or isinstance(value, bool):
        malformed(f"{key} is of another kind")
    return value


def _one_of(value: str, choices: Any) -> Any:
    if value not in get_args(choices):
        malformed(f"{value[:40]!r} is none of {', '.join(get_args(choices))}")
    return value


def _index(value: Any) -> int:
    if type(value) is not int or value < 0:
        malformed("a position is a whole number")
    return value


def _text(value: Any) -> str:
    if type(value) is not str:
        malformed("a rule goes by its name")
    return value


def _span(record: Any) -> Span:
    span = _get(record, "span", list)
    if len(span) != 2 or not 0 <= _index(span[0]) <= _index(span[1]):
        malformed("a span has a start and an end")
    return Span(*span)
