"""Derivations in Sphinx documents: ``extensions = ["derivtex_sphinx"]``.

The ``derivation`` directive prints an expression file step by step, the roles ``gradient`` and
``differential`` print one result inline. Whatever a document shows was verified when it was built.
"""

from __future__ import annotations



from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

import derivtex

from .directive import DerivationDirective
from .latex import define_eqalign
from .plain import PlainDerivations
from .roles import ResultRole
from .settings import add_config_values

__all__ = ["setup"]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register everything; Sphinx calls this."""
    add_config_values(app)
    app.add_directive("derivation", DerivationDirective)
    app.add_role("gradient", ResultRole(lambda derivation: derivation.gradient))
    app.add_role("differential", ResultRole(lambda derivation: derivation.differential))
    app.add_post_transform(PlainDerivations)
    app.connect("config-inited", define_eqalign)
    return {
        "version": derivtex.__version__,
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
