"""Gradients from everyday machine learning and statistics."""

from __future__ import annotations

from tests.conformance.learning_data import ROWS as DATA
from tests.conformance.learning_models import ROWS as MODELS
from tests.conformance.learning_regression import ROWS as REGRESSION
from tests.conformance.learning_statistics import ROWS as STATISTICS
from tests.conformance.row import Row

ROWS: tuple[Row, ...] = (*REGRESSION, *STATISTICS, *MODELS, *DATA)
