"""The spellings of the language: which macros and characters stand for which mark.

Data only. A mark is named by its TeX spelling (`\\odot`), however it was written (`.*`, `⊙`).
"""

from __future__ import annotations

_SMALL = (
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa varkappa lambda "
    "mu nu xi pi varpi rho varrho sigma varsigma tau upsilon phi varphi chi psi omega"
)
_CAPITAL = "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"

SMALL_GREEK = frozenset("\\" + name for name in _SMALL.split())
CAPITAL_GREEK = frozenset("\\" + name for name in _CAPITAL.split())
#: Macros that are letters, and so names.
LETTERS = SMALL_GREEK | CAPITAL_GREEK | {r"\ell", r"\imath", r"\jmath"}

_ACCENTS = "hat bar tilde dot ddot vec check breve acute grave mathring underline"
#: Accents, each with the way it is written in a name.
ACCENTS = {"\\" + name: "\\" + name for name in _ACCENTS.split()} | {
    r"\widehat": r"\hat",
    r"\widetilde": r"\tilde",
    r"\overline": r"\bar",
}

#: Styles: they change how a letter looks, not what it is.
STYLES = frozenset(
    [
        r"\mathbf",
        r"\boldsymbol",
        r"\bm",
        r"\pmb",
        r"\mathit",
        r"\mathcal",
        r"\mathsf",
        r"\mathscr",
        r"\mathfrak",
        r"\mathnormal",
        r"\symbf",
        r"\mathbfit",
    ]
)
#: Upright styles: several letters in one are a word.
UPRIGHT = frozenset(
    [
        r"\mathrm",
        r"\operatorname",
        r"\text",
        r"\textrm",
        r"\textup",
        r"\mathop",
        r"\textit",
        r"\textnormal",
        r"\mbox",
        r"\textbf",
        r"\texttt",
        r"\mathtt",
        r"\symrm",
    ]
)
#: `{\rm Loss}`: styles that hold to the end of the group.
SWITCHES = {r"\rm": True, r"\bf": False, r"\it": False, r"\cal": False, r"\sf": False}

#: What only spaces, sizes or numbers an equation. Those of `WITH_ARGUMENT` take one.
IGNORED = frozenset(
    [
        r"\,",
        r"\;",
        r"\:",
        r"\!",
        r"\>",
        r"\quad",
        r"\qquad",
        r"\enspace",
        r"\thinspace",
        r"\medspace",
        r"\thickspace",
        r"\negthinspace",
        r"\left",
        r"\right",
        r"\middle",
        r"\big",
        r"\Big",
        r"\bigg",
        r"\Bigg",
        r"\bigl",
        r"\Bigl",
        r"\biggl",
        r"\Biggl",
        r"\bigr",
        r"\Bigr",
        r"\biggr",
        r"\Biggr",
        r"\bigm",
        r"\Bigm",
        r"\nonumber",
        r"\notag",
        r"\displaystyle",
        r"\textstyle",
        r"\scriptstyle",
        r"\limits",
        r"\nolimits",
        r"\centering",
        r"\noindent",
        r"\allowbreak",
        r"\mathstrut",
        r"\strut",
        r"\relax",
        r"\hfill",
    ]
) | {"\\ ", "\\\n", "\\\t"}
WITH_ARGUMENT = frozenset(
    [r"\label", r"\tag", r"\hspace", r"\vspace", r"\phantom", r"\hphantom", r"\vphantom"]
)
OPENING = frozenset([r"\left", r"\bigl", r"\Bigl", r"\biggl", r"\Biggl", r"\lvert", r"\lVert"])
CLOSING = frozenset([r"\right", r"\bigr", r"\Bigr", r"\biggr", r"\Biggr", r"\rvert", r"\rVert"])

#: Environments of a matrix, whose blocks `&` and `\\\\` separate.
MATRICES = frozenset(["matrix", "pmatrix", "bmatrix", "smallmatrix", "psmallmatrix"])
#: Environments that hold statements.
ENVIRONMENTS = frozenset(
    [
        "align",
        "aligned",
        "alignat",
        "equation",
        "gather",
        "gathered",
        "split",
        "multline",
        "eqnarray",
        "flalign",
        "math",
        "displaymath",
        "cases",
    ]
)

#: A line a mark: what it is named by, then its spellings.
_MARKS = r"""
    \odot    \odot \circ \hadamard
    \oslash  \oslash
    \otimes  \otimes \kron
    \cdot    \cdot \ast \bullet
    \times   \times
    \|       \| \lVert \rVert \Vert
    |        \vert \lvert \rvert \mid
    \{       \{ \lbrace
    \}       \} \rbrace
    (        \lparen
    )        \rparen
    [        \lbrack
    ]        \rbrack
    \langle  \langle
    \rangle  \rangle
    \in      \in
    \to      \to \rightarrow \longrightarrow \mapsto
    \partial \partial
    \nabla   \nabla
    \frac    \frac \dfrac \tfrac \cfrac \nicefrac \sfrac
    \sqrt    \sqrt
    \top     \top \intercal \transp \trans
    '        \prime
    \dagger  \dagger \dag
    \star    \star
    \R       \R \Re \reals \Reals \real
    \N       \N
    \Z       \Z
    \S       \S \symm
    \infty   \infty
    \forall  \forall
    \int     \int
    \sum     \sum
    \prod    \prod
    \dots    \dots \ldots \cdots \dotsc \dotsb \dotsm \hdots
    \succ    \succ
    \succeq  \succeq
    \ge      \ge \geq \geqslant
    \le      \le \leq \leqslant \preceq
    :        \colon
    =        \coloneqq \triangleq \equiv \doteq
    >        \gt
    <        \lt
"""
#: Macro to mark.
MARKS = {
    spelling: line.split()[0]
    for line in _MARKS.strip().splitlines()
    for spelling in line.split()[1:]
}

