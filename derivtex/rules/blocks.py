"""Rules for matrices made of blocks."""

from __future__ import annotations

from itertools import product
from typing import Any

from derivtex.expr import Expr
from derivtex.op import OPS
from derivtex.ops import add, identity, mul, split, symbol, zeros
from derivtex.ops.blocks import selector
from derivtex.rule import Rule, register, rule
from derivtex.rules.neighbours import first_pair
from derivtex.shapes import Shape, dim
from derivtex.surface import bits
from derivtex.varying import Varying


def _product_sides() -> tuple[Expr, Expr]:
    m, n, p, q = map(dim, "mnpq")
    A, B = symbol("A", Shape(m, n)), symbol("B", Shape(m, p))
    C, D = symbol("C", Shape(n, q)), symbol("D", Shape(p, q))
    return OPS["hstack"](A, B) @ OPS["vstack"](C, D), A @ C + B @ D


def _product(node: Expr, varying: Varying) -> Expr | None:
    """`(A B)(C D)ᵀ = AC + BD` block by block; what picks a block out gives that one.

    Of sums, all the products of their terms.
    """
    return first_pair(node, _multiplied_out)


def _multiplied_out(left: Expr, right: Expr) -> Expr | None:
    found: list[Expr] = []
    for A, B in product(*(e.args if e.op == "add" else (e,) for e in (left, right))):
        new = _times(A, B)
        if new is None:
            return None
        found.append(new)
    return add(*found)


def _times(left: Expr, right: Expr) -> Expr | None:
    if left.op == "selector":
        sizes, index = left.data
        if right.op == "vstack" and sizes == tuple(arg.shape.rows for arg in right.args):
            block: Expr = right.args[index]
            return block
        if right.op == "transpose" and right.args[0].op == "selector":
            others, other = right.args[0].data
            if sizes == others and index == other:
                return identity(sizes[index])
            return zeros(Shape(sizes[index], sizes[other])) if sizes == others else None
        return None
    if left.op != "hstack":
        return None
    sizes = tuple(arg.shape.columns for arg in left.args)
    if right.op == "transpose" and right.args[0].op == "selector":
        others, other = right.args[0].data
        return left.args[other] if sizes == others else None
    if right.op == "vstack" and sizes == tuple(arg.shape.rows for arg in right.args):
        return add(*[mul(A, B) for A, B in zip(left.args, right.args, strict=True)])
    return None


block_product = register(
    Rule(
        "product block by block",
        "",
        frozenset({"mul"}),
        _product,
        sides=_product_sides,
        some=bits({"hstack", "selector"}),
    )
)


@rule(
    "norm block by block",
    r"\left\|\begin{pmatrix} a \\ b \end{pmatrix}\right\|^2 = \|a\|^2 + \|b\|^2",
    given=r"a \in \R^m; b \in \R^n",
    some="hstack vstack",
    joins=True,
    on="norm_squared",
)
def block_norm(node: Expr, varying: Varying) -> Expr | None:
    """`‖(A B)‖² = ‖A‖² + ‖B‖²`."""
    (blocks,) = node.args
    if blocks.op not in {"hstack", "vstack"}:
        return None
    return add(*[OPS["norm_squared"](block) for block in blocks.args])


def _together_sides() -> tuple[Expr, Expr]:
    n, p, q = map(dim, "npq")
    C, D = symbol("C", Shape(n, q)), symbol("D", Shape(p, q))
    sizes = (n, p)
    left = selector(sizes, 0).T @ C + selector(sizes, 1).T @ D
    return left, OPS["vstack"](C, D)


def _together(node: Expr, varying: Varying) -> Expr | None:
    """`(I 0)ᵀC + (0 I)ᵀD` as C above D, and `C(I 0) + D(0 I)` as C beside D.

    What only picks out a block says more as `(I 0)`; it is I among others.
    """
    terms = node.args if node.op == "add" else (node,)
    for places, joined in ((_above, "vstack"), (_beside, "hstack")):
        found = [place for term in terms if (place := places(term)) is not None]
        sizes = {data[0] for data, _ in found}
        alone = all(block.op == "identity" for _, block in found)
        if alone or len(found) < len(terms) or len(sizes) != 1:
            continue
        blocks: dict[int, Expr] = {}
        for (_, index), block in found:
            blocks[index] = add(blocks[index], block) if index in blocks else block
        (sizes_of,) = sizes
        other = found[0][1].shape
        empty = [
            Shape(size, other.columns) if joined == "vstack" else Shape(other.rows, size)
            for size in sizes_of
        ]
        return OPS[joined](*[blocks.get(i) or zeros(shape) for i, shape in enumerate(empty)])
    return None


def _above(term: Expr) -> tuple[Any, Expr] | None:
    """Of `(0 I)ᵀC`, which block C is, and C."""
    coefficient, scalars, chain = split(term)
    if not chain or chain[0].op != "transpose" or chain[0].args[0].op != "selector":
        return None
    rest = chain[1:] or (identity(chain[0].shape.columns),)
    return chain[0].args[0].data, mul(coefficient, *scalars, *rest)


def _beside(term: Expr) -> tuple[Any, Expr] | None:
    """Of `C(0 I)`, which block C is, and C."""
    coefficient, scalars, chain = split(term)
    if not chain or chain[-1].op != "selector":
        return None
    rest = chain[:-1] or (identity(chain[-1].shape.rows),)
    return chain[-1].data, mul(coefficient, *scalars, *rest)


together = register(
    Rule(
        "blocks put together",
        "",
        frozenset({"add", "mul"}),
        _together,
        sides=_together_sides,
        needs=bits({"selector"}),
    )
)

#: Before the differential.
BLOCKS = (block_product, block_norm)
