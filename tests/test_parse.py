"""The language: what each spelling means, and what a problem is made of."""

from __future__ import annotations

from fractions import Fraction

import pytest

import derivtex
from derivtex.expr import Expr
from derivtex.op import OPS
from derivtex.ops.functions import apply_function, map_function
from derivtex.ops.leaves import identity, number, ones, symbol
from derivtex.parse import parse, parse_expression
from derivtex.shapes import ONE, SCALAR, Shape, column, dim
from derivtex.symbols import STRUCTURES, Function
from tests.conformance.sources import ROWS

n = dim("n")
SQUARE = Shape(n, n)
MATRICES = {name: symbol(name, SQUARE) for name in ("A", "B", "C", "X", "W", "W^{[1]}", r"\Sigma")}
VECTORS = {
    name: symbol(name, column(n)) for name in ("a", "b", "x", "y", r"\hat y", "x_1", r"x_{\max}")
}
SCALARS = {name: symbol(name, SCALAR) for name in (r"\alpha", r"\beta", "t", r"\alpha_1", "k")}
PHI = Function(r"\phi", (SQUARE,), SCALAR)
LOSS = Function(r"\mathrm{Loss}", (column(n), column(n)), SCALAR)
G = Function("g", (SCALAR,), SCALAR)
NAMES: dict[str, Expr | Function] = {
    **MATRICES, **VECTORS, **SCALARS, r"\phi": PHI, r"\mathrm{Loss}": LOSS, "g": G,
}  # fmt: skip

A, B, C, X = (MATRICES[name] for name in "ABCX")
a, b, x, y = (VECTORS[name] for name in "abxy")
alpha, t = SCALARS[r"\alpha"], SCALARS["t"]
ONES = ones(column(n))
I = identity(n)


def read(tex: str, shape: Shape | None = None) -> Expr:
    return parse_expression(tex, NAMES, shape=shape)


def o(op: str, *args: Expr) -> Expr:
    return OPS[op](*args)


