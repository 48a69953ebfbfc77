"""Two operations that derivtex does not have, declared and put to use."""

from derivtex.op import Op, declare, square
from derivtex.op_syntax import Call
from derivtex.ops.arrays import times
from derivtex.ops.elementwise import dsigmoid, elementwise, sigmoid

# An elementwise function is one row: its name, its TeX, its value, its derivative.
elementwise(
    "swish",
    r"\operatorname{swish}",
    lambda np, x: x / (1 + np.exp(-x)),
    lambda x: sigmoid(x) + times(x, dsigmoid(x)),
)

# A linear operation says how it crosses the Frobenius product: G : L(dZ) = L*(G) : dZ.
hollow = declare(
    Op(
        "hollow",
        "matrix without its diagonal",
        Call(r"\operatorname{hollow}", "hollow"),
        square,
        value=lambda np, A: A - np.diag(np.diag(A)),
        adjoint=lambda G, X: hollow(G),
        sample=("n n",),
        names=("hollow",),
    )
)

if __name__ == "__main__":
    import derivtex

    for problem in (
        "L = \\mathbf{1}^T \\operatorname{swish}(X w) \n X \\in \\R^{m \\times n} \n dL/dw",
        "L = norm(hollow(A X) - B)^2 \n A, B \\in \\R^{n \\times n} \n dL/dX",
    ):
        derivation = derivtex.derive(problem)
        print(derivation.text(reasons=True))
        print(derivation.verify(), end="\n\n")
