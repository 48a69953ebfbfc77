"""The operation table: everything known about an operation, declared once.

The two columns that make the mathematics are `differential` and `adjoint`. With

    d f(Z) = L(dZ)            (L linear: the column `differential`)
    G : L(dZ) = L*(G) : dZ    (the column `adjoint`)

every gradient follows by moving operations across the Frobenius product until `dX` stands alone.
`value` and `sample` are what checks them, by finite differences, so no rule checks itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol

from derivtex.errors import DerivtexError, ShapeError, UnsupportedError
from derivtex.expr import CONSTRUCTORS, Expr, interned
from derivtex.op_syntax import Syntax
from derivtex.shapes import Dim, Shape


class Same(Protocol):
    """Makes two dimensions equal, or raises `ShapeError`: strict when a node is built, unifying
    while dimensions are being inferred."""

    def __call__(self, left: Dim, right: Dim) -> Dim: ...


class Letter(NamedTuple):
    """The letter that derivations call the value of an operation by.

    `equation(called, *args)` are the two sides of the equation that says what the letter stands
    for, `called(node)` being the letter of a node; of a node with data it is not the arguments but
    the node itself that is given. `words` are its reason, `{}` the letter. The
    argument number `indexed_by`, where there is one, is the index of the letter, as in `v_k`.
    """

    preferred: str
    words: str
    equation: Callable[..., tuple[Expr, Expr]]
    indexed_by: int | None = None


#: A condition with the place `{}` for what it is said of, and that.
Assumption = tuple[str, Expr]
Simplify = Callable[[tuple[Expr, ...]], Expr | None]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Op:
    """One operation.

    shape(same, *shapes)      the shape of the result; `same` makes two dimensions equal
    shape_by_data(data, *args)  the shape of a node whose data, a function's type, tell it
    value(np, *arrays)        the value, on two-dimensional arrays
    differential(Y, X, dX)    dY for one argument; for a variadic one (Y, args, i, dZ), the part of
                              dY that comes from the argument i alone. What has an adjoint needs
                              none for the arguments that it is linear in
    no_differential           where it has none: what is missing, and a hint
    adjoint(G, X)             L*(G) for an operation that is linear in its argument; (G, args, i)
                              for a variadic one
    not_linear_in             the arguments that an operation with an adjoint is not linear in
    vec(X)                    M in vec L(Z) = M vec Z for an operation that is linear in its
                              argument; (args, i) for a variadic one
    component(c, X, i, j)     the entry i, j by means of the entries c(X, i, j) of the argument;
                              (c, args, i, j) for a variadic one
    simplify(args)            the canonical form, where it is another node (`(Aᵀ)ᵀ` is `A`)
    takes_more                any number of arguments from that of its sample on
    commutative               equal arguments contribute alike: d(A:A) = 2A:dA
    condition                 what the differential assumes of its argument, "{} is invertible";
                              "{1}" is the second argument, "{self}" the value
    assumes(args)             the condition where it is said of something else, `A - B`
    needs                     what has to be known of the first argument: "symmetric"
    letter                    the letter that derivations call the value by
    meaning(args)             the two sides of an equation that says what the value is, for a result
                              that it is left in; None where there is none
    sample                    arguments in the domain, "n n invertible", to show it with
    stacks                    `value` works on stacks of matrices too: arrays with one more axis, in
                              front of rows and columns, or the same matrix for all of a stack
    further                   further samples: tests draw those as well
    entries                   what every entry of the value is, whatever the arguments are
    keeps_symmetry            of symmetric arguments it is symmetric
    sample_data               the data of a sample node, where a node needs data
    example()                 sample arguments that words do not describe
    names                     the words the language knows it by
    usage                     how it is written, to say where arguments are missing
    """

    name: str
    title: str
    syntax: Syntax
    shape: Callable[..., Shape]
    value: Callable[..., Any] | None = None
    differential: Callable[..., Expr] | None = None
    no_differential: tuple[str, str] | None = None
    adjoint: Callable[..., Expr] | None = None
    not_linear_in: tuple[int, ...] = ()
    vec: Callable[..., Expr] | None = None
    component: Callable[..., Expr] | None = None
    simplify: Simplify | None = None
    stacks: bool = False
    variadic: bool = False
    takes_more: bool = False
    commutative: bool = False
    keeps_symmetry: bool = True
    entries: Literal["positive", "not negative"] | None = None
    condition: str | None = None
    assumes: Callable[[tuple[Expr, ...]], Assumption] | None = None
    needs: str | None = None
    letter: Letter | None = None
    meaning: Callable[[tuple[Expr, ...]], tuple[Expr, Expr] | None] | None = None
    sample: tuple[str, ...] = ()
    further: tuple[tuple[str, ...], ...] = ()
    shape_by_data: Callable[..., Shape] | None = None
    sample_data: Any = None
    example: Callable[[], tuple[Expr, ...]] | None = None
    names: tuple[str, ...] = ()
    usage: str | None = None
    source: str = ""

    def __call__(self, *args: Expr, data: Any = None) -> Expr:
        """The node for these arguments; raises `ShapeError` where their shapes do not fit.

        What is linear is zero of a zero.
        """
        if self.simplify is not None:
            simple = self.simplify(args)
            if simple is not None:
                return simple
        if data is None and args:
            found = interned(self.name, args)
            if found is not None:
                return found
        by_data = self.shape_by_data
        shapes = [arg.shape for arg in args]
        shape = self.shape(strict, *shapes) if by_data is None else by_data(data, *args)
        if args and args[0].op == "zeros" and self.adjoint is not None and not self.variadic:
            return CONSTRUCTORS["zeros"](shape)
        return Expr(self.name, args, data, shape)

    def node(self, args: tuple[Expr, ...], data: Any = None) -> Expr:
        """The node as it is, without `simplify`."""
        if data is None and args:
            found = interned(self.name, args)
            if found is not None:
                return found
        return Expr(self.name, args, data, self._shape_of(args, data))

    def _shape_of(self, args: tuple[Expr, ...], data: Any) -> Shape:
        if self.shape_by_data is not None:
            return self.shape_by_data(data, *args)
        return self.shape(strict, *[arg.shape for arg in args])

    def formula(self) -> Callable[..., Any]:
        """The column `value`; raises `DerivtexError` where the operation has none."""
        if self.value is None:
            raise DerivtexError(f"the {self.title} has no numeric value")
        return self.value

    def takes(self, count: int) -> bool:
        """Whether so many arguments are enough, and not too many; marks have no sample to say."""
        least = max(1, len(self.sample))
        return count == least or (count > least and (self.takes_more or not self.sample))

    @property
    def is_differentiable(self) -> bool:
        """Whether the table says what the differential is."""
        return self.differential is not None or self.adjoint is not None

    def assumption(self, node: Expr) -> Assumption | None:
        """The condition with a place `{}` for what it is said of, and that."""
        if self.assumes is not None:
            return self.assumes(node.args)
        if self.condition is None:
            return None
        place = 1 if "{1}" in self.condition else 0
        of = node if "{self}" in self.condition else node.args[place]
        return condition_words(self.condition), of

    def differentiate(self, node: Expr, index: int, dZ: Expr) -> Expr:
        """The part of the differential of `node` that comes from its argument `index`.

        Of what is linear in it, this is the operation itself: d L(Z) = L(dZ).
        """
        if self.adjoint is not None and index not in self.not_linear_in:
            return self(*node.args[:index], dZ, *node.args[index + 1 :], data=node.data)
        if self.differential is None:
            missing, hint = self.no_differential or (
                f"no differential is known for the {self.title}",
                "write it by means of other operations, or declare an unknown function",
            )
            raise UnsupportedError(missing, hint=hint)
        if self.variadic:
            return self.differential(node, node.args, index, dZ)
        return self.differential(node, *node.args, dZ)

    def transpose_move(self, G: Expr, node: Expr, index: int) -> Expr:
        """`L*(G)` in `G : L(Z) = L*(G) : Z`, where Z is the argument `index` of `node`."""
        if self.adjoint is None:
            raise UnsupportedError(
                f"the {self.title} cannot be moved across the Frobenius product",
                hint="this gradient has no matrix form here; ask for the differential instead",
            )
        if self.variadic:
            return self.adjoint(G, node.args, index)
        return self.adjoint(G, *node.args)

    def vectorise(self, node: Expr, index: int) -> Expr:
        """`M` in `vec L(Z) = M vec Z`, where Z is the argument `index` of `node`."""
        if self.vec is None:
            raise UnsupportedError(
                f"no matrix is known for the {self.title} under vec",
                hint="ask for the differential instead: it shows the linear map",
            )
        return self.vec(node.args, index) if self.variadic else self.vec(*node.args)


def condition_words(condition: str) -> str:
    """A condition with the plain place `{}` for what it is said of."""
    return condition.replace("{1}", "{}").replace("{self}", "{}")


OPS: dict[str, Op] = {}


def declare(op: Op) -> Op:
    """Put an operation into the table; its name must be new."""
    if op.name in OPS:
        raise ValueError(f"the operation {op.name!r} is declared twice")
    OPS[op.name] = op
    CONSTRUCTORS[op.name] = op
    return op


def strict(left: Dim, right: Dim) -> Dim:
    """`same` for nodes: nothing is left to infer."""
    if left != right:
        raise ShapeError(f"dimensions {left} and {right} do not agree")
    return left


# --- shapes that many operations share ----------------------------------------------------------


def keeps(same: Same, A: Shape) -> Shape:
    """The result has the argument's shape."""
    return A


def entrywise(*args: Any) -> Expr:
    """The column `component` of what acts on each entry, f(X)_{ij} = f(X_{ij}); never called."""
    raise TypeError("a function applied to each entry is rebuilt on the entry")


def square(same: Same, A: Shape) -> Shape:
    """A square argument, and its shape."""
    size = same(A.rows, A.columns)
    return Shape(size, size)


def alike(same: Same, first: Shape, *rest: Shape) -> Shape:
    """Arguments of one shape, and that shape."""
    shape = first
    for other in rest:
        if other != first:
            shape = Shape(same(shape.rows, other.rows), same(shape.columns, other.columns))
    return shape
