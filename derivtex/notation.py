"""Typography, as one frozen value. It changes how a derivation looks, never what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Notation:
    """How a derivation is set.

    transpose   what stands in the exponent of a transpose: `T`, `\\top`, `\\intercal`
    d           the sign of a differential: `d` or `\\mathrm{d}`
    gradient    `partial` for ∂L/∂W, `nabla` for ∇_W L
    trace       the name of the trace
    bold        set one-letter vectors and matrices in bold
    color       the colour of highlighted variables
    """

    transpose: str = "T"
    d: str = "d"
    gradient: Literal["partial", "nabla"] = "partial"
    trace: str = r"\operatorname{tr}"
    bold: bool = False
    color: str = "red"


STANDARD = Notation()
