r"""The macro ``\eqalign``, which MathJax knows and LaTeX does not."""

from __future__ import annotations

from sphinx.application import Sphinx
from sphinx.config import Config

import derivtex


def define_eqalign(app: Sphinx, config: Config) -> None:
    r"""Add the macro after the project's own preamble, for PDF output and for formula images.

    The macro is *provided*, so one that the project defines itself is left as it is.
    """
    elements = config.latex_elements
    config.latex_elements = {
        **elements,
        "preamble": f"{elements.get('preamble', '')}\n{derivtex.EQALIGN_MACRO}\n",
    }
    if "imgmath_latex_preamble" in config:
        # Its document loads no colours, which highlighting needs.
        config.imgmath_latex_preamble += f"\n\\usepackage{{xcolor}}\n{derivtex.EQALIGN_MACRO}\n"
