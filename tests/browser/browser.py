"""A browser under the tests' control, by way of `driver.mjs`."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


class Browser:
    """Chromium without a window, with the packages of one folder."""

    def __init__(self, packages: Path, node: str, chromium: str) -> None:
        self._process = subprocess.Popen(
            [node, str(HERE / "driver.mjs"), str(packages), chromium],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
        )  # fmt: skip
        self._pages: dict[str, Page] = {}

    def ask(self, request: str, **options: object) -> Any:
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({"request": request, **options}) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        assert line, "the browser is gone"
        answer = json.loads(line)
        assert "error" not in answer, answer["error"]
        return answer["value"]

    def open(self, folder: Path, url: str, mathjax: int = 4, javascript: bool = True) -> Page:
        """A page of a built site, when its mathematics is set; the same page if asked again."""
        asked = {"folder": str(folder), "url": url, "mathjax": mathjax, "javascript": javascript}
        key = json.dumps(asked)
        if key not in self._pages:
            self._pages[key] = Page(self, self.ask("open", **asked))
        return self._pages[key]

    def close(self) -> None:
        self._process.communicate(timeout=30)


class Page:
    """A page that is open. Tests share it: what one unfolds, it folds again."""

    def __init__(self, browser: Browser, number: int) -> None:
        self._browser = browser
        self._number = number

    def _ask(self, request: str, **options: object) -> Any:
        return self._browser.ask(request, page=self._number, **options)

    def evaluate(self, script: str, argument: object = None) -> Any:
        """What a JavaScript function returns, called with an argument."""
        return self._ask("evaluate", script=script, argument=argument)

    def theme(self, name: str) -> None:
        """What the reader prefers: `light` or `dark`."""
        self._ask("theme", name=name)

    def emulate(self, **media: str | None) -> None:
        """`media="print"`, `forcedColors="active"`, and so on; None: as it was."""
        self._ask("emulate", **media)

    def press(self, key: str) -> None:
        self._ask("press", key=key)

    def spoken(self, selector: str) -> list[tuple[str, str]]:
        """What assistive technology gets of an element: roles and names, in order."""
        return [(role, name) for role, name in self._ask("spoken", selector=selector)]

    def picture(self, path: Path, whole: bool = True) -> None:
        self._ask("picture", path=str(path), whole=whole)

    def problems(self) -> list[str]:
        """Errors of the page, and what it asked the network for."""
        return list(self._ask("problems"))