#: Characters that are marks as they stand.
PLAIN = frozenset("+-*/=<>:,;()[]|'^_{}!?.")

#: Macros that are understood but lead nowhere here, each with what is missing.
UNSUPPORTED = {
    r"\iint": "an integral",
    r"\lim": "a limit",
    r"\inf": "an infimum",
    r"\sup": "a supremum",
    **dict.fromkeys((r"\arg", r"\argmin", r"\argmax"), "an optimum"),
    r"\pm": "a double sign",
    r"\mp": "a double sign",
    r"\oplus": "a direct or Kronecker sum",
    r"\overset": "a stacked symbol",
    r"\underset": "a stacked symbol",
    r"\stackrel": "a stacked symbol",
    r"\over": "a fraction written with \\over, not \\frac,",
    r"\binom": "a binomial coefficient",
    r"\Delta_": "a difference",
    r"\neq": "a relation other than an equation",
    r"\ne": "a relation other than an equation",
    r"\approx": "a relation other than an equation",
    r"\sim": "a distribution",
    r"\propto": "a proportionality",
}

#: What to do about some of them.
HINTS = dict.fromkeys(
    (r"\arg", r"\argmin", r"\argmax", r"\inf", r"\sup"),
    r"ask for a stationary point: L = …; \frac{\partial L}{\partial w} = 0",
)

_PRIMITIVES = (
    "def edef gdef xdef let global long outer input include write read csname endcsname "
    "expandafter noexpand catcode newcommand renewcommand providecommand usepackage "
    "DeclareMathOperator newenvironment if else fi loop repeat the number string meaning "
    "hbox vbox kern special openin openout immediate jobname everymath everypar"
)
#: Macros of TeX's own, which no misspelling of mathematics is.
PRIMITIVES = frozenset("\\" + name for name in _PRIMITIVES.split())


def _pairs(text: str) -> dict[str, str]:
    """Words taken two by two."""
    words = text.split()
    return dict(zip(words[::2], words[1::2], strict=True))


#: Characters outside ASCII, each with the TeX it stands for.
UNICODE = _pairs(
    r"∂ \partial ∇ \nabla ⊤ \top ᵀ ^\top ᵗ ^\top ′ ' ’ ' ⊙ \odot ∘ \odot ⊘ \oslash ⊗ \otimes "
    r"· \cdot ⋅ \cdot ∙ \cdot ∗ * × \times → \to ↦ \to ‖ \| ∥ \| ∣ | ∈ \in ℝ \R ℕ \N ℤ \Z 𝕊 \S "
    r"𝟏 \ones 𝟙 \ones 𝟎 \zeros − - – - ∕ / ⁄ / ÷ / ⟨ \langle ⟩ \rangle ≻ \succ ≥ \ge ≤ \le "
    r"⪰ \succeq ≽ \succeq ∀ \forall "
    r"√ \sqrt … \dots ⋯ \dots ∑ \sum ∏ \prod ∞ \infty ≔ = † \dagger ⋆ \star ℓ \ell"
) | {
    character: "\\" + name
    for character, name in _pairs(
        "α alpha β beta γ gamma δ delta ε varepsilon ϵ epsilon ζ zeta η eta θ theta ϑ vartheta "
        "ι iota κ kappa λ lambda μ mu µ mu ν nu ξ xi π pi ρ rho ϱ varrho σ sigma ς varsigma "
        "τ tau υ upsilon φ varphi ϕ phi χ chi ψ psi ω omega Γ Gamma Δ Delta Θ Theta Λ Lambda "
        "Ξ Xi Π Pi Σ Sigma Υ Upsilon Φ Phi Ψ Psi Ω Omega"
    ).items()
}
#: Raised and lowered characters; a run of them is one superscript or subscript.
RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᵏⁿⁱ", "0123456789+-()kni", strict=True))
LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋ₐₑᵢⱼₖₗₘₙₒₚᵣₛₜₓ", "0123456789+-aeijklmnoprstx", strict=True))
#: Those and the ones that fewer fonts have: they are read, and not printed.
ALL_RAISED = RAISED | dict(
    zip(
        "ᵃᵇᶜᵈᵉᶠᵍʰʲˡᵐᵒᵖʳˢᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵁⱽᵂ",
        "abcdefghjlmoprsuvwxyzABDEGHIJKLMNOPRUVW",
        strict=True,
    )
)
ALL_LOWERED = LOWERED | {"ₕ": "h", "ᵤ": "u", "ᵥ": "v"}
COMBINING = {
    "\u0302": r"\hat",
    "\u0304": r"\bar",
    "\u0305": r"\bar",
    "\u0303": r"\tilde",
    "\u0307": r"\dot",
    "\u0308": r"\ddot",
}
