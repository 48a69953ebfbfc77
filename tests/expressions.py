"""Random well-shaped expressions over every operation in the table, new ones included.

An operation is drawn, then arguments for it as its `sample` says they have to be: sizes that go
together, symmetric where it wants that, positive where it does. What there is none of is a new
symbol. So whatever is declared with a sample, or an example, is drawn by itself.
"""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

from derivtex.errors import DerivtexError, ShapeError
from derivtex.expr import Expr, walk
from derivtex.language.build import DOMAINS
from derivtex.language.names import plain_name
from derivtex.op import OPS, Op
from derivtex.ops import add, frobenius, mul, named, number, ones, symbol, trace, zeros
from derivtex.ops.elementwise import exp, sigmoid
from derivtex.ops.indexed import indexed_sum
from derivtex.ops.indices import family, free_indices, index, member, name_of
from derivtex.ops.leaves import value_of
from derivtex.problem import Definition, Problem, Task
from derivtex.shapes import ONE, Dim, Shape, dim, total
from derivtex.symbols import STRUCTURES, Function

M, N = dim("m"), dim("n")
#: The sizes that are gone on with, those of a vec, of one Kronecker product and of two blocks.
THREE = dim(3)
SIZES = (ONE, M, N, THREE, M.times(M), M.times(N), N.times(N), total([M, M]), total([M, N]))
I = index("i")
COUNT = symbol("N", Shape(ONE, ONE), frozenset({"integer"}))


def _leaf(name: str, rows: Dim, columns: Dim, *structure: str) -> Expr:
    return symbol(name, Shape(rows, columns), frozenset(structure))


#: What is differentiated with respect to.
VARIABLES = (
    _leaf("X", M, N),
    _leaf("x", M, ONE),
    _leaf("X", N, N),
    *(
        symbol("X", Shape(N, N), STRUCTURES[structure])
        for structure in (
            "symmetric",
            "positive definite",
            "diagonal",
            "skew-symmetric",
            "lower triangular",
            "upper triangular",
            "invertible",
        )
    ),
    symbol("x", Shape(M, ONE), STRUCTURES["positive"]),
    _leaf("t", ONE, ONE),
    symbol("t", Shape(ONE, ONE), STRUCTURES["positive"]),
)
LEAVES = (
    _leaf("A", M, N),
    _leaf("B", N, M),
    _leaf("C", N, N),
    _leaf("S", M, M, "symmetric"),
    *(
        symbol(name, Shape(N, N), STRUCTURES[structure])
        for name, structure in (
            ("D", "diagonal"),
            ("P", "positive definite"),
            ("R", "skew-symmetric"),
            ("U", "orthogonal"),
            ("V", "lower triangular"),
        )
    ),
    _leaf("a", M, ONE),
    _leaf("b", N, ONE),
    _leaf(r"\lambda", ONE, ONE),
    _leaf("p", THREE, ONE),
    _leaf("q", THREE, ONE),
    _leaf("W", THREE, M),
    number(2),
    member(family("F", Shape(M, N)), I),
    member(family("y", Shape(M, ONE)), I),
)
#: What has a sample is an operation; marks and leaves have none. Sums over an index are made here
#: in a way of their own: of a term with a member of a family.
OPERATIONS = tuple(op for op in OPS.values() if op.sample)
#: How many of the latest expressions a new one is made of, besides the leaves.
_NEAR = 6


@st.composite
def expressions(draw: st.DrawFn, steps: int = 8, scalar: bool = True) -> tuple[Expr, Expr]:
    """An expression that depends on a variable, and the variable: built in at most `steps`."""
    X = draw(st.sampled_from(VARIABLES))
    pool = [*LEAVES, X, X]
    for _ in range(draw(st.integers(1, steps))):
        op = draw(st.sampled_from(OPERATIONS))
        sample = draw(st.sampled_from((op.sample, *op.further)))
        try:
            # The newest is the likeliest, so that expressions get deep and not only many.
            near = [pool[-1]] * 4 + pool[-_NEAR:]
            node = _applied(draw, op, sample, [*near, X, *LEAVES])
        except DerivtexError:
            continue  # a constant outside the domain, a size that is no product
        if _fits(node):
            pool.append(_further(draw, node, len(pool)))
    last = pool[-1]
    if scalar:
        last = _scalar(last, X)
    elif not set(walk(last)) & {X}:
        last = add(last, _like(last, X))
    return (indexed_sum(last, I, number(1), COUNT) if I in free_indices(last) else last), X


def _further(draw: st.DrawFn, node: Expr, number_of: int) -> Expr:
    """The expression, or a name for it, or its sum over the index that it bears."""
    runs = I in free_indices(node)
    choice = draw(st.integers(0, 9))
    if runs and choice < 3:
        return indexed_sum(node, I, number(1), COUNT)
    if not runs and choice < 2 and node.args:
        return named(f"Y_{{{number_of}}}", node)
    return node