BUILT = [
    # Pseudo-inverses and norms.
    ("A^{+}", o("pinv", A)),
    (r"A^\dagger", o("pinv", A)),
    ("A^{+T}", o("pinv", A).T),
    (r"A^{\dagger \top}", o("pinv", A).T),
    (r"\sigma_{\max}(A)", o("spectral_norm", A)),
    (r"\|A\|_2", o("spectral_norm", A)),
    (r"\|A\|_*", o("nuclear_norm", A)),
    (r"\|x\|_2", o("norm", x)),
    (r"\lambda_{\max}(A)", o("eigenvalue", A, number(1))),
    (r"\lambda_{\min}(A B)", o("eigenvalue", A @ B, number(-1))),
    (r"\lambda_2(A)", o("eigenvalue", A, number(2))),
    (r"v_2(A)", o("eigenvector", A, number(2))),
    (r"v_{\min}(A)", o("eigenvector", A, number(-1))),
    (r"\log\operatorname{softmax}(x)", o("log_softmax", x)),
    (r"\|x\|_\infty", o("norm_max", x)),
    (r"\|A\|_{\max}", o("norm_max", A)),
    (r"\|x\|_3", o("norm_p", x, number(3))),
    (r"\|x\|_{1.5}", o("norm_p", x, number(Fraction(3, 2)))),
    (r"\|x\|_1", o("norm1", x)),
    # Maxima.
    (r"\max(x)", o("largest", x)),
    (r"\max x", o("largest", x)),
    (r"\min(A)", o("smallest", A)),
    (r"\max(x, x + x)", o("maximum", x, x + x)),
    (r"\max(0, A)", o("relu", A)),
    (r"[A]_+", o("relu", A)),
    (r"[A]_{+}", o("relu", A)),
    (r"2(x + x)_+^{\circ 2}", 2 * o("power", o("relu", x + x), number(2))),
    (r"\min(A, 0)", -o("relu", -A)),
    # Sums and products.
    ("A + B", A + B),
    ("A - B", A - B),
    ("-A", -A),
    ("- -A", A),
    ("A B", A @ B),
    ("AB", A @ B),
    (r"A \cdot B", A @ B),
    ("A*B", A @ B),
    (r"2\alpha A x", 2 * alpha @ A @ x),
    ("A x^T y", (x.T @ y) @ A),
    ("A x^T y x", (x.T @ y) @ (A @ x)),
    ("x y^T", x @ y.T),
    ("x^T y", x.T @ y),
    ("(x + y)^T A", (x + y).T @ A),
    ("A + 0", A),
    (r"A + \alpha I", A + alpha @ I),
    ("A I_n", A),
    (r"x + \mathbf 1", x + ONES),
    (r"\mathbf 1_n^T x", ONES.T @ x),
    (r"1_n^T x", ONES.T @ x),
    (r"\mathbb{1}^T x", ONES.T @ x),
    # Transpose, inverse, powers.
    ("A^T", A.T),
    (r"A^\top", A.T),
    (r"A^{\mathsf T}", A.T),
    (r"A^\intercal", A.T),
    ("A'", A.T),
    ("A^{-1}", o("inverse", A)),
    ("A^-1", o("inverse", A)),
    ("A^{-T}", o("inverse", A).T),
    ("A^-T", o("inverse", A).T),
    ("A^2", o("matrix_power", A, number(2))),
    ("A^{10}", o("matrix_power", A, number(10))),
    ("A^{-2}", o("matrix_power", A, number(-2))),
    (r"\alpha^2", o("power", alpha, number(2))),
    (r"\alpha^\frac12", o("power", alpha, number(Fraction(1, 2)))),
    (r"\alpha^{-1/2}", o("power", alpha, number(Fraction(-1, 2)))),
    (r"\alpha^k", o("power", alpha, SCALARS["k"])),
    ("a(b^Tx)", (b.T @ x) @ a),
    ("A(x)", A @ x),
    (r"x^{\circ 2}", o("power", x, number(2))),
    (r"x^{\circ -1}", o("power", x, number(-1))),
    ("{x^T}'", x),
    # Numbers.
    ("1/2 x^T x", number(Fraction(1, 2)) @ x.T @ x),
    (r"\frac12 x^Tx", number(Fraction(1, 2)) @ x.T @ x),
    ("0.25 x", number(Fraction(1, 4)) @ x),
    (".5x", number(Fraction(1, 2)) @ x),
    (r"\frac{x}{2}", number(Fraction(1, 2)) @ x),
    (r"x^Tx/\alpha", o("power", alpha, number(-1)) @ x.T @ x),
    (r"\frac1\alpha x", o("power", alpha, number(-1)) @ x),
    ("3 - 1/2", number(Fraction(5, 2))),
    # Elementwise, Kronecker and Frobenius products.
    (r"x \odot y", o("hadamard", x, y)),
    (r"x \circ y", o("hadamard", x, y)),
    ("x .* y", o("hadamard", x, y)),
    ("x ./ y", o("hadamard_quotient", x, y)),
    (r"x \oslash y", o("hadamard_quotient", x, y)),
    (r"x \odot y \odot a", o("hadamard", x, y, a)),
    (r"x \odot y \oslash a", o("hadamard_quotient", o("hadamard", x, y), a)),
    (r"A \otimes B", o("kron", A, B)),
    (r"\alpha x \odot y", alpha @ o("hadamard", x, y)),
    (r"x \odot \alpha y", alpha @ o("hadamard", x, y)),
    (r"a^T b x \odot y", (a.T @ b) @ o("hadamard", x, y)),
    (r"a^T x \odot y", a.T @ o("hadamard", x, y)),
    (r"A (x \odot y)", A @ o("hadamard", x, y)),
    (r"(A x) \odot y", o("hadamard", A @ x, y)),
    ("A:B", o("frobenius", A, B)),
    ("A:B X", o("frobenius", A, B @ X)),
    ("A:B + t", o("frobenius", A, B) + t),
    (r"\langle x, y\rangle", o("frobenius", x, y)),
    (r"\langle A, B\rangle_F", o("frobenius", A, B)),
    (r"\left\langle A, B\right\rangle_{\mathrm F}", o("frobenius", A, B)),
    # Functions.
    (r"\operatorname{tr}(AB)", o("trace", A @ B)),
    (r"\tr AB + t", o("trace", A @ B) + t),
    (r"\mathrm{Tr}[A]", o("trace", A)),
    (r"{\rm tr}(A) B", o("trace", A) @ B),
    ("tr(A)", o("trace", A)),
    (r"\det A", o("det", A)),
    ("|A|", o("det", A)),
    (r"|\alpha|", o("abs", alpha)),
    ("|x|", o("abs", x)),
    (r"|t||\alpha|", o("abs", t) @ o("abs", alpha)),
    ("||x|| ||y||", o("norm", x) @ o("norm", y)),
    (r"|(|t||\alpha|)|", o("abs", o("abs", t) @ o("abs", alpha))),
    (r"\log|A|", o("logdet", A)),
    (r"\log\det A", o("logdet", A)),
    (r"\ln\det(A)", o("logdet", A)),
    (r"\log\left|\det A\right|", o("logdet", A)),
    (r"\log\det(A) + t", o("logdet", A) + t),
    (r"\exp(x)", o("exp", x)),
    (r"e^{\alpha}", o("exp", alpha)),
    (r"e^{-x^Tx}", o("exp", -(x.T @ x))),
    (r"e^{(x^Tx)\alpha}", o("exp", alpha @ x.T @ x)),
    (r"\sin^2 \alpha", o("power", o("sin", alpha), number(2))),
    (r"\log 2\alpha \sin t", o("log", 2 * alpha) @ o("sin", t)),
    (r"\sin t \cdot \cos t", o("sin", t) @ o("cos", t)),
    (r"\sin t * \cos t", o("sin", t) @ o("cos", t)),
    (r"\log x \odot \log y", o("hadamard", o("log", x), o("log", y))),
    (r"\exp x \oslash \exp y", o("hadamard_quotient", o("exp", x), o("exp", y))),
    (r"\exp A \otimes \exp B", o("kron", o("exp", A), o("exp", B))),
    (r"\log t \sigma(\alpha)", o("log", t) @ o("sigmoid", alpha)),
    (r"\log t\, g(\alpha)", o("log", t) @ map_function(G, alpha)),
    (r"\log\det X \log\det A", o("logdet", X) @ o("logdet", A)),
    (r"\sqrt{\alpha}", o("sqrt", alpha)),
    (r"\sqrt\alpha_1", o("sqrt", SCALARS[r"\alpha_1"])),
    ("√g(t)", o("sqrt", map_function(G, t))),
    (r"\sqrt g'(t)^2 t", o("power", o("sqrt", map_function(G, t, 1)), number(2)) @ t),
    ("√σ(x)", o("sqrt", o("sigmoid", x))),
    ("√α₁", o("sqrt", SCALARS[r"\alpha_1"])),
    (r"\sqrt \hat y^T", o("sqrt", VECTORS[r"\hat y"]).T),
    (r"\sqrt\alpha_1^T t", o("sqrt", SCALARS[r"\alpha_1"]).T @ t),
    (r"\sqrt[3]{\alpha}", o("power", alpha, number(Fraction(1, 3)))),
    (r"\sigma(x)", o("sigmoid", x)),
    (r"\sigma'(x)", o("dsigmoid", x)),
    (r"\operatorname{diag}(x)", o("Diag", x)),
    (r"\operatorname{diag}(A)", o("diag", A)),
    (r"\|x\|", o("norm", x)),
    ("||x||", o("norm", x)),
    (r"\|x\|_2", o("norm", x)),
    (r"\|x\|_1", o("norm1", x)),
    (r"\|A\|_F", o("norm", A)),
    (r"\|A\|^2_F", o("power", o("norm", A), number(2))),
    (r"\|x\|^2_2", o("power", o("norm", x), number(2))),
    (r"\left\|A\right\|^{2}_{F}", o("power", o("norm", A), number(2))),
    (r"\lVert x\rVert^2_2", o("power", o("norm", x), number(2))),
    (r"\left\lVert x\right\rVert_2", o("norm", x)),
    ("norm(x)", o("norm", x)),
    ("inv(A)", o("inverse", A)),
    (r"\phi(AX)", apply_function(PHI, A @ X)),
    (r"\mathrm{Loss}(x, y)", apply_function(LOSS, x, y)),
    (r"{\rm Loss}(x, y)", apply_function(LOSS, x, y)),
    ("g(x)", map_function(G, x)),
    ("g'(x)", map_function(G, x, 1)),
    ("g''(x)", map_function(G, x, 2)),
    # Names.
    (r"x_{\max}", VECTORS[r"x_{\max}"]),
    ("x_{max}", VECTORS[r"x_{\max}"]),
    ("xₘₐₓ", VECTORS[r"x_{\max}"]),
    ("x_1", VECTORS["x_1"]),
    ("x_{1}", VECTORS["x_1"]),
    ("x^T_1 y", VECTORS["x_1"].T @ y),
    (r"\hat{y}", VECTORS[r"\hat y"]),
    (r"\mathbf{A}\boldsymbol{x}", A @ x),
    (r"\bm A {\bf x}", A @ x),
    ("W^{[1]T}", MATRICES["W^{[1]}"].T),
    ("(W^{[1]})^T", MATRICES["W^{[1]}"].T),
    (
        r"\alpha_1^{(\exp(t))^2}",
        o("power", SCALARS[r"\alpha_1"], o("power", o("exp", t), number(2))),
    ),
    (r"\alpha_1^{(\exp(2) + t)}", o("power", SCALARS[r"\alpha_1"], o("exp", number(2)) + t)),
    (r"\alpha_1^2", o("power", SCALARS[r"\alpha_1"], number(2))),
    # Unicode.
    ("Aᵀx", A.T @ x),
    ("A⁻¹", o("inverse", A)),
    ("A⁻ᵀ", o("inverse", A).T),
    ("α²", o("power", alpha, number(2))),
    ("‖x‖₂", o("norm", x)),
    ("x ⊙ y", o("hadamard", x, y)),
    ("A ⊗ B", o("kron", A, B)),
    ("𝟏ᵀx", ONES.T @ x),
    ("ŷ", VECTORS[r"\hat y"]),
    ("y\u0302", VECTORS[r"\hat y"]),
    ("𝐀𝐱", A @ x),
    ("Σ − A", MATRICES[r"\Sigma"] - A),
    ("sum(x.^2)", o("sum", o("power", x, number(2)))),
    ("x.^-1", o("power", x, number(-1))),
    ("t**2", o("power", t, number(2))),
    ("x.'A", x.T @ A),
    ("½x", number(Fraction(1, 2)) @ x),
    ("t^½", o("power", t, number(Fraction(1, 2)))),
    ("A\u200bx\u200e", A @ x),
    ("eᵏ", o("exp", SCALARS["k"])),
    # Markup that says nothing.
    (r"\underbrace{A x}_{\text{first {of} all}} + \overbrace{y}^2", A @ x + y),
    (r"\underbrace{x}^T y", x.T @ y),
    (r"\underbrace{(x - y)}_e^T a", (x - y).T @ a),
    (r"\left( A \right)\, x \;", A @ x),
    (r"\bigl(A\bigr)~x", A @ x),
    (r"\textcolor{red}{A} x", A @ x),
    ("$A x$", A @ x),
    (r"A x % and a remark", A @ x),
    ("A x # and a remark", A @ x),
    ("A x.", A @ x),
    # What a derivation contains.
    ("dX", o("differential", X)),
    (r"dX\,A", o("differential", X) @ A),
    ("A dX", A @ o("differential", X)),
    (r"\mathrm dX", o("differential", X)),
    ("dX^T", o("differential", X).T),
    ("dX^{-1}", o("differential", o("inverse", X))),
    ("d(AX)", o("differential", A @ X)),
    (r"d\log\det X", o("differential", o("logdet", X))),
    (r"\frac{\partial t}{\partial X}", o("derivative", t, X)),
    (r"\nabla_X t", o("derivative", t, X)),
    ("A:dX", o("frobenius", A, o("differential", X))),
]


