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

#: Accents, each with the way it is written in a name.
ACCENTS = {
    "\\" + name: "\\" + name
    for name in "hat bar tilde dot ddot vec check breve acute grave mathring underline".split()
} | {r"\widehat": r"\hat", r"\widetilde": r"\tilde", r"\overline": r"\bar"}

#: Styles: they change how a letter looks, not what it is.
STYLES = frozenset(
    r"\mathbf \boldsymbol \bm \pmb \mathit \mathcal \mathsf \mathscr \mathfrak \mathnormal "
    r"\symbf \mathbfit".split()
)
#: Upright styles: several letters in one are a word.
UPRIGHT = frozenset(
    r"\mathrm \operatorname \text \textrm \textup \mathop \textit \textnormal \mbox \textbf "
    r"\texttt \mathtt \symrm".split()
)
#: `{\rm Loss}`: styles that hold to the end of the group.
SWITCHES = {r"\rm": True, r"\bf": False, r"\it": False, r"\cal": False, r"\sf": False}

#: Functions that are macros; the word is what the operation table knows.
WORDS = frozenset(
    "log ln exp sin cos tan sinh cosh tanh arcsin arccos arctan det tr Tr trace diag Diag rank "
    "lg cot sec csc coth vectorize sgn sign relu erf softmax logsumexp".split()
)

#: What only spaces, sizes or numbers an equation. Those of `WITH_ARGUMENT` take one.
IGNORED = frozenset(
    r"\, \; \: \! \> \quad \qquad \enspace \thinspace \medspace \thickspace \negthinspace "
    r"\left \right \middle \big \Big \bigg \Bigg \bigl \Bigl \biggl \Biggl \bigr \Bigr \biggr "
    r"\Biggr \bigm \Bigm \nonumber \notag \displaystyle \textstyle \scriptstyle \limits \nolimits "
    r"\centering \noindent \allowbreak \mathstrut \strut \relax \hfill".split()
) | {"\\ ", "\\\n", "\\\t"}
WITH_ARGUMENT = frozenset(r"\label \tag \hspace \vspace \phantom \hphantom \vphantom".split())
OPENING = frozenset(r"\left \bigl \Bigl \biggl \Biggl \lvert \lVert".split())
CLOSING = frozenset(r"\right \bigr \Bigr \biggr \Biggr \rvert \rVert".split())

#: Environments that hold statements.
ENVIRONMENTS = frozenset(
    "align aligned alignat equation gather gathered split multline eqnarray flalign math "
    "displaymath cases".split()
)

_MARKS = {
    r"\odot": r"\odot \circ \hadamard",
    r"\oslash": r"\oslash",
    r"\otimes": r"\otimes \kron",
    r"\cdot": r"\cdot \ast \bullet",
    r"\times": r"\times",
    r"\|": r"\| \lVert \rVert \Vert",
    "|": r"\vert \lvert \rvert \mid",
    r"\{": r"\{ \lbrace",
    r"\}": r"\} \rbrace",
    "(": r"\lparen",
    ")": r"\rparen",
    "[": r"\lbrack",
    "]": r"\rbrack",
    r"\langle": r"\langle \left\langle",
    r"\rangle": r"\rangle",
    r"\in": r"\in",
    r"\to": r"\to \rightarrow \longrightarrow \mapsto",
    r"\partial": r"\partial",
    r"\nabla": r"\nabla",
    r"\frac": r"\frac \dfrac \tfrac \cfrac \nicefrac \sfrac",
    r"\sqrt": r"\sqrt",
    r"\top": r"\top \intercal \transp \trans",
    "'": r"\prime",
    r"\dagger": r"\dagger \dag",
    r"\star": r"\star",
    r"\R": r"\R \Re \reals \Reals \real",
    r"\N": r"\N",
    r"\Z": r"\Z",
    r"\S": r"\S \symm",
    r"\infty": r"\infty",
    r"\sum": r"\sum",
    r"\prod": r"\prod",
    r"\succ": r"\succ",
    r"\ge": r"\ge \geq \geqslant \succeq",
    r"\le": r"\le \leq \leqslant \preceq",
    ":": r"\colon",
    "=": r"\coloneqq \triangleq \equiv \doteq",
    ">": r"\gt",
    "<": r"\lt",
    ",": r"\and",
}
#: Macro to mark.
MARKS = {spelling: mark for mark, several in _MARKS.items() for spelling in several.split()}

