"""A module whose documentation has a derivation."""


def loss() -> float:
    r"""The loss.

    .. derivation:: From a docstring

       L = \|x\|^2
       \frac{\partial L}{\partial x}
    """
    return 0.0
