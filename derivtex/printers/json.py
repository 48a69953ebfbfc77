"""A derivation as JSON: one flat table of nodes that everything else refers into, by row.

Reading evaluates nothing and believes nothing: operations must be in the table, arguments must
stand above what they are arguments of, shapes are computed again, names must look like names.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from derivtex.derivation import Derivation, Line, Reason
from derivtex.errors import DerivtexError
from derivtex.expr import Expr, walk
from derivtex.printers.json_nodes import encode_node
from derivtex.printers.json_reader import Reader

VERSION = 1


def to_json(derivation: Derivation) -> str:
    """The whole derivation; `from_json` gives an equal one back."""
    problem = derivation.problem
    table = _Table(_roots(derivation))
    document = {
        "derivtex": VERSION,
        "notation": derivation.notation,
        "detail": derivation.detail,
        "problem": {
            "text": problem.text,
            "title": problem.title,
            "definitions": [
                {"expr": table[d.expr], "span": list(d.span)} for d in problem.definitions
            ],
            "tasks": [
                {
                    "kind": task.kind,
                    "objective": table[task.objective],
                    "variables": table.all(task.variables),
                    "span": list(task.span),
                }
                for task in problem.tasks
            ],
            "symbols": {name: table[e] for name, e in problem.symbols.items()},
        },
        "lines": [_line(line, table) for line in derivation.lines],
        "conditions": [_reason(reason, table) for reason in derivation.conditions],
        "gradients": {name: table[e] for name, e in derivation.gradients.items()},
        "solutions": {name: table[e] for name, e in derivation.solutions.items()},
        "differentials": table.all(derivation.differentials),
        "jacobians": table.all(derivation.jacobians),
        "hessians": table.all(derivation.hessians),
        "nodes": table.rows,
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


class _Table:
    """Every node below the roots, each once, arguments before what they are arguments of."""

    def __init__(self, roots: Iterable[Expr]) -> None:
        self.rows: list[list[Any]] = []
        self._number: dict[Expr, int] = {}
        for node in walk(*roots):
            self._number[node] = len(self.rows)
            self.rows.append(encode_node(node, [self._number[arg] for arg in node.args]))

    def __getitem__(self, e: Expr) -> int:
        return self._number[e]

    def all(self, expressions: Iterable[Expr]) -> list[int]:
        return [self[e] for e in expressions]


def _roots(derivation: Derivation) -> list[Expr]:
    problem = derivation.problem
    roots = [*problem.symbols.values(), *(d.expr for d in problem.definitions)]
    for task in problem.tasks:
        roots += [task.objective, *task.variables]
    for line in derivation.lines:
        roots += [line.right, *line.reason.args, *line.varying]
        roots += [] if line.left is None else [line.left]
        for step in line.steps:
            roots += [step.before, step.after]
    for reason in derivation.conditions:
        roots += reason.args
    roots += [*derivation.gradients.values(), *derivation.solutions.values()]
    return [
        *roots,
        *derivation.differentials,
        *derivation.jacobians,
        *derivation.hessians,
    ]


def _line(line: Line, table: _Table) -> dict[str, Any]:
    return {
        "kind": line.kind,
        "left": None if line.left is None else table[line.left],
        "right": table[line.right],
        "reason": _reason(line.reason, table),
        "steps": [
            {
                "rule": step.rule,
                "path": list(step.path),
                "before": table[step.before],
                "after": table[step.after],
            }
            for step in line.steps
        ],
        "varying": table.all(line.varying),
    }


def _reason(reason: Reason, table: _Table) -> dict[str, Any]:
    return {"words": reason.words, "args": table.all(reason.args), "rules": list(reason.rules)}


def from_json(text: str) -> Derivation:
    """The derivation that `to_json` wrote; `DerivtexError` for any other text."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DerivtexError(f"this is no JSON: {error}") from None
    version = document.get("derivtex") if isinstance(document, dict) else None
    if type(version) is not int or version != VERSION:
        raise DerivtexError(
            "this JSON is no derivation that this version can read",
            hint=f'it begins with {{"derivtex": {VERSION}, …}}',
        )
    return Reader(document).derivation()
