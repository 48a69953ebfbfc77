"""Gradients from everyday machine learning and statistics."""

from __future__ import annotations

from tests.tables.learning_models import ROWS as MODELS
from tests.tables.learning_regression import ROWS as REGRESSION
from tests.tables.learning_statistics import ROWS as STATISTICS
from tests.tables.row import Row

ROWS: tuple[Row, ...] = (*REGRESSION, *STATISTICS, *MODELS)
