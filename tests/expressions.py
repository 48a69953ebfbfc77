"""Random well-shaped expressions over every operation in the table, new ones included."""

from __future__ import annotations

from hypothesis import strategies as st

from derivtex.errors import ShapeError
from derivtex.expr import Expr
from derivtex.language.build import DOMAINS
from derivtex.op import OPS, Op
from derivtex.ops import add, frobenius, mul, number, symbol, trace
from derivtex.ops.leaves import value_of
from derivtex.shapes import ONE, SCALAR, Dim, Shape, dim

SIZES = (dim("m"), dim("n"))
#: The variable that everything is differentiated with respect to.
X = symbol("X", Shape(*SIZES))


def _leaf(name: str, rows: Dim, columns: Dim, *structure: str) -> Expr:
    return symbol(name, Shape(rows, columns), frozenset(structure))


M, N = SIZES
LEAVES = (
    X,
    X,
    _leaf("A", M, N),
    _leaf("B", N, M),
    _leaf("C", N, N),
    _leaf("S", M, M, "symmetric"),
    _leaf("a", M, ONE),
    _leaf("b", N, ONE),
    _leaf(r"\lambda", ONE, ONE),
    number(2),
)
#: What has a sample is an operation; marks and leaves have none. Unknown functions need a
#: declaration, and a Kronecker product leaves the sizes at hand.
OPERATIONS = tuple(
    op for op in OPS.values() if op.sample and op.sample_data is None and op.name != "kron"
)


def _argument_count(op: Op) -> int:
    return max(len(op.sample), 1)


@st.composite
def expressions(draw: st.DrawFn, steps: int = 8) -> Expr:
    """A scalar that depends on X, built from the leaves in at most `steps` steps."""
    pool = list(LEAVES)
    for _ in range(draw(st.integers(1, steps))):
        op = draw(st.sampled_from(OPERATIONS))
        args = [draw(st.sampled_from(pool[-6:] + pool[:2])) for _ in range(_argument_count(op))]
        if op.name in DOMAINS and value_of(args[0]) is not None:
            continue  # the parser refuses a constant outside the domain
        if op.name in {"power", "matrix_power"}:
            args[1] = number(draw(st.sampled_from((2, 3))))
        try:
            node = op(*args)
        except ShapeError:
            node = _made_to_fit(draw(st.booleans()), args[0])
        if node.shape.rows in (ONE, *SIZES) and node.shape.columns in (ONE, *SIZES):
            pool.append(node)
    return _scalar(pool[-1])


def _made_to_fit(transposed: bool, A: Expr) -> Expr:
    """Something of A that always fits: its transpose, or its Gram matrix."""
    return A.T if transposed else mul(A.T, A)


def _scalar(e: Expr) -> Expr:
    """A scalar of `e`, and of X so that there is something to derive."""
    if not e.shape.is_scalar:
        e = trace(e) if e.shape.is_square else frobenius(symbol("K", e.shape), e)
    return add(e, frobenius(symbol("Q", X.shape), X)) if e.shape == SCALAR else e