def _fits(node: Expr) -> bool:
    return node.shape.rows in SIZES and node.shape.columns in SIZES


def _applied(draw: st.DrawFn, op: Op, sample: tuple[str, ...], pool: list[Expr]) -> Expr:
    """The operation of arguments that fit its sample."""
    sizes: dict[str, Dim] = {}
    args = [_argument(draw, op, words, sizes, pool) for words in sample]
    if op.name in {"hardmax", "hardmin"} and args[0].op in {"zeros", "ones"}:
        raise ShapeError("no entry of a constant is the largest one")
    data = op.sample_data
    function = data[0] if op.name == "partial" else data
    if isinstance(function, Function):
        # A function has one domain: one of another shape is another function.
        shape = args[0].shape
        if shape.is_scalar:
            raise ShapeError("an unknown function of a number is one of each entry")
        name = rf"{function.name}_{{{shape.rows}{shape.columns}}}"
        function = function._replace(name=name, domain=(shape,))
        data = function if op.name == "apply" else (function, *data[1:])
    if op.name in DOMAINS and value_of(args[0]) is not None:
        args[0] = number(1) if op.name in {"log", "sqrt"} else sigmoid(args[0])
    return op(*args, data=data)


def _argument(draw: st.DrawFn, op: Op, words: str, sizes: dict[str, Dim], pool: list[Expr]) -> Expr:
    """An argument for `words`, such as `n n positive`; the sizes met so far are kept."""
    parts = words.split(maxsplit=2)
    if len(parts) == 1:
        return number(draw(st.sampled_from((2, 3))) if op.name != "eigenvalue" else 1)
    structure = parts[2] if len(parts) == 3 else ""
    fitting = [e for e in pool if _sizes_of(e, parts, sizes) is not None]
    if structure in {"zero", "singular"} or not fitting:
        shape = _shape(draw, parts, sizes)
        if structure == "zero":
            return zeros(shape)
        known = STRUCTURES.get(structure, frozenset())
        return symbol(f"Z_{{{shape.rows}{shape.columns}}}", shape, known)
    chosen = draw(st.sampled_from(fitting))
    sizes.update(_sizes_of(chosen, parts, sizes) or {})
    return _MADE.get(structure, lambda A: A)(chosen)


def _sizes_of(e: Expr, parts: list[str], sizes: dict[str, Dim]) -> dict[str, Dim] | None:
    """What the letters mean if `e` is the argument; None where it cannot be."""
    found = dict(sizes)
    for word, size in zip(parts, e.shape, strict=False):
        if word.isdigit() or len(word) > 1:
            if _known(word, found) != size:
                return None
        elif found.setdefault(word, size) != size:
            return None
    return found


def _known(word: str, sizes: dict[str, Dim]) -> Dim | None:
    if word.isdigit():
        return dim(int(word))
    total = ONE
    for letter in word.strip("1"):
        if letter not in sizes:
            return None
        total = total.times(sizes[letter])
    return total


def _shape(draw: st.DrawFn, parts: list[str], sizes: dict[str, Dim]) -> Shape:
    """A shape for the words; a letter that has no size yet gets one."""
    for letter in "".join(parts[:2]):
        if letter.isalpha() and letter not in sizes:
            sizes[letter] = draw(st.sampled_from((M, N)))
    rows, columns = (_known(word, sizes) for word in parts[:2])
    assert rows is not None
    assert columns is not None
    return Shape(rows, columns)


#: How an argument is made to have the structure that an operation wants.
_MADE: dict[str, Callable[[Expr], Expr]] = {
    "symmetric": lambda A: add(A, A.T),
    "positive": lambda A: exp(A) if A.op != "exp" else A,
    "fraction": sigmoid,
    "invertible": lambda A: add(A, _unit(A)),
}


def _unit(A: Expr) -> Expr:
    return number(1) if A.shape.is_scalar else OPS["Diag"](ones(Shape(A.shape.rows, ONE)))


def _scalar(e: Expr, X: Expr) -> Expr:
    """A scalar of `e`, and of X so that there is something to derive."""
    if not e.shape.is_scalar:
        e = trace(e) if e.shape.is_square else frobenius(symbol("K", e.shape), e)
    return add(e, frobenius(symbol("Q", X.shape), X))


def _like(e: Expr, X: Expr) -> Expr:
    """Something of the shape of `e` that depends on X."""
    return mul(frobenius(X, X), symbol("K", e.shape))


def problem(f: Expr, X: Expr, kind: str = "gradient") -> Problem:
    """What a person poses who asks for the derivative of f in X, definitions first."""
    L = named("L" if f.shape.is_scalar else "F", f)
    task = Task(kind, L, (X,))
    definitions = [e for e in walk(L) if e.op == "named"]
    symbols = {plain_name(name_of(e)): e for e in (X, *definitions)}
    return Problem("", None, tuple(map(Definition, definitions)), (task,), symbols)
