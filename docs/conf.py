"""The documentation of derivtex, built with its own extension."""

import sys
from pathlib import Path

import derivtex

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / "_ext"), str(HERE / "samples")]

project = "derivtex"
author = project_copyright = "the derivtex developers"
version = release = derivtex.__version__

extensions = [
    "derivtex_sphinx",
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx_copybutton",
    "live",
]
exclude_patterns = ["_build", "samples", "_ext"]
templates_path = []
default_role = "code"
highlight_language = "text"

# Derivations: what a directive does not say for itself.
derivtex_macros = {"R": r"\mathbb{R}"}

myst_enable_extensions = ["dollarmath", "deflist", "colon_fence"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_class_signature = "separated"
autodoc_typehints = "signature"
python_maximum_signature_line_length = 88

html_theme = "furo"
html_title = "derivtex"
html_static_path = ["_static"]
html_css_files = ["docs.css"]
html_domain_indices = True
html_copy_source = False

copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
