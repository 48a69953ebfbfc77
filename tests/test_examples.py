"""Every example: checked, and printed as its golden files have it.

`make golden` writes the golden files anew; read the difference as a mathematician before it is
committed.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import derivtex

EXAMPLES = sorted(Path(__file__).parent.parent.glob("examples/*.deriv"))
GOLDEN = Path(__file__).parent / "golden"

every_example = pytest.mark.parametrize("path", EXAMPLES, ids=[path.stem for path in EXAMPLES])
in_each_notation = pytest.mark.parametrize("notation", ["frobenius", "trace", "inner"])


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


@in_each_notation
@every_example
def test_example_is_checked(path: Path, notation: str) -> None:
    for derivation in derivations(path, notation):
        verification = derivation.verify()
        assert verification.ok, str(verification)


@in_each_notation
@every_example
def test_example_prints_as_its_golden_file(path: Path, notation: str) -> None:
    assert printed(path, notation) == golden(path, notation).read_text(encoding="utf-8")


def test_there_are_enough_examples() -> None:
    assert len(EXAMPLES) >= 10


if __name__ == "__main__" and sys.argv[1:] == ["write"]:
    GOLDEN.mkdir(exist_ok=True)
    for example in EXAMPLES:
        for name in ("frobenius", "trace", "inner"):
            golden(example, name).write_text(printed(example, name), encoding="utf-8")
