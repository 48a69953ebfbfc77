"""A project that uses everything."""

import sys
from pathlib import Path

import derivtex

sys.path.insert(0, str(Path(__file__).parent))

project = "Showcase"
author = project_copyright = "the derivtex developers"
version = "1"
extensions = ["derivtex_sphinx", "sphinx.ext.autodoc"]
exclude_patterns = ["_build"]
numfig = True
html_domain_indices = True
latex_domain_indices = True
man_pages = [("index", "showcase", "Showcase", ["the derivtex developers"], 1)]
epub_show_urls = "no"

derivtex_typography = derivtex.Notation(transpose=r"\top", color="blue")
derivtex_macros = {"E": r"\mathbb{E}", "norm": [r"\left\|#1\right\|", 1]}
derivtex_reasons = True
