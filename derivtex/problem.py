"""A problem as it was posed: what was defined, in order, and what is asked."""

from __future__ import annotations

from typing import Literal, NamedTuple

from derivtex.errors import NOWHERE, Span
from derivtex.expr import Expr
from derivtex.ops.indices import name_of
from derivtex.symbols import Function

Kind = Literal["gradient", "differential", "stationary", "jacobian", "hessian"]


class Definition(NamedTuple):
    """`name = value`; `expr` is the node called `name` that stands for it everywhere else."""

    expr: Expr
    span: Span = NOWHERE

    @property
    def name(self) -> str:
        return name_of(self.expr)

    @property
    def value(self) -> Expr:
        return self.expr.args[0]


class Task(NamedTuple):
    """One thing asked: the gradient of `objective` in each variable, its differential, or the
    point where the gradient vanishes."""

    kind: Kind
    objective: Expr
    variables: tuple[Expr, ...]
    span: Span = NOWHERE


class Applied(NamedTuple):
    """`f(X)` of a function that was said what it is: its arguments, and its value there."""

    function: str
    arguments: tuple[Expr, ...]
    value: Expr


class Problem(NamedTuple):
    """One problem of an expression file.

    `symbols` maps plain names (`Sigma`, `W_1`, `W^{[1]}`) to their nodes, definitions included;
    `functions` are those that were given by a formula, `applied` what a function of matrices that
    was said what it is was applied to.
    """

    text: str
    title: str | None
    definitions: tuple[Definition, ...]
    tasks: tuple[Task, ...]
    symbols: dict[str, Expr]
    functions: tuple[Function, ...] = ()
    applied: tuple[Applied, ...] = ()
