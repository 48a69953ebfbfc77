"""Into components: the entries of an operation by means of those of its arguments."""

from __future__ import annotations

from functools import partial

from derivtex.expr import Expr
from derivtex.op import OPS, Op
from derivtex.ops.components import components, entry, subscript
from derivtex.rule import Rule, register
from derivtex.shapes import ONE
from derivtex.specimen import specimen
from derivtex.subscripts import Scope
from derivtex.varying import Varying


def composed(e: Expr) -> Expr | None:
    """The operation whose entries, or whose value from entries, `e` is; None for a scalar's own."""
    if e.op == "entry":
        return e.args[0]
    has_arrays = e.shape.is_scalar and any(not arg.shape.is_scalar for arg in e.args)
    return e if has_arrays else None


def _expand(op: Op, node: Expr, varying: Varying) -> Expr | None:
    """`(AB)_{ij} = Σ_t A_{it}B_{tj}`, where something in it varies."""
    A = composed(node)
    if A is None or A.op != op.name or not varying.depends(A):
        return None
    assert isinstance(varying, Scope)
    return components(node, varying.letter)


def _sides(op: Op) -> tuple[Expr, Expr]:
    X = op(*specimen(op), data=op.sample_data)
    sizes = [size for size in X.shape if size != ONE]
    node = entry(X, *[subscript(i, size) for i, size in zip("ij", sizes, strict=False)])
    return node, components(node, Scope([], ()).at(node).letter)


#: For each operation with a `component` column, the rule that reads it.
ENTRIES: dict[str, Rule] = {
    op.name: register(
        Rule(
            f"entries of the {op.title}",
            "",
            frozenset({"entry", op.name}),
            partial(_expand, op),
            sides=partial(_sides, op),
        )
    )
    for op in OPS.values()
    # The entries of a transpose are entries of the matrix: nothing is to be shown.
    if op.component is not None and op.name != "transpose"
}
