"""Typography, as one frozen value. It changes how a derivation looks, never what it says.

The names of the notations, which a derivation is derived in, stand here too: what takes one as an
option need not load the engine.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

#: Each has moves of its own to the same gradient.
NOTATIONS = ("frobenius", "trace", "inner", "vec", "index")


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
