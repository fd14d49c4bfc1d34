# Everything a newcomer, an operator and CI need. Each target does its own set-up in .venv from constraints.txt.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install -qq -c constraints.txt

.DEFAULT_GOAL := help
.PHONY: help setup demo test airflow bench bench-read lint clean constraints

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

$(BIN)/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(None if (3, 11) <= v < (3, 14) else f"Wirecopy needs Python 3.11 to 3.13; $(PYTHON) is {v[0]}.{v[1]}. Name another: make PYTHON=python3.11")'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "no virtual environment could be made: install Python's venv module (Debian: python3-venv)" >&2; exit 1; }

$(VENV)/.core: pyproject.toml constraints.txt | $(BIN)/python
	@echo "setting up $(VENV): the library, the command line and the web app ..." >&2
	@$(PIP) -e '.[web]'
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	@echo "setting up $(VENV): everything, with Airflow and the test tools (a few minutes) ..." >&2
	@$(PIP) -e '.[dev]'
	@touch $@ $(VENV)/.core

setup: $(VENV)/.core ## make .venv with the wirecopy command

demo: $(VENV)/.core ## follow a small newsroom's stories from feeds to a searchable index
	@$(BIN)/python -m wirecopy.demo

test: $(VENV)/.dev ## run the tests (those without Elasticsearch or Chromium say so and are skipped)
	@$(BIN)/python -m pytest

airflow: $(VENV)/.dev ## start a standalone Airflow on loopback with the demo newsroom; Ctrl-C stops all of it
	@exec $(BIN)/python scripts/airflow_standalone.py

bench: bench-read ## print the figures of quality and cost, and compare them with their floors
	@$(BIN)/python benchmarks/language.py --part 5
	@$(BIN)/python benchmarks/copies.py
	@$(BIN)/python benchmarks/feeds.py
	@$(BIN)/python benchmarks/collect.py

bench-read: $(VENV)/.dev ## print how well and how fast articles are read, beside trafilatura and the peers that are installed
	@$(BIN)/python benchmarks/reading.py

lint: $(VENV)/.dev ## check style and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

clean: ## remove everything that make made
	rm -rf $(VENV) .airflow demo-data build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis benchmarks/results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

constraints: ## resolve the pinned versions anew (needs uv)
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --no-emit-index-url -o constraints.txt
