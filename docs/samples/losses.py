"""Losses of a linear model."""

import numpy as np


def squared_error(X: np.ndarray, w: np.ndarray, y: np.ndarray) -> np.ndarray:
    r"""The gradient of the squared error of predictions :math:`Xw`.

    .. derivation:: Gradient of the squared error
       :detail: brief

       L = \|Xw - y\|^2
       \frac{\partial L}{\partial w}

    :param X: the inputs, one row a sample
    :param w: the weights
    :param y: the targets
    """
    return 2 * X.T @ (X @ w - y)