@pytest.mark.parametrize(("tex", "expected"), BUILT, ids=[tex for tex, _ in BUILT])
def test_means(tex: str, expected: Expr) -> None:
    assert read(tex, expected.shape) is expected


def test_greek_letters_as_words() -> None:
    assert read("beta*x") is SCALARS[r"\beta"] @ x
    assert read("Sigma*x") is MATRICES[r"\Sigma"] @ x
    names = {letter: symbol(letter, SCALAR) for letter in "mu"}
    assert parse_expression("mu", names) is names["m"] @ names["u"]


#: Problems, and the same in the shortest way.
SAME = [
    ("f(x) = x^TAx\n\\nabla f(x)", "f = x^TAx\n\\nabla_x f"),
    ("f(x) = x^TAx\n\\nabla f", "f = x^TAx\n\\nabla_x f"),
    ("f(x) = x^TAx\n\\nabla^2 f", "f = x^TAx\n\\nabla_x^2 f"),
    ("f = x^TAx\n\\nabla^2_{xx} f", "f = x^TAx\n\\nabla_x^2 f"),
    ("f = x^TAx\n\\partial_x f", "f = x^TAx\n\\nabla_x f"),
    ("f = x^TAx\n\\partial_x f = 0", "f = x^TAx\n\\nabla_x f = 0"),
    ("f \\stackrel{def}{=} x^TAx\n\\nabla_x f", "f = x^TAx\n\\nabla_x f"),
    ("f \\overset{\\text{def}}{=} x^TAx\n\\nabla_x f", "f = x^TAx\n\\nabla_x f"),
    ("f = x^TAx\n\\nabla_x f \\overset{!}{=} 0", "f = x^TAx\n\\nabla_x f = 0"),
    ("f = x^TAx\n  + b^Tx\n\\nabla_x f", "f = x^TAx + b^Tx\n\\nabla_x f"),
    ("f &= x^TAx \\\\\n &\\quad - b^Tx\n\\nabla_x f", "f = x^TAx - b^Tx\n\\nabla_x f"),
    ("f &= \\\\ &x^TAx + \\\\ &b^Tx\n\\nabla_x f", "f = x^TAx + b^Tx\n\\nabla_x f"),
    ("f = x'*Sigma*x\ndf/dSigma", "f = x^T\\Sigma x\n\\nabla_\\Sigma f"),
    ("Let $f = x^TAx$.\n\\nabla_x f", "f = x^TAx\n\\nabla_x f"),
    (
        "f = \\sum_{i=1}^N \\|h_i\\|^2\nh_i = Wx_i, \\quad i = 1, \\dots, N\n\\nabla_W f",
        "f = \\sum_{i=1}^N \\|h_i\\|^2\nh_i = Wx_i\n\\nabla_W f",
    ),
    (
        "f = \\sum_{i=1}^N \\|h_i\\|^2\nh_i = Wx_i \\text{ for } i = 1, \\ldots, N\n\\nabla_W f",
        "f = \\sum_{i=1}^N \\|h_i\\|^2\nh_i = Wx_i\n\\nabla_W f",
    ),
    (
        "f = \\sum_{i=1}^N \\|h_i\\|^2\nh_i = Wx_i \\;\\forall i\n\\nabla_W f",
        "f = \\sum_{i=1}^N \\|h_i\\|^2\nh_i = Wx_i\n\\nabla_W f",
    ),
]


