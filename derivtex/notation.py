"""Typography, as one frozen value. It changes how a derivation looks, never what it says.

What else a person may choose stands here too: what takes it as an option need not load the engine.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

#: Each has moves of its own to the same gradient.
NOTATIONS = ("frobenius", "trace", "inner", "vec", "index")

#: How many lines: those of a textbook, one idea a line, or one step a line.
Detail = Literal["brief", "normal", "full"]
DETAILS: tuple[Detail, ...] = get_args(Detail)

#: What is called the gradient in a symmetric variable: the projection ½(G + Gᵀ) onto the symmetric
#: matrices, or the derivatives G + Gᵀ - G ⊙ I in the entries on and below the diagonal.
Symmetric = Literal["projection", "entries"]
SYMMETRIC: tuple[Symmetric, ...] = get_args(Symmetric)


@dataclass(frozen=True, slots=True)
class Notation:
    """How a derivation is set.

    transpose   what stands in the exponent of a transpose: `T`, `\\top`, `\\intercal`
    d           the sign of a differential: `d` or `\\mathrm{d}`
    gradient    `partial` for ∂L/∂W, `nabla` for ∇_W L; where it is None, as the notation of the
                derivation has it: nabla beside angles, else partial
    product     `colon` for A:B, `angles` for ⟨A, B⟩; where it is None, as the notation has it
    trace       the name of the trace
    bold        set one-letter vectors and matrices in bold
    color       the colour of highlighted variables
    """

    transpose: str = "T"
    d: str = "d"
    gradient: Literal["partial", "nabla"] | None = None
    product: Literal["colon", "angles"] | None = None
    trace: str = r"\operatorname{tr}"
    bold: bool = False
    color: str = "red"

    def of(self, name: str) -> Notation:
        """This typography for a derivation in the notation `name`."""
        if name != "inner":
            return self
        return replace(self, gradient=self.gradient or "nabla", product=self.product or "angles")


STANDARD = Notation()