#: Characters that are marks as they stand.
PLAIN = frozenset("+-*/=<>:,;()[]|'^_{}!.")

#: Macros that are understood but lead nowhere here, each with what is missing.
UNSUPPORTED = {
    r"\int": "an integral",
    r"\iint": "an integral",
    r"\lim": "a limit",
    r"\min": "a minimum",
    r"\max": "a maximum",
    r"\inf": "an infimum",
    r"\sup": "a supremum",
    r"\argmin": "a minimiser",
    r"\argmax": "a maximiser",
    r"\ldots": "an ellipsis",
    r"\cdots": "an ellipsis",
    r"\dots": "an ellipsis",
    r"\dotsc": "an ellipsis",
    r"\pm": "a double sign",
    r"\mp": "a double sign",
    r"\oplus": "a direct or Kronecker sum",
    r"\overset": "a stacked symbol",
    r"\underset": "a stacked symbol",
    r"\underbrace": "a brace under an expression",
    r"\overbrace": "a brace over an expression",
    r"\binom": "a binomial coefficient",
    r"\Delta_": "a difference",
    r"\neq": "a relation other than an equation",
    r"\approx": "a relation other than an equation",
    r"\sim": "a distribution",
    r"\propto": "a proportionality",
}

#: Characters outside ASCII, each with the TeX it stands for.
UNICODE = {
    "∂": r"\partial", "∇": r"\nabla", "⊤": r"\top", "ᵀ": r"^\top", "ᵗ": r"^\top", "′": "'",
    "’": "'", "⊙": r"\odot", "∘": r"\odot", "⊘": r"\oslash", "⊗": r"\otimes", "·": r"\cdot",
    "⋅": r"\cdot", "∙": r"\cdot", "∗": "*", "×": r"\times", "→": r"\to", "↦": r"\to",
    "‖": r"\|", "∥": r"\|", "∣": "|", "∈": r"\in", "ℝ": r"\R", "ℕ": r"\N", "ℤ": r"\Z",
    "𝕊": r"\S", "𝟏": r"\ones", "𝟙": r"\ones", "𝟎": r"\zeros", "−": "-", "–": "-", "∕": "/",
    "⁄": "/", "÷": "/", "⟨": r"\langle", "⟩": r"\rangle", "≻": r"\succ", "≥": r"\ge", "≤": r"\le",
    "√": r"\sqrt", "∑": r"\sum", "∏": r"\prod", "∞": r"\infty", "≔": "=", "†": r"\dagger",
    "⋆": r"\star", "ℓ": r"\ell",
}  # fmt: skip
_GREEK_CHARACTERS = (
    "α alpha β beta γ gamma δ delta ε varepsilon ϵ epsilon ζ zeta η eta θ theta ϑ vartheta "
    "ι iota κ kappa λ lambda μ mu µ mu ν nu ξ xi π pi ρ rho ϱ varrho σ sigma ς varsigma τ tau "
    "υ upsilon φ varphi ϕ phi χ chi ψ psi ω omega Γ Gamma Δ Delta Θ Theta Λ Lambda Ξ Xi Π Pi "
    "Σ Sigma Υ Upsilon Φ Phi Ψ Psi Ω Omega"
).split()
UNICODE |= {
    character: "\\" + name
    for character, name in zip(_GREEK_CHARACTERS[::2], _GREEK_CHARACTERS[1::2], strict=True)
}
#: Raised and lowered characters; a run of them is one superscript or subscript.
RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᵏⁿⁱ", "0123456789+-()kni", strict=True))
LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋ₐₑᵢⱼₖₗₘₙₒₚᵣₛₜₓ", "0123456789+-aeijklmnoprstx", strict=True))
COMBINING = {"\u0302": r"\hat", "\u0304": r"\bar", "\u0305": r"\bar", "\u0303": r"\tilde",
             "\u0307": r"\dot", "\u0308": r"\ddot"}  # fmt: skip
