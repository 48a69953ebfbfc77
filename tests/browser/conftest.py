"""The renderers: a browser, the packages from the npm registry, and pages for them."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.tools import lacking

from .browser import HERE, Browser

ROOT = HERE.parents[1]
SHOWCASE = HERE.parent / "sphinx" / "showcase"


@pytest.fixture(scope="session")
def packages(need_tool: Callable[[str], None]) -> Path:
    """The folder with the npm packages of `package.json`, installed once, in `build/node`."""
    need_tool("node")
    need_tool("npm")
    folder = ROOT / "build" / "node"
    wanted = (HERE / "package-lock.json").read_text(encoding="utf-8")
    done = folder / "installed.json"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # against tests that run beside these
        if not done.exists() or done.read_text(encoding="utf-8") != wanted:
            _install(folder)
            done.write_text(wanted, encoding="utf-8")
    return folder


def _install(folder: Path) -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder / name)
    run = subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if run.returncode:
        lacking(f"npm ci: {run.stderr[-2000:]}")


@pytest.fixture(scope="session")
def browser(need_tool: Callable[[str], None], packages: Path) -> Iterator[Browser]:
    need_tool("chromium")
    opened = Browser(packages, found("node"), found("chromium"))
    yield opened
    opened.close()


def found(tool: str) -> str:
    path = shutil.which(tool)
    assert path is not None
    return path


@pytest.fixture(scope="session")
def sphinx_build(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """The folder that ``sphinx-build -W`` with some options writes."""

    def run(source: Path, builder: str, *options: str) -> Path:
        folder = tmp_path_factory.mktemp(builder)
        done = subprocess.run(
            [sys.executable, "-m", "sphinx", "-q", "-j2", "-b", builder, "-d", folder / "doctrees",
             *options, source, folder / "out"],
            capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return folder / "out"

    return run


@pytest.fixture(scope="session")
def showcase(sphinx_build: Callable[..., Path]) -> Path:
    """The showcase document as a site."""
    return sphinx_build(SHOWCASE, "html", "-W", "-D", "html_theme=furo")
