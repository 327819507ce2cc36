# make setup   makes .venv from the lock        make demo   renders the first film into out/
# make test    runs the whole suite             make lint   format, lint, types, import contracts
# make lock    renews requirements/*.txt        make bench  measures, JSON into out/bench/
# make app     opens the window                 make clean  removes what make made
# make coverage  runs the suite, twice as slowly, and tells the lines that nothing runs
#
# PYTHON=python3.12 chooses the interpreter, TORCH=cpu|plain the build of torch (README).

.DEFAULT_GOAL := help
SHELL := /bin/sh
VENV ?= .venv
TORCH ?= auto
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
LOCK := requirements/dev.txt requirements/torch.txt requirements/torch-plain.txt \
        requirements/install_torch.py
STAMP := $(VENV)/.complete
SIDE_BY_SIDE := -n auto --maxprocesses 8 --dist worksteal
PIP := $(BIN)/python -m pip --disable-pip-version-check -q

.PHONY: help setup demo app test coverage lint lock bench clean

help:
	@sed -n '1,7s/^# \{0,1\}//p' Makefile

setup: $(STAMP)

$(STAMP): $(LOCK) pyproject.toml
	@VENV="$(VENV)" PYTHON="$(PYTHON)" sh requirements/make_venv.sh
	@echo "Installing the locked packages into $(VENV)"
	@$(PIP) install --no-deps --require-hashes -r requirements/dev.txt
	@$(BIN)/python requirements/install_torch.py $(TORCH)
	@$(PIP) install --no-deps --no-build-isolation -e .
	@$(BIN)/python -m pip check
	@touch $(STAMP)

demo: setup
	$(BIN)/aiprod-engine render resources/templates/first_film.aiprod -o out/first_film

app: setup
	@$(BIN)/python requirements/system_libraries.py
	$(BIN)/aiprod

test: setup
	@$(BIN)/python requirements/system_libraries.py
	$(BIN)/python -m pytest $(SIDE_BY_SIDE)

coverage: setup
	@$(BIN)/python requirements/system_libraries.py
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) --cov --cov-report=term:skip-covered

lint: setup
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/lint-imports

# UPGRADE=--upgrade takes the newest versions; without it pins stay where they still fit.
# torch keeps its own two files, written by hand from the hashes that its publisher lists.
LOCK_WITH := $(BIN)/uv pip compile -q --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-header --annotation-style line --no-emit-package torch --extra app $(UPGRADE)

lock: setup
	$(LOCK_WITH) pyproject.toml requirements/torch-needs.in -o requirements/run.txt
	$(LOCK_WITH) --extra denoise --extra ears --extra ltx2 --extra training -c requirements/run.txt --group dev pyproject.toml requirements/torch-needs.in \
		-o requirements/dev.txt

bench: setup
	@mkdir -p out/bench
	@for script in benchmarks/*.py; do \
		case $$script in */_*) continue;; esac; \
		echo "$$script"; \
		$(BIN)/python "$$script" --json "out/bench/$$(basename "$$script" .py).json" || exit 1; \
	done

clean:
	rm -rf $(VENV) build dist out .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
