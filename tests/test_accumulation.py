"""Weights that layers share: the gradient so far has a name, and what it stands for is right."""

from __future__ import annotations

import numpy as np
import pytest

import derivtex

NOTATIONS = ("frobenius", "trace", "inner")


def recurrent(steps: int) -> str:
    """A recurrent network, unrolled."""
    states = [rf"h_{{{t}}} = \tanh(W h_{{{t - 1}}} + U x_{{{t}}})" for t in range(1, steps + 1)]
    return "\n".join([*states, rf"L = \|h_{{{steps}}} - y\|^2", r"\nabla_W L, \nabla_U L"])


def text(lines: str, notation: str = "frobenius") -> list[str]:
    return derivtex.derive(lines, notation=notation).text().splitlines()


@pytest.mark.parametrize("notation", NOTATIONS)
def test_each_sum_is_the_one_before_it_and_a_term(notation: str) -> None:
    lines = [line.strip() for line in text(recurrent(4), notation)]
    slope = {t: f"(∂L/∂h{t}) ⊙ (𝟏 − h{t}^∘2)" for t in "₁₂₃₄"}
    if notation == "inner":
        slope = {t: f"(∇_{{h{t}}} L) ⊙ (𝟏 − h{t}^∘2)" for t in "₁₂₃₄"}
    first = next(line for line in lines if line.startswith("G₁"))
    assert "h₃ᵀ" in first
    assert f"G₂ = G₁ + ({slope['₃']})h₂ᵀ" in lines
    assert f"G₃ = G₂ + ({slope['₂']})h₁ᵀ" in lines
    assert [line[:2] for line in lines if line[0] in "GH"] == ["G₁", "H₁", "G₂", "H₂", "G₃", "H₃"]


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("steps", [3, 6])
def test_each_step_is_right(notation: str, steps: int) -> None:
    verification = derivtex.derive(recurrent(steps), notation=notation).verify()
    assert verification.ok, str(verification)


@pytest.mark.parametrize("steps", [3, 12])
def test_the_gradient_is_back_propagation_through_time(steps: int) -> None:
    derivation = derivtex.derive(recurrent(steps))
    rng = np.random.default_rng(0)
    W, U, y, h = rng.normal(size=(3, 3)), rng.normal(size=(3, 2)), rng.normal(size=3), [np.ones(3)]
    x = [np.zeros(2), *rng.normal(size=(steps, 2))]
    for t in range(1, steps + 1):
        h.append(np.tanh(W @ h[-1] + U @ x[t]))
    dW, dU, dh = np.zeros_like(W), np.zeros_like(U), 2 * (h[-1] - y)
    for t in range(steps, 0, -1):
        dz = dh * (1 - h[t] ** 2)
        dW, dU, dh = dW + np.outer(dz, h[t - 1]), dU + np.outer(dz, x[t]), W.T @ dz
    data = {"W": W, "U": U, "y": y, "h_0": h[0], **{f"x_{t}": x[t] for t in range(1, steps + 1)}}
    data |= {f"x_{{{t}}}": x[t] for t in range(10, steps + 1)}
    np.testing.assert_allclose(derivation.gradients["W"].evaluate(data), dW, rtol=1e-10)
    np.testing.assert_allclose(derivation.gradients["U"].evaluate(data), dU, rtol=1e-10)


def test_the_result_has_all_terms_where_it_can_be_read() -> None:
    short = derivtex.derive(recurrent(4)).gradients["W"]
    assert "G" not in short.text()
    assert short.text().count("⊙") == 4
    long = derivtex.derive(recurrent(40)).gradients["W"]
    assert long.text().startswith("G₃₉ + ")


def test_the_text_is_linear_in_the_layers() -> None:
    sizes = [len(derivtex.derive(recurrent(steps)).latex()) for steps in (10, 20, 40)]
    assert sizes[2] < 2.5 * sizes[1] < 6.25 * sizes[0]


@pytest.mark.parametrize(
    "given",
    [
        r"z = Wx; a = \sigma(z); L = \|Wa - y\|^2",  # two layers: no third one repeats the sum
        r"z_1 = W_1x; a_1 = \sigma(z_1); z_2 = W_2a_1; L = \|z_2 - y\|^2 + \|W\|_F^2",
    ],
)
def test_what_is_not_repeated_has_no_name(given: str) -> None:
    lines = text("\n".join([*given.split("; "), r"\nabla_W L"]))
    assert not any(line.strip().startswith("G") for line in lines)


def test_more_shared_weights_than_letters() -> None:
    names = "ABCDEFMN"
    states = [
        rf"h_{t} = \tanh({' + '.join(f'{name}h_{t - 1}' for name in names)})" for t in range(1, 5)
    ]
    asked = ", ".join(rf"\nabla_{name} L" for name in names)
    derivation = derivtex.derive("\n".join([*states, r"L = \|h_4 - y\|^2", asked]))
    assert derivation.verify().ok
    assert len(derivation.gradients) == len(names)
