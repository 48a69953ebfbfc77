"""Functions of a number that a problem gives by a formula: `s(t) = \frac{1}{1 + e^{-t}}`.

A definition with one argument becomes such a function where it is applied to another one, `s(Xw)`.
It is then applied to each entry of an array.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, NoReturn

from derivtex.errors import ShapeError, Span, UnsupportedError
from derivtex.expr import Expr, walk
from derivtex.language.build import Builder
from derivtex.language.cursor import Vocabulary
from derivtex.language.infer import Inference
from derivtex.language.names import base_of, convention
from derivtex.language.order import Parsed
from derivtex.language.script import Defined, Script
from derivtex.language.terms import Term
from derivtex.language.tree import Node, substituted
from derivtex.op import OPS, keeps
from derivtex.shapes import SCALAR
from derivtex.symbols import Formula, Function

#: What means the same of a number and of each entry of an array, or nothing of an array.
_ENTRYWISE = frozenset(
    {"number", "name", "sum", "negate", "sequence", "fraction", "power", "root", "pi", "e", "bars"}
)
_OPS = frozenset({"number", "symbol", "named", "pi", "add", "mul", "power", "sqrt", "map"})


class FormulaRead(NamedTuple):
    """A formula with its sizes still open; `formal` is the name of its argument."""

    name: str
    formal: str
    term: Term
    span: Span


def with_applications(parsed: list[Parsed], vocabulary: Vocabulary) -> list[Parsed]:
    """`g(t)` in the formula of an applied `s(t) = …` applies g to t, though g is defined of t."""
    pending = list(vocabulary.applied)
    bodies = {p.defined.name: p.body for p in parsed}
    while pending:
        name = pending.pop()
        for node in _nodes(bodies.get(name)):
            own = vocabulary.formals.get(node.data, ()) if node.kind == "name" else ()
            if own == vocabulary.formals[name] and node.data not in vocabulary.applied:
                vocabulary.applied[node.data] = node.span
                pending.append(node.data)
    if not vocabulary.applied:
        return parsed
    return [
        p._replace(body=_applying(p.body, vocabulary))
        if p.defined.name in vocabulary.applied
        else p
        for p in parsed
    ]


def _nodes(root: Node | None) -> Iterator[Node]:
    stack = [] if root is None else [root]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(node.args)


def _applying(body: Node, vocabulary: Vocabulary) -> Node:
    """The tree with `g` written as g applied to its argument."""
    applied = {}
    for node in _nodes(body):
        if node.kind == "name" and node.data in vocabulary.applied:
            (formal,) = vocabulary.formals[node.data]
            argument = Node("name", node.span, data=formal)
            applied[node.data] = Node("apply", node.span, (argument,), (node.data, 0))
    return substituted(body, applied)


def read_formula(script: Script, infer: Inference, defined: Defined, body: Node) -> FormulaRead:
    """The formula of a definition that is applied; an error where it is none of a number."""
    name = str(defined.name)
    (formal,) = script.vocabulary.formals[name]
    declared = script.declared.get(formal)
    if declared is not None and not declared.shape.is_scalar:
        _no_function(script, name, formal)
    if name not in script.declared and not _is_entrywise(body, infer, formal):
        _no_function(script, name, formal)
    outer = infer.names.get(formal)  # what the letter means outside the formula
    infer.names[formal] = Term("symbol", (), SCALAR, defined.span, formal)
    term = infer.term(body)
    if outer is None:
        del infer.names[formal]
    else:
        infer.names[formal] = outer
    if not term.shape.is_scalar:
        raise ShapeError(
            f"{name} is applied to each entry, so {name}({formal}) has to be a number: "
            f"{infer.describe(term)}",
            span=term.span,
        )
    script.vocabulary.functions[name] = Function(name, (SCALAR,), SCALAR)
    return FormulaRead(name, formal, term, defined.span)


def _is_entrywise(root: Node, infer: Inference, formal: str) -> bool:
    """Whether a formula says the same of a number and of each entry of an array.

    `x^Tx` does not: of an argument that is a vector by convention it means another thing.
    """
    if convention(base_of(formal)) == "matrix":
        return False
    stack = [root]
    while stack:
        node = stack.pop()
        stack.extend(node.args)
        known = node.kind in _ENTRYWISE
        if node.kind == "sequence":
            known = set(node.data) <= {"", "/"}
        elif node.kind == "call":
            known = OPS[node.data].shape is keeps and len(OPS[node.data].sample) == 1
        elif node.kind == "apply":
            known = infer.vocabulary.functions[node.data[0]].elementwise
        if not known:
            return False
    return True


def _no_function(script: Script, name: str, formal: str) -> NoReturn:
    raise UnsupportedError(
        f"{name} at other arguments than ({formal})",
        span=script.vocabulary.applied[name],
        hint="write the expression out, with the new arguments; "
        rf"only a function of a number, {name} : \R \to \R, is applied to each entry",
    )


def build_formula(builder: Builder, read: FormulaRead) -> None:
    """Give the function that was read its formula."""
    outer = builder.names.pop(read.formal, None)
    body = builder.build(read.term)
    formal = builder.symbol(read.formal, Term("symbol", (), SCALAR, read.span, read.formal))
    if outer is None:
        del builder.names[read.formal]
    else:
        builder.names[read.formal] = outer
    for node in walk(body, into=lambda node: node.op != "named"):
        if not node.shape.is_scalar or not (node.op in _OPS or _is_elementwise(node)):
            raise UnsupportedError(
                f"the {OPS[node.op].title} is no function of a number",
                span=read.term.span,
                hint=f"{read.name} is applied to each entry: give the array a name",
            )
    formula = Formula(formal, body, _parameters(body, formal))
    builder.functions[read.name] = Function(read.name, (SCALAR,), SCALAR, formula)


def _is_elementwise(node: Expr) -> bool:
    return OPS[node.op].shape is keeps and len(node.args) == 1


def _parameters(body: Expr, formal: Expr) -> tuple[Expr, ...]:
    """The letters in a formula besides its argument."""
    return tuple(
        node
        for node in walk(body, into=lambda node: node.op != "named")
        if node.op in {"symbol", "named"} and node is not formal
    )
