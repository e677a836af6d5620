# One command each. `make help` lists them.

PYTHON ?= python3
VENV := .venv
CLUSTER := .venv-cluster
# Modules whose examples test-cluster runs, since only that environment has their libraries.
CLUSTERED := dask ray spark
BIN := $(VENV)/bin
# What the extension is built from: when any of it changes, it is built anew.
SOURCES := Cargo.toml Cargo.lock pyproject.toml $(shell find src -name '*.rs')
# With a toolchain of one's own beside the virtual environment, maturin builds into that alone.
export VIRTUAL_ENV := $(CURDIR)/$(VENV)
unexport CONDA_PREFIX

.PHONY: help demo install system-packages test test-rust test-python test-docs test-cluster examples plots test-corpora lint format bench bench-full bench-analysis bench-scale bench-processes bench-kernels perf-check perf-record clean
.DEFAULT_GOAL := help

help:  ## List the commands.
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

demo: install  ## Build, install into .venv and tag the bundled sample.
	@$(BIN)/python -m slugline.demo

install: $(VENV)/installed  ## Build the package and install it into .venv.

$(VENV)/made:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "slugline needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1' 'maturin>=1.9,<2'
	@touch $@

$(VENV)/installed: $(VENV)/made $(SOURCES)
	PIP_QUIET=1 $(BIN)/maturin develop --release --quiet
	@touch $@

$(VENV)/tools: $(VENV)/made pyproject.toml
	$(BIN)/python -m pip install --quiet --group test --group lint
	@touch $@

test: test-rust test-python test-docs test-cluster  ## Install what the tests need, and run them all.

test-rust:  ## The Rust tests alone: no Python needed.
	cargo test --quiet

system-packages:
	@scripts/system-packages

test-python: install $(VENV)/tools system-packages
	$(BIN)/python -m pytest

test-docs: install $(VENV)/tools  ## The examples in docstrings (the README's are among the Python tests).
	$(BIN)/python -m pytest --quiet --doctest-modules python/slugline $(CLUSTERED:%=--ignore=python/slugline/%.py)

# PySpark does not support the newest pandas, so clusters have a virtual environment of their own; the
# package is that of the other one, built once.
$(CLUSTER)/ready: $(VENV)/made pyproject.toml
	$(PYTHON) -m venv $(CLUSTER)
	$(CLUSTER)/bin/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(CLUSTER)/bin/python -m pip install --quiet --group cluster
	@touch $@

test-cluster: install $(CLUSTER)/ready system-packages  ## Spark, Dask and Ray on local clusters of several processes.
	PYTHONPATH=$(CURDIR)/python $(CLUSTER)/bin/python -m pytest tests/cluster

examples: install $(VENV)/tools  ## Run the notebooks of examples/ and keep what came of them.
	$(BIN)/python scripts/run_examples.py

plots: install $(VENV)/tools  ## Draw the pictures of docs/plots.md anew.
	$(BIN)/python scripts/plot_images.py

test-corpora: install $(VENV)/tools  ## Compare with the reference on all the corpora (long).
	SLUGLINE_CORPUS_DOCS=2000 $(BIN)/python -m pytest tests/python/test_corpora.py -s

lint: install $(VENV)/tools  ## Formatting, lints and types, of Rust and Python.
	cargo fmt --check
	cargo fmt --check --manifest-path benchmarks/kernels/Cargo.toml
	cargo metadata --locked --format-version 1 --manifest-path benchmarks/kernels/Cargo.toml > /dev/null
	cargo clippy --quiet --all-targets --features python -- -D warnings
	cargo clippy --quiet -- -D warnings
	$(BIN)/ruff check python tests benchmarks scripts
	$(BIN)/ruff format --check python tests benchmarks scripts
	$(BIN)/mypy
	$(BIN)/python -m mypy.stubtest slugline._core --allowlist scripts/stubtest-allowlist.txt

format:  ## Format all code.
	cargo fmt
	$(BIN)/ruff format python tests benchmarks scripts
	$(BIN)/ruff check --fix --quiet python tests benchmarks scripts

bench: install $(VENV)/tools  ## Time slugline beside other packages (some minutes; ARGS=… goes to benchmarks/run.py).
	$(BIN)/python benchmarks/install.py
	$(BIN)/python benchmarks/run.py $(ARGS)

bench-full: install $(VENV)/tools  ## The same with all sizes, peers and axes (half an hour; ARGS=--publish writes docs/).
	$(BIN)/python benchmarks/install.py
	$(BIN)/python benchmarks/run.py --full $(ARGS)

bench-analysis: install $(VENV)/tools  ## Time the analyses of matches beside polars, at one and ten million matches.
	cd benchmarks && ../$(BIN)/python analysis.py
	cd benchmarks && ../$(BIN)/python analysis_pairs.py
	cd benchmarks && ../$(BIN)/python analysis.py --matches 10_000_000 --rounds 3

bench-scale: install $(VENV)/tools  ## Tag a corpus of 10 GB (made on the disk), and the same text in other shapes (an hour).
	cd benchmarks && ../$(BIN)/python scale.py corpus
	cd benchmarks && ../$(BIN)/python scale.py stages
	cd benchmarks && ../$(BIN)/python scale.py growth

bench-processes: install $(VENV)/tools  ## Measure the memory of eight workers with one matcher.
	cd benchmarks && ../$(BIN)/python processes.py

# These measure the engine alone: they need neither the extension nor the virtual environment.
bench-kernels:  ## Time the engine's stages through its Rust API (ARGS=… goes to criterion).
	cargo bench --locked --manifest-path benchmarks/kernels/Cargo.toml --target-dir target/kernels --bench engine -- $(ARGS)

perf-check:  ## Count instructions with valgrind; fails where they grew by 5 % (ARGS=--only …).
	$(PYTHON) benchmarks/perf_check.py $(ARGS)

perf-record:  ## Make today's counts of instructions the baseline.
	$(PYTHON) benchmarks/perf_check.py --record $(ARGS)

clean:  ## Remove what was built.
	rm -rf $(VENV) $(CLUSTER) target python/slugline/_core*.so
