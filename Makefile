# zkos: the targets a newcomer needs. Everything installs into .venv from PyPI wheels; no C compiler.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin

.PHONY: help setup demo prove-demo test test-full check fmt kernel images cycles bench clean
help:           ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(BIN)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "zkos needs Python 3.11 or newer; set PYTHON=python3.11" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null \
	  || { echo "Python's venv module is missing; on Debian: apt-get install python3-venv" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

setup: $(BIN)/.installed   ## make the virtual environment

demo: setup     ## build the kernel, run the example block on x86-64 and RISC-V, compare
	$(BIN)/python examples/demo.py

prove-demo: setup   ## a block, its words, the image on the machine, its public input (BLOCK=file)
	$(BIN)/python examples/prove_demo.py $(BLOCK)

test: setup     ## the test suite (what CI runs)
	$(BIN)/pytest -n auto --dist loadfile $(ARGS)

test-full: setup   ## the long suites too
	$(BIN)/pytest --full -n auto --dist loadfile $(ARGS)

check: setup    ## format, lint, types, subset, import directions
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m tools.check_imports
	$(BIN)/python -m tools.check_subset

fmt: setup      ## format the sources
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix --quiet .

kernel: setup   ## build all kernel images
	$(BIN)/zkos kernel build

cycles: setup   ## record the golden batches' cycles, write docs/cycles.md from them
	$(BIN)/python -m tests.golden.record
	$(BIN)/python -m tools.cycles_page

images: setup   ## record the SHA-256 of the machine's images after a change of the kernel
	$(BIN)/zkos kernel record

bench: setup    ## benchmarks, each prints a table
	$(BIN)/python -m benchmarks

clean:          ## remove the virtual environment
	rm -rf $(VENV)
