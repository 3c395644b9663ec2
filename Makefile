# Everything runs from .venv, which the first target that needs it makes.
.DEFAULT_GOAL := help
.PHONY: help install demo test check wheel test-wheel bench soak docs lock clean

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
READY := .venv/.ready
PYTEST_ARGS ?=
SOAK_ARGS ?=
BENCH_ARGS ?=
PACKED := $(shell find app agents tables schemas -name '*.py' -o -name '*.avsc' -o -name '*.json' | sort)
# Named after the files that it was made of: one that is gone again is newer than nothing.
WHEEL := .compiled/.ready-$(shell echo $(PACKED) | cksum | cut -d ' ' -f 1)
# What was compiled comes before the sources, in every process that is started from here.
AS_WHEEL = COMPILE_SYNCLINE=1 PYTHONSAFEPATH=1 PYTHONPATH="$(CURDIR)/$(dir $(WHEEL)):$(CURDIR)"
# structure reads sources, kafka and soak are about what is not compiled
OF_WHEEL := $(addprefix tests/,backtest contracts embedded flow fuzz properties stories unit)

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(READY) ## Make .venv with everything in it, .venv/bin/syncline included

$(READY): requirements/dev.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Syncline needs Python 3.11 or newer")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(READY)

demo: install ## Watch the whole pipeline work, with nothing else installed
	$(BIN)/syncline demo

test: check ## Everything that must hold: the static checks, then every test
	$(BIN)/pytest -n 2 --dist loadgroup $(PYTEST_ARGS)

check: install ## The static checks alone
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

wheel: $(WHEEL) ## Build dist/*.whl, what a cluster runs: the line compiled; needs a C compiler and Python's headers

$(WHEEL): $(PACKED) setup.py pyproject.toml $(READY)
	@$(CC) --version >/dev/null || { echo "make wheel needs a C compiler and Python's headers (gcc, python3-dev)" >&2; exit 1; }
	rm -rf build dist $(@D)
	COMPILE_SYNCLINE=1 $(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation -w dist .
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --target $(@D) dist/syncline-*.whl
	touch $@

test-wheel: wheel ## The tests of what a wheel has compiled, run on that
	$(AS_WHEEL) $(BIN)/pytest -n 2 --dist loadgroup -o pythonpath="$(dir $(WHEEL)) ." $(OF_WHEEL) $(PYTEST_ARGS)

bench: wheel ## Measure the line by stages and whole workers beside their peers, or BENCH=latency, score, ...
ifdef BENCH
	$(AS_WHEEL) $(BIN)/python -m bench.$(BENCH) $(BENCH_ARGS)
else
	$(AS_WHEEL) $(BIN)/python -m bench.line
	$(AS_WHEEL) $(BIN)/python -m bench $(BENCH_ARGS)
endif

soak: wheel ## Torment workers on a real Kafka, SOAK_ARGS="--duration 10m --seed 7", or orders in SOAK=arrivals
	$(AS_WHEEL) $(BIN)/python -m tests.soak$(addprefix .,$(SOAK)) $(SOAK_ARGS)

docs: install ## Write the pages and pictures that are made from the code
	$(BIN)/python -m tools.reference

lock: ## Choose versions anew within pyproject.toml's bounds, with hashes
	CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile $(COMPILE) -o requirements/runtime.txt pyproject.toml
	CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile $(COMPILE) --extra dev --allow-unsafe -o requirements/dev.txt pyproject.toml

COMPILE := --quiet --generate-hashes --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

clean: ## Remove what was made
	rm -rf .venv .kafka .bench .compiled dist .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info
