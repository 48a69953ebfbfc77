"""What the system has to have for some tests: programs, and packages from the npm registry."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def lacking(what: str) -> NoReturn:
    """Skip the test; in continuous integration, where all has to be there, let it fail."""
    if os.environ.get("DERIVTEX_CI") or os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)
