"""What all tests share: the tools of the system, and how hard Hypothesis tries."""

import shutil
from collections.abc import Callable

import pytest
from hypothesis import settings

from tests.tools import lacking

# A derivation's first run pays for imports, so a deadline per example would only flake.
settings.register_profile("default", deadline=None, max_examples=200, derandomize=True)
# A profile takes over what it leaves out, and the same examples each time would make no search.
settings.register_profile("fuzz", deadline=None, max_examples=2000, derandomize=False)
settings.load_profile("default")


@pytest.fixture(scope="session")
def need_tool() -> Callable[[str], None]:
    """A test that calls ``need_tool("pdflatex")`` is skipped where there is none.

    In continuous integration it fails instead: there, a skipped test is a broken set-up.
    """

    def need(name: str) -> None:
        if shutil.which(name) is None:
            lacking(f"{name} is not installed")

    return need
