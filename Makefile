# `make demo` and `make test` work on a fresh clone: they need Python 3.11 or newer, and make.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.installed

EXAMPLE := examples/least_squares.deriv
DEMO    := build/demo

# A process for each core, up to four; each begins with tests that stand together in the folders,
# so that what they share is made once.
SIDE_BY_SIDE := -n auto --maxprocesses 4 --dist worksteal

.DEFAULT_GOAL := help
.PHONY: help demo test lint fuzz golden bench docs clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-6s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(READY): pyproject.toml
	@echo "== installing into $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

demo: $(READY) ## derive and check an example, as TeX and as text; as PDF if LaTeX is installed
	@echo "== $(EXAMPLE)"
	@cat $(EXAMPLE)
	@echo
	@echo "== as TeX, with reasons, every step checked"
	@$(BIN)/derivtex --reasons --check $(EXAMPLE)
	@echo
	@echo "== as text"
	@$(BIN)/derivtex --to text --reasons $(EXAMPLE)
	@echo
	@if command -v pdflatex >/dev/null; then $(MAKE) --no-print-directory $(DEMO)/demo.pdf; \
	else echo "== no PDF: pdflatex is not installed"; fi

.PHONY: $(DEMO)/demo.pdf
$(DEMO)/demo.pdf:
	@mkdir -p $(DEMO)
	@{ printf '%s\n' '\documentclass{article}\usepackage{amsmath,amssymb,xcolor}\pagestyle{empty}'; \
	   $(BIN)/python -c 'import derivtex; print(derivtex.EQALIGN_MACRO)'; \
	   printf '%s\n' '\begin{document}\['; \
	   $(BIN)/derivtex --reasons $(EXAMPLE); \
	   printf '%s\n' '\]\end{document}'; } > $(DEMO)/demo.tex
	@pdflatex -interaction=batchmode -halt-on-error -output-directory=$(DEMO) $(DEMO)/demo.tex \
	   >/dev/null || { echo "pdflatex failed: see $(DEMO)/demo.log"; exit 1; }
	@echo "== PDF: $@"

lint: $(READY) ## style, types, and the direction of imports
	@echo "== ruff";        $(BIN)/ruff check --quiet .
	@echo "== mypy";        $(BIN)/mypy --strict
	@echo "== import-linter"; $(BIN)/lint-imports --no-logo

test: lint ## everything that must hold: lint, then the tests
	@echo "== pytest"
	@$(BIN)/pytest -q $(SIDE_BY_SIDE)

fuzz: $(READY) ## the property tests, with many more examples
	@$(BIN)/pytest -q $(SIDE_BY_SIDE) -m fuzz --hypothesis-profile=fuzz

golden: $(READY) ## write the golden files of the examples anew (then read the difference)
	@$(BIN)/python -m tests.test_examples write

bench: $(READY) ## how long derivations take
	@$(BIN)/python benchmarks/run.py

docs: $(READY) ## the documentation, with itself: every derivation is checked, no warning is let through
	@$(BIN)/python -m sphinx -W --keep-going -q -b html -d docs/_build/doctrees docs docs/_build/html
	@echo "== docs/_build/html/index.html"

clean: ## remove what the other targets made
	@rm -rf $(VENV) build dist docs/_build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