@pytest.mark.parametrize(("text", "short"), SAME)
def test_reads_as(text: str, short: str) -> None:
    problem, wanted = parse(text), parse(short)
    assert problem.definitions[0].value.latex() == wanted.definitions[0].value.latex()
    (task,), (same,) = problem.tasks, wanted.tasks
    assert task.kind == same.kind
    assert [v.latex() for v in task.variables] == [v.latex() for v in same.variables]


#: What is said of A, and the structure it has.
ASSUMED = [
    ("A = A^T", "symmetric"),
    ("A^{\\mathsf T} = A", "symmetric"),
    ("A' = A", "symmetric"),
    ("-A^\\top = -A", "symmetric"),
    ("A = -A^T", "skew-symmetric"),
    ("-A = A^{\\top}", "skew-symmetric"),
    ("A^T = A^{-1}", "orthogonal"),
    ("A \\in \\R^{n \\times n}, A = A^T", "symmetric"),
    ("A = A^T\nA \\in \\R^{n \\times n}", "symmetric"),
    ("A \\text{ symmetric}", "symmetric"),
    ("A is a symmetric positive definite matrix", "positive definite"),
    ("$A$ is skew-symmetric.", "skew-symmetric"),
    ("let B, A be diagonal", "diagonal"),
    ("\\text{where } A = A^T", "symmetric"),
    ("where A \\in \\mathbb{S}^n", "symmetric"),
    ("A \\succ 0", "positive definite"),
    ("A \\succeq 0", "symmetric"),
    ("A \\text{ positive semidefinite}", "symmetric"),
    ("g = x^TAx, \\quad A \\succ 0", "positive definite"),
    ("g = x^TAx, x \\in \\R^n, A \\text{ symmetric}", "symmetric"),
    ("g = x^TAx \\text{ where } A = A^T", "symmetric"),
]


