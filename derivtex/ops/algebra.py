"""Sum and product.

A product is flat, `c₁ c₂ … A₁ A₂ …`: its scalar factors first, then a chain that conforms. So
associativity needs no rule, and parentheses are only where a person puts them. Families declared
later than this one (powers of scalars, the Frobenius product) are reached through the table.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

from derivtex.expr import Expr
from derivtex.op import OPS, Op, Same, alike, declare, strict
from derivtex.op_syntax import ADD, PRODUCT, Special
from derivtex.ops.leaves import ONE, identity, is_zero, number, value_of, zeros
from derivtex.ops.scalar_powers import merge_powers, standing
from derivtex.shapes import SCALAR, Shape

# --- sum ----------------------------------------------------------------------------------------


def _add_simplify(args: tuple[Expr, ...]) -> Expr | None:
    """Flat, without zeros, its numbers in one; like terms are left for a rule that shows it."""
    flat: list[Expr] = []
    constant: int | Fraction = 0
    place = 0
    for arg in args:
        for term in arg.args if arg.op == "add" else (arg,):
            value = value_of(term)
            if value is not None:
                place = len(flat) if constant == 0 else place
                constant += value
            elif not is_zero(term):
                flat.append(term)
    if constant != 0:
        flat.insert(place, number(constant))
    if not flat:
        return zeros(args[0].shape)
    if len(flat) == 1:
        alike(strict, *[arg.shape for arg in args])
        return flat[0]
    return add.node(tuple(flat))


def _add_value(np: Any, *arrays: Any) -> Any:
    total = arrays[0]
    for array in arrays[1:]:
        total = total + array
    return total


add: Op = declare(
    Op(
        "add",
        "sum",
        Special(ADD),
        alike,
        value=_add_value,
        stacks=True,
        differential=lambda Y, args, i, dZ: dZ,
        component=lambda c, args, i, j: add(*[c(A, i, j) for A in args]),
        simplify=_add_simplify,
        variadic=True,
        takes_more=True,
        sample=("m n", "m n"),
        source="Matrix Cookbook (34)",
    )
)


# --- product ------------------------------------------------------------------------------------


def _mul_shape(same: Same, *shapes: Shape) -> Shape:
    rows = columns = None
    for shape in shapes:
        if shape.is_scalar:
            continue
        if rows is None or columns is None:
            rows, columns = shape
        else:
            same(columns, shape.rows)
            columns = shape.columns
    return SCALAR if rows is None or columns is None else Shape(rows, columns)


def split(product: Expr) -> tuple[Expr, tuple[Expr, ...], tuple[Expr, ...]]:
    """The number, the scalar factors and the chain of a product (of any other node: itself)."""
    if product.op != "mul":
        if product.shape is not SCALAR:
            return ONE, (), (product,)
        return (product, (), ()) if product.op == "number" else (ONE, (product,), ())
    factors = product.args
    coefficient = ONE
    start = 0
    if factors[0].op == "number":
        coefficient, start = factors[0], 1
    end = start
    while end < len(factors) and factors[end].shape is SCALAR:
        end += 1
    return coefficient, factors[start:end], factors[end:]


def is_chain(e: Expr) -> bool:
    """Whether an array is a chain alone, no number and no scalar factor before it."""
    return e.op != "mul" or e.args[0].shape is not SCALAR


def _scalar_pieces(chain: list[Expr]) -> list[list[Expr]]:
    """`aᵀx bᵀy`, a chain with scalar value, cut into the scalars it is a product of."""
    pieces: list[list[Expr]] = [[]]
    for factor in chain:
        pieces[-1].append(factor)
        if factor.shape.columns == SCALAR.columns:
            pieces.append([])
    return pieces[:-1]


def _mul_simplify(args: tuple[Expr, ...]) -> Expr | None:
    coefficient: int | Fraction = 1
    scalars: list[Expr] = []
    chain: list[Expr] = []
    unit: Expr | None = None
    zero = False
    shape = SCALAR
    for arg in args:
        op, own = arg.op, arg.shape
        if own is not SCALAR:
            if shape is not SCALAR:
                strict(shape.columns, own.rows)
                own = Shape(shape.rows, own.columns)
            shape = own
        if op == "number":
            coefficient *= arg.data
        elif op == "mul":
            number_part, scalar_part, chain_part = split(arg)
            coefficient *= number_part.data
            scalars += scalar_part
            if arg.shape is SCALAR and chain_part:
                scalars.append(mul.node(chain_part) if len(chain_part) > 1 else chain_part[0])
                chain_part = ()
            for factor in chain_part:
                if factor.op == "identity":
                    unit = factor
                else:
                    zero = zero or factor.op == "zeros"
                    chain.append(factor)
        elif arg.shape is SCALAR:
            scalars.append(arg)
        elif op == "identity":
            unit = arg
        else:
            zero = zero or op == "zeros"
            chain.append(arg)
    if zero or coefficient == 0:
        return zeros(shape)
    if not chain and unit is not None:
        chain = [unit]
    elif chain and shape == SCALAR:
        scalars += [mul.node(tuple(piece)) for piece in _scalar_pieces(chain)]
        chain = []
    if len(scalars) > 1:
        merged, scalars = merge_powers(scalars)
        coefficient *= merged
    chains = [s for s in scalars if s.op == "mul"] if not chain else []
    if len(chains) == 1:
        # The only chain there is needs no parentheses: λ xᵀAx.
        scalars.remove(chains[0])
        chain = list(chains[0].args)
    if len(scalars) > 1:
        # λ exp(s) rather than exp(s) λ: names and powers of names stand first.
        scalars.sort(key=standing)
    factors = [*scalars, *chain]
    if coefficient != 1 or not factors:
        factors.insert(0, number(coefficient))
    # The shape was checked above: `mul.node` would check it again.
    return factors[0] if len(factors) == 1 else Expr("mul", tuple(factors), None, shape)


def _mul_value(np: Any, *arrays: Any) -> Any:
    result = arrays[0]
    for array in arrays[1:]:
        # Components are scalars, too: behind axes of their own, their last two are of size 1.
        scalar = (1, 1) in (result.shape[-2:], array.shape[-2:])
        result = result * array if scalar else result @ array
    return result


def _mul_adjoint(G: Expr, args: tuple[Expr, ...], i: int) -> Expr:
    """`G : c P Z Q = c Pᵀ G Qᵀ : Z`, and for a scalar factor `G : s M = (G : M) s`."""
    rest = (*args[:i], *args[i + 1 :])
    if args[i].shape is SCALAR:
        return OPS["frobenius"](G, mul(*rest)) if rest else G
    scalars = [s for s in rest if s.shape is SCALAR]
    before = [OPS["transpose"](P) for P in reversed(args[:i]) if P.shape is not SCALAR]
    after = [OPS["transpose"](Q) for Q in reversed(args[i + 1 :])]
    return mul(*scalars, *before, G, *after)


def _mul_vec(args: tuple[Expr, ...], i: int) -> Expr:
    """`vec(c P Z Q) = c (Qᵀ ⊗ P) vec Z`; the vec of the other factors before a scalar one.

    Magnus & Neudecker, theorem 2.2.
    """
    Z = args[i]
    if Z.shape.is_scalar:
        return OPS["vec"](mul(*args[:i], *args[i + 1 :]))
    scalars = [s for s in args[:i] if s.shape.is_scalar]
    before = [P for P in args[:i] if not P.shape.is_scalar]
    P = mul(*before) if before else identity(Z.shape.rows)
    Q = mul(*args[i + 1 :]) if i + 1 < len(args) else identity(Z.shape.columns)
    return mul(*scalars, OPS["kron"](reversed_transpose(Q), P))


def _mul_component(c: Any, args: tuple[Expr, ...], i: Expr | None, j: Expr | None) -> Expr:
    """`(s A B C)_{ij} = s Σ_t Σ_h A_{it} B_{th} C_{hj}`."""
    scalars = [A for A in args if A.shape.is_scalar]
    chain = [A for A in args if not A.shape.is_scalar]
    if not chain:
        return mul(*scalars)
    between = [c.subscript(A.shape.columns) for A in chain[:-1]]
    entries = [c(A, *ij) for A, ij in zip(chain, pairwise([i, *between, j]), strict=True)]
    body = mul(*entries)
    for index in reversed(between):
        body = c.sum(index, body)
    return mul(*scalars, body)


def reversed_transpose(product: Expr) -> Expr:
    """`(c A B)ᵀ = c BᵀAᵀ`, factor by factor."""
    coefficient, scalars, chain = split(product)
    turned = [OPS["transpose"](factor) for factor in reversed(chain)]
    return mul(coefficient, *scalars, *turned)


mul: Op = declare(
    Op(
        "mul",
        "product",
        Special(PRODUCT),
        _mul_shape,
        value=_mul_value,
        stacks=True,
        adjoint=_mul_adjoint,
        vec=_mul_vec,
        component=_mul_component,
        simplify=_mul_simplify,
        variadic=True,
        takes_more=True,
        sample=("m n", "n p"),
        further=(("1 1", "m n", "n p", "p q"), ("1 1", "1 1"), ("1 m", "m 1")),
        source="Matrix Cookbook (37)",
    )
)
