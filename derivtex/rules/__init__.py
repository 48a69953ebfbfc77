"""The named rewrite rules. Importing this package fills `derivtex.rule.RULES`."""

from __future__ import annotations

from derivtex.rules import (
    collect,
    differential,
    frobenius,
    generalised,
    identify,
    inner,
    kronecker,
    matrix_functions,
    restate,
    solve,
    tidy_factors,
    tidy_products,
    tidy_sums,
    tidy_vectors,
    trace,
    vec,
)

__all__ = [
    "collect",
    "differential",
    "frobenius",
    "generalised",
    "identify",
    "inner",
    "kronecker",
    "matrix_functions",
    "restate",
    "solve",
    "tidy_factors",
    "tidy_products",
    "tidy_sums",
    "tidy_vectors",
    "trace",
    "vec",
]