@pytest.mark.parametrize(("text", "structure"), ASSUMED)
def test_assumptions(text: str, structure: str) -> None:
    A = parse(f"{text}\nf = x^TAx\n\\nabla_x f").symbols["A"]
    assert A.data.structure == STRUCTURES[structure]


def test_assumptions_of_one_name_add_up() -> None:
    A = parse("A > 0\nA \\text{ invertible}\nA = A^T\nf = x^TAx\n\\nabla_x f").symbols["A"]
    assert A.data.structure == {"positive", "invertible", "symmetric"}


@pytest.mark.parametrize(
    "tex",
    [
        r"\boldsymbol\beta^T\boldsymbol\Sigma\boldsymbol\beta",
        r"\bm{\beta}^T \Sigma \beta",
        r"{\bf \beta}^T \Sigma \beta",
        r"\hat{\boldsymbol\beta}^T \Sigma \hat{\boldsymbol\beta}",
        r"\boldsymbol{\hat\beta}^T \Sigma \boldsymbol{\hat\beta}",
        r"\vec\beta^T \Sigma \vec\beta",
        "𝜷ᵀΣ𝜷",
    ],
)
def test_a_bold_greek_letter_is_a_vector(tex: str) -> None:
    problem = parse(f"f = {tex}\ndf")
    (name,) = (name for name in problem.symbols if name.endswith("beta"))
    assert problem.symbols[name].shape == column(problem.symbols["Sigma"].shape.rows)
    assert problem.symbols["f"].shape.is_scalar


