"""Every example: checked, and printed as its golden files have it.

`make golden` writes the golden files anew; read the difference as a mathematician before it is
committed.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import derivtex
from derivtex.notation import NOTATIONS

EXAMPLES = sorted(Path(__file__).parent.parent.glob("examples/*.deriv"))
GOLDEN = Path(__file__).parent / "golden"

#: Sums over a family and powers by a symbol are not written in components.
NOT_IN_COMPONENTS = {"data_sums", "power_series"}
CASES = [
    (path, notation)
    for path in EXAMPLES
    for notation in NOTATIONS
    if notation != "index" or path.stem not in NOT_IN_COMPONENTS
]

every_case = pytest.mark.parametrize(
    ("path", "notation"), CASES, ids=[f"{path.stem}-{notation}" for path, notation in CASES]
)


def derivations(path: Path, notation: str) -> list[derivtex.Derivation]:
    found = derivtex.derive_all(path.read_text(encoding="utf-8"), notation=notation)
    assert found
    for derivation in found:
        assert isinstance(derivation, derivtex.Derivation), str(derivation)
    return [d for d in found if isinstance(d, derivtex.Derivation)]


def printed(path: Path, notation: str) -> str:
    """What the golden file has: the blocks with their reasons, then the text."""
    blocks = [d.latex(reasons=True) for d in derivations(path, notation)]
    texts = [d.text() for d in derivations(path, notation)]
    return "\n\n".join([*blocks, *texts]) + "\n"


def golden(path: Path, notation: str) -> Path:
    return GOLDEN / f"{path.stem}.{notation}.txt"


@every_case
def test_example_is_checked(path: Path, notation: str) -> None:
    for derivation in derivations(path, notation):
        verification = derivation.verify()
        assert verification.ok, str(verification)


@every_case
def test_example_prints_as_its_golden_file(path: Path, notation: str) -> None:
    assert printed(path, notation) == golden(path, notation).read_text(encoding="utf-8")


@pytest.mark.parametrize("stem", sorted(NOT_IN_COMPONENTS))
def test_what_has_no_components_is_refused(stem: str) -> None:
    text = (GOLDEN.parent.parent / "examples" / f"{stem}.deriv").read_text(encoding="utf-8")
    for found in derivtex.derive_all(text, notation="index"):
        assert isinstance(found, derivtex.UnsupportedError | derivtex.LimitError)


def test_there_are_enough_examples() -> None:
    assert len(EXAMPLES) >= 10


if __name__ == "__main__" and sys.argv[1:] == ["write"]:
    GOLDEN.mkdir(exist_ok=True)
    for example, name in CASES:
        golden(example, name).write_text(printed(example, name), encoding="utf-8")
