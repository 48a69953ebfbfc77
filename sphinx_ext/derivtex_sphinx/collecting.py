"""What Python's garbage collector need not go through while a project is built.

Sphinx keeps all that it has read, and docutils leaves much garbage, so that the collector goes
through everything again and again: through the modules, too, Sphinx's and those of the engine,
which are more than the documents and never garbage. That is a tenth of the time of a build.
"""

from __future__ import annotations

import gc
from functools import cache


@cache
def freeze() -> None:
    """Leave alone what there is when the first derivation is made; then the engine is loaded."""
    gc.freeze()


def unfreeze() -> None:
    """The process may go on when the build ends, with another one."""
    gc.unfreeze()
    freeze.cache_clear()
