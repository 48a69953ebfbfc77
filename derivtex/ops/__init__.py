"""The operation table, a file a family. Importing this package fills `derivtex.op.OPS`."""

from __future__ import annotations

from derivtex.ops import (
    algebra,
    arrays,
    blocks,
    cholesky,
    components,
    cross,
    eigenvalues,
    elementwise,
    functions,
    generalised,
    indexed,
    indices,
    integrals,
    kronecker,
    leaves,
    matrices,
    matrix_functions,
    maxima,
    partials,
    real_powers,
    scalars,
    singular_values,
    softmax,
    triangular,
    vectorised,
)
from derivtex.ops.algebra import add, mul, split
from derivtex.ops.arrays import Diag, diag, frobenius, hadamard, hadamard_quotient, times, total
from derivtex.ops.elementwise import sqrt
from derivtex.ops.functions import apply_function, map_function
from derivtex.ops.generalised import pinv
from derivtex.ops.indexed import indexed_product, indexed_sum
from derivtex.ops.indices import member
from derivtex.ops.kronecker import contract_first, contract_second, kron
from derivtex.ops.leaves import (
    derivative,
    differential,
    identity,
    named,
    number,
    ones,
    sized,
    symbol,
    zeros,
)
from derivtex.ops.matrices import inverse, matrix_power, transpose
from derivtex.ops.partials import partial
from derivtex.ops.powers import power
from derivtex.ops.scalars import det, logdet, norm, norm1, norm_squared, trace
from derivtex.ops.triangular import tril, triu
from derivtex.ops.vectorised import jacobian, unvec, vec

__all__ = [
    "Diag",
    "add",
    "algebra",
    "apply_function",
    "arrays",
    "blocks",
    "cholesky",
    "components",
    "contract_first",
    "contract_second",
    "cross",
    "derivative",
    "det",
    "diag",
    "differential",
    "eigenvalues",
    "elementwise",
    "frobenius",
    "functions",
    "generalised",
    "hadamard",
    "hadamard_quotient",
    "identity",
    "indexed",
    "indexed_product",
    "indexed_sum",
    "indices",
    "integrals",
    "inverse",
    "jacobian",
    "kron",
    "kronecker",
    "leaves",
    "logdet",
    "map_function",
    "matrices",
    "matrix_functions",
    "matrix_power",
    "maxima",
    "member",
    "mul",
    "named",
    "norm",
    "norm1",
    "norm_squared",
    "number",
    "ones",
    "partial",
    "partials",
    "pinv",
    "power",
    "real_powers",
    "scalars",
    "singular_values",
    "sized",
    "softmax",
    "split",
    "sqrt",
    "symbol",
    "times",
    "total",
    "trace",
    "transpose",
    "triangular",
    "tril",
    "triu",
    "unvec",
    "vec",
    "vectorised",
    "zeros",
]