def test_a_derivative_may_have_a_name() -> None:
    gradient = symbol("Q", SQUARE)
    key = r"\frac{\partial f}{\partial Y}"
    assert parse_expression(rf"A^T {key}", {**NAMES, key: gradient}) is A.T @ gradient
    assert parse_expression(r"A^T \nabla_Y f", {**NAMES, key: gradient}) is A.T @ gradient


def test_a_declared_name_wins() -> None:
    names = {letter: symbol(letter, SQUARE) for letter in ("e", "I", "d", "T", "W^1", r"\sigma")}
    e, d, T, W1 = (names[letter] for letter in ("e", "d", "T", "W^1"))
    assert parse_expression("d e", names) is d @ e
    assert parse_expression(r"T^\top I", names) is T.T @ names["I"]
    assert parse_expression("W^1 e", names) is W1 @ e
    assert parse_expression(r"\sigma(e + d)", names) is names[r"\sigma"] @ (e + d)


def test_tables_are_read() -> None:
    rows = [row for row in ROWS if row.kind == "gradient" and not row.missing]
    assert rows
    for row in rows:
        problem = parse(row.text)
        (variable,) = problem.tasks[0].variables
        assert row.read(row.expected).shape == variable.shape
        for name, spec in row.shapes.items():
            if name in problem.symbols:
                shape = problem.symbols[name].shape
                sizes = (shape.rows != ONE) + (shape.columns != ONE)
                assert sizes == len(spec.split(" ")[0]), (row.id, name)


@pytest.mark.parametrize(
    "problem",
    [
        # A layer has weights of its own; what is declared is given; other subscripts are words.
        "a^{[l]} = \\sigma(W^{[l]} a^{[l-1]})\nL = \\|a^{[l]}\\|^2\n\\nabla_{W^{[l]}} L",
        "h_{t-1} \\in \\R^n\nh_t = \\tanh(W h_{t-1})\nL = \\|h_t\\|^2\n\\nabla_W L",
        "h_t = \\tanh(W h_{t-1})\nL = \\|h_t\\|^2\n\\nabla_{h_{t-1}} L",
        "x_p = W z\nL = \\|x_p - x_t\\|^2\n\\nabla_W L",
        "h_1 = W h_0\nh_2 = W h_1\nL = \\|h_2\\|^2\n\\nabla_W L",
    ],
)
def test_neighbours_that_are_given(problem: str) -> None:
    derivation = derivtex.derive(problem)
    assert derivation.gradient.text() != "0"
    assert derivation.verify().ok
