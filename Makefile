# Two commands need nothing but Python 3.11: `make demo` and `make test`. Each does its own set-up.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help setup demo test lint format types contracts check campaign bench fuzz evaluate samples lock clean

VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SOURCES := agent parsers matching outbox templates
PYTEST_ARGS ?=
DEMO_HOME ?= demo-home

help:  ## what can be made
	@echo "make demo       play a working day of a sample company: real mail servers, the real service"
	@echo "make test       run the tests (those that need Dovecot or Postfix skip where there is none)"
	@echo "make check      what CI checks: format, lint, types, import contracts, tests"
	@echo "make lint       format and lint only;   make types       mypy --strict;   make contracts   who imports whom"
	@echo "make format     format the code"
	@echo "make samples    write every mail and paper that customers get to samples-out/, papers as pictures too"
	@echo "make evaluate   apply generated remittances and count the wrong applications (COUNT=5000 SEED=1)"
	@echo "make fuzz       read changed mails and papers of every medium, and bombs (COUNT=5000 SEED=1)"
	@echo "make campaign   break each promise on purpose, at full length (NAME=kills_out COUNT=10000 SEED=7: one of them)"
	@echo "make bench      measure reading, rendering and matching"
	@echo "make setup      the virtual environment in $(VENV), from requirements.lock (the others do it too)"
	@echo "make lock       resolve requirements.lock anew"
	@echo "make clean      remove $(VENV), demo-home and everything else that was made"

setup: $(READY)

# --no-deps and --no-build-isolation: nothing comes in that the lock does not name.
# compileall: so that starting is quick even where Python may not write bytecode later (PYTHONDONTWRITEBYTECODE).
$(READY): requirements.lock pyproject.toml
	@python=; for one in python3 python3.14 python3.13 python3.12 python3.11; do \
	  if $$one -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$one; break; fi; done; \
	if [ -z "$$python" ]; then echo "ar-agent needs Python 3.11 or newer; none was found as python3"; exit 1; fi; \
	if [ ! -x $(BIN)/python ]; then echo "making $(VENV) with $$python"; \
	  $$python -m venv $(VENV) || { rm -rf $(VENV); echo "on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }; fi
	@echo "installing from requirements.lock"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q $(SOURCES) tests
	@touch $(READY)

demo: $(READY)  ## the main job, on real mail
	@$(BIN)/python -m agent.demo --home $(DEMO_HOME)

test: $(READY)  ## the tests
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

format: $(READY)
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix-only --quiet .

lint: $(READY)
	@$(BIN)/ruff format --check --output-format concise . || { echo "not formatted as agreed: make format"; exit 1; }
	@$(BIN)/ruff check --output-format concise .

types: $(READY)
	@$(BIN)/mypy

contracts: $(READY)
	@$(BIN)/lint-imports --no-logo

check: lint types contracts test

bench: $(READY)
	@for one in tests/bench/bench_*.py; do echo "== $$one"; \
	  $(BIN)/python -m tests.bench.$$(basename $$one .py) || exit 1; done

SEED ?= 1

evaluate: $(READY)  ## what is applied without a person, and what wrongly
	@$(BIN)/python -m tests.evaluate.run --count $(or $(COUNT),5000) --seed $(SEED)

campaign: $(READY)  ## each promise of docs/campaigns.md, broken on purpose
	@$(BIN)/python -m tests.campaign $(NAME) $(if $(COUNT),--count $(COUNT),--full) --seed $(SEED)

fuzz: $(READY)  ## mails and papers changed at random (COUNT=5000 SEED=1), then the bombs
	@$(BIN)/python -m tests.fuzz.fuzz_media --count $(or $(COUNT),5000) --seed $(SEED)
	@$(BIN)/python -m tests.fuzz.bombs

samples: $(READY)
	@$(BIN)/python -m templates.samples samples-out
	@$(BIN)/python -m tests.measure.pictures samples-out

# uv resolves for every platform at once; the lock that it writes is read by plain pip.
lock: $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@sed -n '/^#/p' requirements.lock > requirements.lock.new
	@echo 'setuptools>=77' | $(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 \
	  --extra dev --no-header --no-annotate --no-emit-index-url --no-emit-find-links pyproject.toml - >> requirements.lock.new
	@mv requirements.lock.new requirements.lock

clean:
	@rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis samples-out
	@if [ -e demo-home/.made-by-make-demo ]; then rm -rf demo-home; fi
	@find $(SOURCES) tests -name __pycache__ -type d -prune -exec rm -rf {} +
