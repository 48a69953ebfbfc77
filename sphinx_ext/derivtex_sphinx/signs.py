r"""Signs that LaTeX with 8-bit fonts does not know, for names of rules and reported problems.

pdfLaTeX ends at a character it has no command for; one formula that could not be derived must not
cost a document its PDF.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

_GREEK = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa",
          "lambda", "mu", "nu", "xi", "omicron", "pi", "rho", "varsigma", "sigma", "tau", "upsilon",
          "phi", "chi", "psi", "omega"]  # fmt: skip
_CAPITALS = {"Γ": "Gamma", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi",
             "Σ": "Sigma", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega"}  # fmt: skip
#: Each sign and what it is in mathematics.
SIGNS: dict[str, str] = {
    **{chr(0x3B1 + index): f"\\{name}" for index, name in enumerate(_GREEK) if name != "omicron"},
    **{sign: f"\\{name}" for sign, name in _CAPITALS.items()},
    "ϕ": r"\phi", "ϵ": r"\epsilon", "∂": r"\partial", "∇": r"\nabla", "∈": r"\in",
    "∑": r"\sum", "∏": r"\prod", "√": r"\surd", "∘": r"\circ", "⊙": r"\odot", "⊘": r"\oslash",
    "⊗": r"\otimes", "⊤": r"\top", "‖": r"\|", "⟨": r"\langle", "⟩": r"\rangle", "→": r"\to",
    "≤": r"\leq", "≥": r"\geq", "≠": r"\neq", "≈": r"\approx", "∞": r"\infty", "−": "-",
    "ℝ": r"\mathbb{R}", "𝕊": r"\mathbb{S}", "𝟏": r"\mathbf{1}", "ᵀ": r"{}^T", "⁻": r"{}^-",
    "⁺": r"{}^+", "⁰": r"{}^0", "⁴": r"{}^4", "⁵": r"{}^5", "⁶": r"{}^6", "⁷": r"{}^7",
    "⁸": r"{}^8", "⁹": r"{}^9", "₀": r"{}_0", "₁": r"{}_1", "₂": r"{}_2", "₃": r"{}_3",
    "₄": r"{}_4", "₅": r"{}_5", "₆": r"{}_6", "₇": r"{}_7", "₈": r"{}_8", "₉": r"{}_9",
    "⋅": r"\cdot", "′": r"\prime",
}  # fmt: skip


def declarations() -> str:
    """What the preamble says of them; engines that know Unicode pass it over."""
    lines = "".join(
        f"  \\DeclareUnicodeCharacter{{{ord(sign):04X}}}{{\\ensuremath{{{tex}}}}}\n"
        for sign, tex in SIGNS.items()
    )
    return f"\\ifdefined\\DeclareUnicodeCharacter\n{lines}\\fi\n"


class PrintableErrors(SphinxPostTransform):
    """Reports may quote any character: those without a sign become question marks."""

    default_priority = 400
    formats = ("latex",)

    def run(self, **kwargs: Any) -> None:
        if self.config.latex_engine not in {"pdflatex", "platex"}:
            return
        for report in self.document.findall(_is_report):
            for text in list(report.findall(nodes.Text)):
                text.parent.replace(text, nodes.Text("".join(_printable(text.astext()))))


def _is_report(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Element) and "derivation-error" in node.get("classes", ())


def _printable(text: str) -> Iterator[str]:
    for character in text:
        known = ord(character) < 0x180 or character in SIGNS or character in "–—‘’“”…"
        yield character if known else "?"
