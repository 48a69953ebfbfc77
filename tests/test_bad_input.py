"""What is wrong is said where it is wrong, and hostile input does no harm."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derivtex.api import derive
from derivtex.errors import DerivtexError, LimitError, ParseError, ShapeError, UnsupportedError
from derivtex.parse import parse, parse_expression, parse_problems

#: text of a definition `L = …`, the class, words of the message, the column, words of the hint
EXPRESSIONS: list[tuple[str, type[DerivtexError], str, int, str]] = [
    # Unknown or dangerous.
    (r"\foo x", ParseError, r"unknown macro \foo", 5, "mathematics"),
    (r"\lamda x", ParseError, r"unknown macro \lamda", 5, r"\lambda"),
    (r"x \input{/etc/passwd}", ParseError, r"unknown macro \input", 7, ""),
    (r"\write18{ls}", ParseError, r"unknown macro \write", 5, ""),
    (r"\def\x{y}", ParseError, r"unknown macro \def", 5, "derivtex reads mathematics"),
    (r"\operatorname{sigmid}(x)", ParseError, "unknown word sigmid", 5, "sigmoid"),
    (r"\mathrm{Loss}(a, y)", ParseError, "Loss", 5, r"\mathrm{Loss} : \R^n \times \R^n \to \R"),
    ("x @ y", ParseError, "'@'", 7, ""),
    ("x «y»", ParseError, "'«'", 7, ""),
    ('__import__("os")', ParseError, "unexpected character", 16, ""),
    # Brackets.
    ("(x", ParseError, "( is never closed", 5, ""),
    ("x)", ParseError, ") closes nothing", 6, ""),
    ("(x]", ParseError, "] does not close (", 5, ""),
    ("x^{2", ParseError, "{ is never closed", 7, ""),
    ("|x", ParseError, "| is never closed", 5, ""),
    ("()", ParseError, "unexpected )", 6, ""),
    # What could mean two things.
    (r"A b \odot c", ParseError, "two ways", 5, r"(A b) \odot c or A (b \odot c)"),
    (r"A B \odot C", ParseError, "two ways", 5, r"A (B \odot C)"),
    (r"a \oslash b \odot c", ParseError, "divided by what", 5, r"(a \oslash b) \odot c"),
    (r"\alpha/\beta x", ParseError, "divided by what", 5, r"\frac{a}{b} c"),
    ("x^2", ParseError, "x is a vector", 5, r"x^T x, or elementwise x^{\circ 2}"),
    ("x^{-1}", ParseError, "no inverse", 5, r"x^{\circ -1}"),
    ("X^10", ParseError, "TeX reads ^10", 7, "^{10}"),
    ("x_12", ParseError, "TeX reads _12", 7, "_{12}"),
    ("x_new", ParseError, "TeX reads _new", 7, "_{new}"),
    ("x 2", ParseError, "2 stands after", 7, ""),
    ("1e-3 x", ParseError, "1e-", 5, r"10^{"),
    ("x^T^2", ParseError, "two superscripts", 8, "(X^T)^2"),
    (r"\log x/2", ParseError, "argument ends", 10, r"\log(x)/2 or \log(x/2)"),
    (r"\log x \odot y", ParseError, "argument ends", 10, r"\log(x) \odot y or \log(x \odot y)"),
    (r"\log \alpha \cdot 2", ParseError, "argument ends", 10, r"\log(x) \cdot y"),
    (r"\sin \alpha * \beta", ParseError, "argument ends", 10, r"\log(x * y)"),
    (r"\log 2\sqrt{\alpha}", ParseError, "argument ends", 10, r"\log(x)\sqrt{y}"),
    (r"\sin^{-1} x", ParseError, "inverse function", 5, r"\arcsin"),
    (r"\sin^{-1}(x)", ParseError, "inverse function", 5, ""),
    (r"x^\dagger A x", ParseError, "transpose or its pseudo-inverse", 5, "write x^T or x^{+}"),
    (r"\operatorname{tr}(A^* X A)", ParseError, "or the adjoint or the adjugate", 23, "declare it"),
    (r"x'*(A \ x)", ParseError, "division from the left in MATLAB", 11, r"A^{-1} b"),
    ("x[1]", ParseError, "an entry or a product", 5, "e_1^T x"),
    ("x(2)", ParseError, "an entry or a product", 5, ""),
    ("a'A(:, 1)", ParseError, "an entry or a product", 7, ""),
    (r"\exp^{-x^Tx}", ParseError, "an exponent of exp, or its argument", 5, "e^{x}"),
    ("mu'*x", ParseError, r"mu could be \mu or a product", 5, r"write \mu, or m u"),
    ("2½ x", ParseError, "a number and a fraction", 6, ""),
    ("ﬁ x", ParseError, "unexpected character", 5, ""),
    (r"x^TA^{T-1}x", ParseError, "could be a transpose, or a power", 11, "A^{-T}"),
    (r"x^TA^{-1T}x", ParseError, "could be a transpose, or a power", 12, "A^{-T}"),
    (r"A^{ij}:B", ParseError, "could be an exponent or two indices", 8, "an entry is"),
    ("0,5 x^Tx", ParseError, "one number or two", 5, "decimal point"),
    # A number by its letter, where a vector could be meant.
    (r"\beta^T \Sigma \beta", ParseError, "is transposed", 5, r"declare it: \beta \in \R^n"),
    (r"(\theta - \mu)^T A (\theta - \mu)", ParseError, "is transposed", 6, r"\theta \in \R^n"),
    (r"\|y - X\beta\|^2", ParseError, "stands behind X", 12, "write it in front"),
    (r"\sum_i (y_i - x_i^T\beta)^2", ParseError, "stands behind x_i^T", 24, r"\beta \in \R^n"),
    (r"\sum_i (y_i - \theta_i^Tx_i)^2", ParseError, "is transposed", 19, r"\theta_i \in \R^n"),
    (r"\mathbb{E}[x^TAx]", UnsupportedError, "an expectation", 5, "mean over data"),
    (r"\begin{cases} x^Tx \\ 0 \end{cases}", UnsupportedError, "by cases", 5, "relu"),
    ("A.T x", ParseError, "a dot between names", 6, "A^T"),
    ("np.trace(A)", ParseError, "a dot between names", 7, "tr(A)"),
    (r"\pi^Tx", ParseError, "has no transpose", 5, r"\pi \in \R^n"),
    (r"\sum_i \sigma_i(A)", ParseError, "a function or a product", 12, ""),
    (r"\langle x, y\rangle_2", ParseError, "the subscript of an inner product", 25, "rangle_A"),
    (r"\|X\|_{S_p}", UnsupportedError, "the norm with subscript S_p", 5, ""),
    (r"\|x\|_{TV}", UnsupportedError, "the norm with subscript TV", 5, ""),
    (r"\|x\|_H", UnsupportedError, "the norm with subscript H", 5, ""),
    (r"U\operatorname{diag}(\lambda)U^T:A", ParseError, "is of an array", 26, r"\lambda \in \R^n"),
    (r"\operatorname{softmax}(\theta)^Tx", ParseError, "is of an array", 28, r"\theta \in \R^n"),
    (r"\lambda\|\theta\|^2", ParseError, "has no norm", 14, "write |…|"),
    ("f(x)", ParseError, "function or a product", 5, r"\R^n \to \R"),
    (r"\Gamma(x + 1)", ParseError, "function or a product", 5, r"\Gamma \cdot"),
    ("A(x)", ParseError, "function or a product", 5, r"A \cdot"),
    (r"A(x_1, \hat{y})", ParseError, "function or a product", 5, ""),
    ("1^T x", ParseError, "no transpose", 5, r"\mathbf 1"),
    ("2' x", ParseError, "no transpose", 5, ""),
    ("w^T x + b", ShapeError, "scalar", 5, r"if b is a scalar, declare it: b \in \R"),
    (r"(x - \mu)^T(x - \mu)", ShapeError, "scalar", 5, r"if \mu is a vector, declare it"),
    (r"\frac{1}{2n} x^Tx", ShapeError, "not a scalar", 13, r"if n is a scalar, declare it, n \in"),
    (r"x^Tx/\sqrt{d_k}", ShapeError, "not a scalar", 10, r"if d_k is a scalar, declare it, d_k"),
    (r"\sum_ij x_i^Tx_j", ParseError, r"TeX reads \sum_ij as \sum_i j", 10, r"\sum_{ij}"),
    (r"\frac1n x^Tx", ShapeError, "not a scalar", 11, r"declare it, n \in \R, or let it be"),
    ("e^x", ParseError, "vector", 7, r"\exp(x)"),
    ("dX", ParseError, "differential", 5, "declare it"),
    # Shapes.
    ("1 + x", ShapeError, "scalar", 5, r"\mathbf 1"),
    (r"\lambda + A", ShapeError, "scalar", 5, r"\lambda I"),
    ("x y", ShapeError, "cannot be multiplied", 5, r"x^T y"),
    ("x/y", ShapeError, "not a scalar", 7, r"x \oslash y"),
    (r"A:\alpha", ShapeError, "one shape", 5, ""),
    (r"\alpha \odot x", ShapeError, "one shape", 5, "without"),
    (r"x x^T + x", ShapeError, "one shape", 5, ""),
    (r"\operatorname{tr}(x)", ShapeError, "square", 5, ""),
    # Arithmetic.
    (r"\frac{x}{0}", ParseError, "division by zero", 13, ""),
    ("1/0", ParseError, "division by zero", 5, ""),
    ("0^{-1}", ParseError, "division by zero", 5, ""),
    (r"\frac{\alpha}{1 - 1}", ParseError, "division by zero", 18, ""),
    (r"x^Tx + \log 0", ParseError, "log needs a positive number", 12, ""),
    (r"\log(2 - 3)", ParseError, "and this is -1", 5, ""),
    (r"\mathbf 1^T\log\mathbf 0", ParseError, "log needs a positive number", 16, ""),
    (r"\sqrt{-1}", ParseError, "square root needs", 5, ""),
    (r"\arcsin 2", ParseError, "between −1 and 1", 5, ""),
    (r"0^\alpha", ParseError, "0 to a power", 5, ""),
    (r"(-1)^{1/2}", ParseError, "negative number to a power", 5, ""),
    (r"(-2)^\alpha", ParseError, "negative number to a power", 5, ""),
    # Sums over an index.
    (r"\sum_{i=1} x_i", ParseError, "one limit only", 5, r"\sum_{i=1}^{N}"),
    (r"\sum x_i", ParseError, "over which index", 5, r"\sum_{i=1}^{N}"),
    (r"\sum_{i,i} x_i", ParseError, "i is an index already", 5, "another letter"),
    (r"x_i^T x_i + \sum_{i=1}^n x_i^Tx_i", ParseError, "outside the sum", 5, "another letter"),
    (r"(\prod_{i=1}^n A_i b) c", ShapeError, "of square matrices", 20, r"(\prod_{i=1}^{N} A_i) b"),
    (r"x_1 + \cdots + x_n", ParseError, "between the factors of a product", 11, r"\sum_{i=1}"),
    (r"A \cdots B", ParseError, "of no one family", 5, r"A_1 \cdots A_m"),
    (r"\sum_{i \in S} x_i", UnsupportedError, "sum over a set", 11, "number its elements"),
    (r"\sum_{i<j} x_i", UnsupportedError, "fulfil a condition", 11, "run over all"),
    (r"\sum_{i=1}^n x_i^T x_{ij}", ParseError, "2 indices here, and one index", 24, "as many"),
    (r"\sum_{i=1}^n", ParseError, "nothing to run over", 5, ""),
    (r"\sum_{i=3}^1 x_i", ParseError, "over nothing: from 3 to 1", 5, ""),
    (r"\sum_{i=1/2}^n x_i", ParseError, "no whole number", 13, ""),
    (r"\sum_{i=1}^n \sum_{i=1}^n x_i", ParseError, "i is an index already", 18, "another letter"),
    (r"\sum_{i=1}^n x_{i +}", ParseError, "an index is missing", 18, ""),
    (r"\sum_{i=1}^n x_{i 2 +}", ParseError, "a sum of letters and numbers", 18, "x_{k+1}"),
    (r"\int_0^1 \alpha\,ds", UnsupportedError, "an integral cannot be derived", 5, ""),
    (r"\prod_{i=1}^{\infty} A_i", ParseError, "infinite product", 5, ""),
    # Understood, and not derived.
    ("(AB)^*", UnsupportedError, "adjugate or adjoint", 5, ""),
    (r"A :_3 B", ParseError, "contractions are :_1 and :_2", 9, ""),
    (r"\operatorname{eig}(A)", ParseError, "takes 2 arguments, not 1", 5, "eig}(A, 1)"),
    (r"\operatorname{eig}(A, 2, 3)", ParseError, "takes 2 arguments, not 3", 5, ""),
    (r"\operatorname{inner}(A, B, C)", ParseError, "takes 2 arguments, not 3", 5, ""),
    (r"\operatorname{unvec}(x)", ParseError, "takes 2 arguments", 5, r"unvec}_{m \times n}"),
    (r"\operatorname{mean}(A, B)", ParseError, "takes 1 argument, not 2", 5, ""),
    (r"\operatorname{adj}(x)", ShapeError, "needs a square matrix", 5, ""),
    (r"A :_2 B", ShapeError, "sizes of a contraction are not known", 5, "declare G and B"),
    (r"\log\mathbf 1^T\exp(x)", ParseError, "argument ends is not clear", 9, r"\log(c^T \exp(x))"),
    (r"\lambda_1(x)", ParseError, "could be a function or a product", 5, ""),
    (r"\operatorname{eig}(A, 0)", UnsupportedError, "no eigenvalue number 0", 5, "λ₁"),
    (r"\|A\|_\infty", UnsupportedError, "largest row sum", 5, r"\max"),
    (r"\|A\|_3", UnsupportedError, "subscript 3 of a matrix", 5, "vec"),
    (r"\|x\|_0", UnsupportedError, "nonzero entries", 5, ""),
    (r"\max_i x_i", UnsupportedError, "maximum over what stands below", 5, r"\max(x)"),
    (r"\min_i x_i", UnsupportedError, "minimum over what stands below", 5, r"\min(x)"),
    (r"\operatorname{clip}(x, 0)", ParseError, "three arguments", 5, "clip(x, a, b)"),
    (r"A \times B", UnsupportedError, "cross product", 5, r"\cdot"),
    (r"x \times y \times x", ParseError, "cross product of three", 5, "(a "),
    (r"A \times x \odot y", ParseError, "without parentheses", 5, ""),
    (r"\frac{\partial f}{\partial x}", UnsupportedError, "derivative inside", 5, ""),
    (r"\begin{vmatrix} 1 \end{vmatrix}", UnsupportedError, "'vmatrix' is not read", 5, ""),
    (r"\begin{pmatrix} x & y \\ x \end{pmatrix}", ParseError, "same number of blocks", 5, ""),
    (r"\begin{pmatrix} A \\ B \end{pmatrix}", ShapeError, "the sizes of the blocks", 5, "declare"),
    (r"\begin{pmatrix} A & 0 \end{pmatrix}", ParseError, "this block of zeros", 25, "0_n"),
    (r"\begin{pmatrix} A & ) \end{pmatrix}", ParseError, "does not close", 5, ""),
    (r"\log_2 \alpha", UnsupportedError, "subscript of log is not understood", 5, r"/ \log(b)"),
    # Limits.
    (r"\alpha^{100000}", LimitError, "exponent", 13, ""),
    ("((9^{999})^{999})^{999}", LimitError, "too large", 5, ""),
    ("9" * 5000, LimitError, "5000 digits", 5, ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "kind", "message", "place", "hint"), EXPRESSIONS, ids=[e[0][:40] for e in EXPRESSIONS]
)
def test_expressions(
    text: str, kind: type[DerivtexError], message: str, place: int, hint: str
) -> None:
    with pytest.raises(DerivtexError) as caught:
        parse(f"L = {text}\ndL")
    error = caught.value
    assert type(error) is kind
    assert message in error.message
    assert (error.line, error.column) == (1, place)
    assert hint in (error.hint or "")


STATEMENTS: list[tuple[str, type[DerivtexError], str, tuple[int | None, int | None], str]] = [
    ("", ParseError, "no problem", (None, None), ""),
    ("% a remark\n", ParseError, "no problem", (None, None), ""),
    ("L = x^Tx", ParseError, "nothing is asked", (1, 8), "wrt"),
    ("x^Tx", ParseError, "neither", (1, 1), "wrt"),
    ("X a", ParseError, "neither", (1, 1), "wrt"),
    ("f = x^Ta\nA, B is a\ndf", ParseError, "neither", (2, 1), ""),
    ("X a matrix\nL = x^Tx\ndL", ParseError, "neither", (1, 1), ""),
    ("x, y\nL = x^Tx\ndL", ParseError, "neither", (1, 1), ""),
    ("x \\in \\R^n a vector\ndL", ParseError, "expected the end", (1, 12), ""),
    ("x \\in y\ndL", ParseError, "expected a set", (1, 7), r"\R^{m \times n}"),
    ("X \\in \\R^{n-1}\ndL", ParseError, "a sum of products", (1, 11), "letter of its own"),
    ("X \\in \\R^{m \\times n} \\text{ diagonal}\ndL", ShapeError, "diagonal", (1, 23), ""),
    ("A \\in \\R^{m \\times n}\nA \\in \\R^n\ndL", ShapeError, "declared as m×n", (2, 1), ""),
    ("x \\in \\R^n\nx \\succ 0\ndL", ShapeError, "cannot be positive definite", (1, 1), "x > 0"),
    ("x \\succ 0\nL = x^Tx\ndL", ShapeError, "cannot be positive definite", (1, 1), "x > 0"),
    ("K \\in \\R^{n \\times n}, skew\nK \\succ 0\nL = \\det K\ndL", ShapeError,
     "both skew-symmetric and positive definite", (1, 1), ""),
    ("K \\in \\mathbb{S}^n \\text{ skew}\nL = \\det K\ndL", ShapeError, "both skew", (1, 1), ""),
    ("K \\in \\R^{n \\times n} \\text{ singular}\nD = \\det K\nL = \\log(|K|)\ndL",
     UnsupportedError, "no log-determinant", (3, 5), "adj(X)"),
    ("K \\in \\R^{n \\times n} \\text{ singular}\nL = \\log((\\det K)^1)\ndL",
     UnsupportedError, "is zero: it has no logarithm", (2, 5), ""),
    ("K \\in \\mathbb{S}_{++}^n \\text{ singular}\nL = \\det K\ndL", ShapeError,
     "both singular", (1, 1), ""),
    ("K \\in \\mathbb{S}^n \\text{ orthogonal}\nL = \\det K\ndL", UnsupportedError,
     "both orthogonal and symmetric", (1, 1), ""),
    ("L = c^Tx + \\sum_i x_i^2\n\\nabla_x L", UnsupportedError, "could be an entry of x", (1, 19),
     r"declare x \in \R^n"),
    ("L = \\|Ax\\|^2 + \\sum_i |x_i|\n\\nabla_x L", UnsupportedError, "an entry of x", (1, 24), ""),
    ("L = x^TAx + \\sum_{ij} |A_{ij}|\n\\nabla_A L", UnsupportedError, "an entry of A", (1, 24),
     ""),
    ("p_k = \\frac{e^{z_k}}{\\sum_j e^{z_j}}\nL = -y^T \\log p\n\\nabla_{z_k} L", UnsupportedError,
     "an entry of p", (1, 1), ""),
    ("L = x^TAx\n\\frac{\\partial L}{\\partial x_i}", UnsupportedError, "entries of x",
     (2, 28), "in x"),
    ("L = x^TAx\n\\nabla_{A_{12}} L", UnsupportedError, "entries of A", (2, 9), "in A"),
    ("L = 2^n\n\\nabla_n L", UnsupportedError, "n is a whole number", (2, 8), r"n \in \R"),
    ("L = \\frac1N \\sum_{i=1}^N a_i^Tb\n\\nabla_N L", UnsupportedError, "N is a whole",
     (2, 8), ""),
    ("x^T = x\nL = x^Tx\ndL", ShapeError, "cannot be symmetric", (1, 1), ""),
    ("T \\in \\R\nA = A^T\ndA", ParseError, "defined by itself", (2, 5), ""),
    ("A = B^T A\ndA", ParseError, "defined by itself", (1, 9), ""),
    ("h_t = \\tanh(W h_{t-1})\nL = \\|h_t\\|^2\n\\nabla_W L", ParseError,
     "h_{t-1} could be given, or be made of W as h_t is", (1, 15), r"declare it: h_{t-1} \in \R^n"),
    ("h_t = \\tanh(W x_t)\nL = \\|h_T\\|^2\n\\nabla_W L", ParseError,
     "h_T could be given", (2, 7), "not unrolled"),
    ("x^{(k+1)} = A x^{(k)}\nL = \\|x^{(k+1)}\\|^2\n\\nabla_A L", ParseError,
     "could be given", (1, 15), "write its steps out"),
    ("A symmetric B\nL = \\det A\ndL", ParseError, "neither", (1, 1), ""),
    ("symmetric\nL = \\det A\ndL", ParseError, "neither", (1, 1), ""),
    ("A \\succ B\nL = \\det A\ndL", UnsupportedError, "relation", (1, 3), ""),
    ("L = x\nL = y\ndL", ParseError, "defined twice", (2, 1), ""),
    ("L = L + 1\ndL", ParseError, "defined by itself", (1, 5), ""),
    ("y = Ax\nx = By\ndy", ParseError, "y is defined by itself, by way of x", (2, 6), ""),
    ("L \\in \\R\nL = L + 1\ndL", ParseError, "defined by itself", (2, 5), ""),
    ("z = x\nx = y\ny = x\ndy", ParseError, "x is defined by itself, by way of y", (3, 5), ""),
    ("\\mathcal{L} = \\|L\\|_F^2\ndL", ParseError, "defined by itself", (1, 17), "style macros"),
    ("L = x\n\\mathcal L = y\ndL", ParseError, "defined twice", (2, 10), "style macros"),
    ("x \\in \\R\n\\mathbf{x} \\in \\R^n\ndL", ShapeError, "as 1×1 and as n×1", (2, 9),
     r"\mathbf x is x"),
    ("y \\in \\R\n\\mathbf y = Ax\ndy", ShapeError, "another shape", (2, 9), "style macros"),
    ("x^Tx = L\ndL", ParseError, "left side", (1, 1), ""),
    ("L &= a \\\\\n &= b\ndL", ParseError, "L has another right side", (2, 3), "leave it out"),
    ("f(x) = x^Tx\n\\nabla f(y)", UnsupportedError, "at other arguments", (2, 9), ""),
    ("f(x, y) = x^Ty\n\\nabla f", ParseError, "with respect to what", (2, 1), ""),
    ("f(x) = x^Ty\n\\nabla_{xy} f", ParseError, "in two names", (2, 10), r"\nabla_{x, y}"),
    ("L = a = b\ndL", ParseError, "two equations", (1, 7), ""),
    ("L =\ndL", ParseError, "empty side", (1, 1), ""),
    ("W \\in \\R^n\nWX = A\ndL", ParseError, "WX could be", (2, 1), r"\mathrm{WX}"),
    ("L = x^Tx\n\\nabla L", ParseError, "with respect to what", (2, 1), r"\nabla_w"),
    ("L = x^Tx\n\\nabla_z L", ParseError, "z does not occur", (2, 8), ""),
    ("L = \\hat x^Tx\n\\nabla_{\\hat{z}} L", ParseError, "does not occur", (2, 9), r"\hat x"),
    ("L = x^Tx\n\\nabla_{x+1} L", ParseError, "respect to names, found +", (2, 10), ""),
    ("L = x^Tx\n\\nabla_{\\mathbf 1} L", ParseError, r"found \mathbf 1", (2, 9), ""),
    ("L = x^Tx\n\\nabla_I L", ParseError, "I is the identity", (2, 8), r"I \in \R^{n \times n}"),
    ("L = x^Tx\n\\nabla_e L", ParseError, "e is Euler's number", (2, 8), r"e \in \R"),
    ("d \\in \\R^n\nL = d^Td\ndL", ParseError, "no differential", (3, 1), r"\nabla_x L"),
    ("f = x^Tx\nL = f(y)\ndL", ParseError, "function or a product", (2, 5), "f(…) = …"),
    ("L = w^Tx\nM = L(w) + 1\ndM", ParseError, "function or a product", (2, 5), "L(…) = …"),
    ("L = x^Tx\r\ndL\rM = \u2028\\foo", ParseError, "unknown macro", (4, 1), ""),
    ("L = x^Tx\u2028\\foo", ParseError, "unknown macro", (2, 1), ""),
    ("L = x^Tx\x85dL + \\foo", ParseError, "unknown macro", (2, 6), ""),
    ("L = x^Tx\n\\nabla_x M", ParseError, "M is not defined", (2, 10), ""),
    ("L = x^Tx\n\\frac{\\partial L}{\\partial x} = 2x", ParseError, "not stated", (2, 31), "= 0"),
    ("\\phi : \\R^n \\to \\R\n\\nabla_x \\phi", ParseError, "function", (2, 10), r"\phi(…)"),
    ("\\phi : \\R^n \\to \\R\nL = \\phi(A)\ndL", ShapeError, "shape n×1", (2, 10), ""),
    ("\\phi : \\R^n \\to \\R\nL = \\phi(x, y)\ndL", ParseError, "1 argument", (2, 5), ""),
    ("L(x) = x^Tx\nM = L(y)\ndM", UnsupportedError, "other arguments", (2, 5), ""),
    ("L = x^Tx\n\\nabla^2 L", ParseError, "with respect to what", (2, 1), ""),
    ("y = Ax\n\\nabla_x^2 y", UnsupportedError, "Hessian", (2, 1), "Jacobian"),
    ("L = x^Tx\n\\nabla_x^3 L", ParseError, "only gradients and Hessians", (2, 9), ""),
    ("\\min_w \\|Xw - y\\|^2", UnsupportedError, "minimum", (1, 1), r"\partial w} = 0"),
    ("\\arg\\min_w \\|Xw - y\\|^2", UnsupportedError, "an optimum", (1, 1), r"\partial w} = 0"),
    ("L = x^Tx\ndL\n---\nL = y^Ty\ndL", ParseError, "more than one", (3, 4), "parse_problems"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "kind", "message", "place", "hint"), STATEMENTS, ids=[s[0][:50] for s in STATEMENTS]
)
def test_statements(
    text: str,
    kind: type[DerivtexError],
    message: str,
    place: tuple[int | None, int | None],
    hint: str,
) -> None:
    with pytest.raises(DerivtexError) as caught:
        parse(text)
    error = caught.value
    assert type(error) is kind
    assert message in error.message
    assert (error.line, error.column) == place
    assert hint in (error.hint or "")


def test_a_clash_names_both_places() -> None:
    with pytest.raises(ShapeError) as caught:
        parse("X \\in \\R^{m \\times n}\n  w \\in \\R^p\nL = \\|Xw\\|^2\ndL", filename="ols.deriv")
    assert "X is m×n (line 1, column 1)" in caught.value.message
    assert "w is p×1 (line 2, column 3)" in caught.value.message
    assert str(caught.value).startswith("ols.deriv:3:7: ")


DEEP = [
    "(", "{", "[", r"\{", r"\left(", "x^{", "x_{", r"\frac1{", r"\sqrt{", r"\|", "|", r"\log",
    r"\sqrt", r"\hat", r"\tanh(", r"\begin{align}", r"\operatorname{tr}(", "((x)+", r"\langle x,",
    "e^{", r"\frac", "^", "_", "'", "d", r"\nabla_",
]  # fmt: skip


@pytest.mark.parametrize("opening", DEEP)
@pytest.mark.parametrize("tail", ["", "x"])
def test_depth_is_bounded(opening: str, tail: str) -> None:
    for times in (199, 3000, 100_000):
        begun = time.process_time()
        with pytest.raises(DerivtexError):
            parse("L = " + opening * times + tail + "\n\\nabla_x L")
        assert time.process_time() - begun < 5


def test_signs_are_not_nested() -> None:
    problem = parse("L = " + "-" * 100_001 + "x\ndL")
    assert problem.definitions[0].value is -problem.symbols["x"]


@pytest.mark.parametrize("brackets", ["()", "{}", "[]"])
def test_a_hundred_thousand_brackets_are_one_clear_error(brackets: str) -> None:
    opening, closing = brackets
    for tail in ("", "x" + closing * 90_000):
        with pytest.raises(LimitError, match="nested deeper than 200") as caught:
            parse("L = " + opening * 100_000 + tail)
        assert (caught.value.line, caught.value.column) == (1, 205)


def test_transposes_are_bounded() -> None:
    assert parse("L = x" + "'" * 499 + "x\ndL").symbols["L"].shape.is_scalar
    begun = time.process_time()
    with pytest.raises(LimitError, match="transposes") as caught:
        parse("L = x" + "'" * 100_000 + "\ndL")
    assert (caught.value.line, caught.value.column) == (1, 507)
    assert time.process_time() - begun < 2


def test_what_is_nested_below_the_bound_is_read() -> None:
    deep = r"\tanh(W" * 190 + "x" + ")" * 190
    assert parse(rf"\|{deep}\|^2", "x").tasks


@pytest.mark.parametrize(
    "text",
    [
        "+".join(["x^Tx"] * 5000),
        r"\operatorname{tr}(" + " ".join(["A"] * 5000) + ")",
        r"\|" + r"\odot ".join(["x"] * 5000) + r"\|",
        "*".join(["3"] * 5000) + "*x^Tx",
    ],
    ids=["sum", "product", "elementwise", "numbers"],
)
def test_long_expressions_take_linear_time(text: str) -> None:
    begun = time.process_time()
    parse(text, "x" if "x" in text else "A")
    assert time.process_time() - begun < 10


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (" + ".join(f"x^TA_{{{i}}}x" for i in range(10_000)), "a sum of 10000 terms; the limit is"),
        (" + ".join(["x^TAx"] * 10_000), "a sum of 10000 terms; the limit is"),
    ],
    ids=["different", "alike"],
)
def test_sums_are_bounded(text: str, message: str) -> None:
    for ask in (r"\nabla_x f", "df", r"\nabla_x^2 f"):
        begun = time.process_time()
        with pytest.raises(LimitError, match=message):
            derive(f"f = {text}\n{ask}")
        assert time.process_time() - begun < 10


def test_a_function_in_its_own_argument_is_bounded() -> None:
    head = (
        "f : \\R^{n \\times n} \\to \\R^{n \\times n}, f(X) = XX^T + X\nA \\in \\R^{n \\times n}\n"
    )
    assert parse(f"{head}L = \\operatorname{{tr}}(f(f(A)))\n\\nabla_A L").tasks
    begun = time.process_time()
    with pytest.raises(LimitError, match="put in its own argument"):
        parse(head + "L = \\operatorname{tr}(" + "f(" * 60 + "A" + ")" * 61 + "\n\\nabla_A L")
    assert time.process_time() - begun < 5


def test_a_thousand_layers() -> None:
    lines = ["z_{0} = x"] + [f"z_{{{i + 1}}} = \\tanh(W_{{{i}}} z_{{{i}}})" for i in range(1000)]
    problem = parse("\n".join([*lines, r"L = \|z_{1000}\|^2", r"\nabla_{W_{0}} L"]))
    assert len(problem.definitions) == 1002


def test_too_long() -> None:
    with pytest.raises(LimitError, match="characters"):
        parse("x" * 1_000_000, "x")


PIECES = [
    r"a",
    r"is",
    r"where",
    r"for",
    r"symmetric",
    r"positive",
    r"definite",
    r"X",
    r"Y",
    r"A",
    r"x",
    r"y",
    r"w",
    r"d",
    r"e",
    r"I",
    r"T",
    r"f",
    r"g",
    r"L",
    r"\alpha",
    r"\Sigma",
    r"\lambda",
    r"\sigma",
    r"\phi",
    r"\hat",
    r"\bar",
    r"\mathbf",
    r"\mathbb{R}",
    r"\R",
    r"\mathbb{S}",
    r"\mathrm{Loss}",
    r"{\rm~tr}",
    r"{\bf~x}",
    r"\operatorname{tr}",
    r"\operatorname{diag}",
    r"\log",
    r"\det",
    r"\exp",
    r"\sin",
    r"\frac",
    r"\frac12",
    r"\sqrt",
    r"\sum",
    r"\partial",
    r"\nabla",
    r"\in",
    r"\to",
    r"\times",
    r"\cdot",
    r"\odot",
    r"\oslash",
    r"\otimes",
    r":",
    r",",
    r".",
    r";",
    r"=",
    r"+",
    r"-",
    r"*",
    r"/",
    r"'",
    r"^",
    r"_",
    r"^T",
    r"^{-1}",
    r"^{-T}",
    r"^2",
    r"^{\circ~2}",
    r"_1",
    r"_{ij}",
    r"^{[1]}",
    r"^{(k)}",
    r"(",
    r")",
    r"[",
    r"]",
    r"{",
    r"}",
    r"\{",
    r"\}",
    r"\langle",
    r"\rangle",
    r"|",
    r"\|",
    r"\left(",
    r"\right)",
    r"\left|",
    r"\right|",
    r"\left\|",
    r"\right\|",
    r"\\",
    r"&",
    r"$",
    r"$$",
    r"\[",
    r"\]",
    r"\begin{align}",
    r"\end{align}",
    r"%",
    r"#",
    r"1",
    r"2",
    r"0",
    r"0.5",
    r".5",
    r"12",
    r"1/2",
    r"n",
    r"m",
    r"k",
    r"dX",
    r"dL",
    r"tr",
    r"in",
    r"\text{diagonal}",
    r"diagonal",
    r">",
    r"<",
    r"!",
    r"?",
    r"ᵀ",
    r"⁻¹",
    r"²",
    r"₁",
    r"‖",
    r"∂",
    r"α",
    r"𝟏",
    r"ŷ",
    r"x̂",
    r"⊙",
    r"\mathbf{1}",
    r"1_n",
    r"I_n",
    r"\pi",
    r"\succ",
    r"\infty",
    r"\N",
    r"\ell",
    r"\mathrm",
    r"\foo",
    r"\vec",
    r"---",
    r"\nabla_w",
    r"=0",
    r"sum",
    r"norm",
    r"inv",
    r"kron",
    r"inner",
    r"transpose",
    r"\color{red}",
    r"\label{a}",
    r"\quad",
    r"\,",
    r"x\in\R^n",
    r"X\in\R^{m\times~n}",
    r"\phi:\R^n\to\R",
    r"g:\R\to\R",
    r"L=\|Xw-y\|^2",
    r"\frac{\partial~L}{\partial~w}",
]
SOUP = st.lists(
    st.sampled_from([*(piece.replace("~", " ") for piece in PIECES), "\n", "\n", " ", " ", "\\"]),
    max_size=30,
)
CONTEXTS = [
    "{}",
    "L = {}\ndL",
    "X \\in \\R^{{m \\times n}}\nx \\in \\R^n\nL = \\|{}\\|^2\n\\nabla_x L",
    "X \\in {}\nL = x^T{}x\n{}",
]


def assert_only_our_errors(attempt: Callable[[], object]) -> None:
    """Whatever else is raised fails the test by itself."""
    message = "read"
    try:
        attempt()
    except DerivtexError as error:
        message = str(error)
    assert message


@pytest.mark.fuzz
@settings(max_examples=max(settings().max_examples, 400))
@given(
    pieces=SOUP,
    glue=st.sampled_from(["", " "]),
    context=st.sampled_from(CONTEXTS),
    wrt=st.sampled_from([None, "x", r"\alpha"]),
)
def test_soup_of_tokens(pieces: list[str], glue: str, context: str, wrt: str | None) -> None:
    text = context.replace("{{", "\0").replace("}}", "\1").replace("{}", glue.join(pieces))
    text = text.replace("\0", "{").replace("\1", "}")
    assert_only_our_errors(lambda: parse(text, wrt, "soup"))
    assert_only_our_errors(lambda: parse_expression(glue.join(pieces)))
    parse_problems(text, "soup")


@pytest.mark.fuzz
@given(text=st.text(max_size=40))
def test_any_text(text: str) -> None:
    assert_only_our_errors(lambda: parse(text, "x"))
    assert_only_our_errors(lambda: parse_expression(text))
