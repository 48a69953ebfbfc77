"""Conformance: problems whose derivatives are known, a table for each source."""
