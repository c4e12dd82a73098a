# The words of this repository. `make` alone lists them.
PYTHON ?= python3
VENV   := .venv
ifeq ($(OS),Windows_NT)
BIN    := $(VENV)/Scripts
else
BIN    := $(VENV)/bin
endif

.DEFAULT_GOAL := help
.PHONY: help run reset test tools bench lint deploy backup restore

help: ## list these words
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile

run: $(VENV)/installed ## start the site on http://localhost:8501 (embedded database, demonstration, worker)
	@$(BIN)/python app.py

reset: $(VENV)/installed ## remove the embedded installation's data; the next run starts over
	@$(BIN)/python -m components.operations.reset

# Three processes on two cores, two of which walk in a browser.
test: ## run every test (installs Chromium and PDF tools through apt when absent)
	@$(MAKE) --no-print-directory -j 2 tools $(VENV)/installed-dev
	@$(BIN)/python -m pytest -q -n 3 --no-loadscope-reorder

# Beside the packages: apt and pip keep one core each.
tools:
	@$(PYTHON) tests/tools.py

bench: $(VENV)/installed ## measure what the issue promises; prints ratios
	@$(BIN)/python -m components.operations.bench

lint: $(VENV)/installed-dev ## check the style of the code
	@$(BIN)/ruff check .

deploy: $(VENV)/installed ## bring a database to this release: make deploy DATABASE_URL=postgresql://...
	@$(BIN)/python -m components.operations.deploy $(if $(DATABASE_URL),--database-url "$(DATABASE_URL)")

backup: $(VENV)/installed ## back up the embedded installation: make backup FILE=shubbak.tar
	@$(if $(FILE),,$(error say where: make backup FILE=shubbak.tar))$(BIN)/python -m components.operations.backup make "$(FILE)"

restore: $(VENV)/installed ## rebuild an installation in an empty home: make restore FILE=shubbak.tar
	@$(if $(FILE),,$(error say which: make restore FILE=shubbak.tar))$(BIN)/python -m components.operations.backup restore "$(FILE)"

# Requirements are installed again only when their file has changed.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; name one: make PYTHON=python3.12 ...")'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Install the venv module of Python (Debian: apt install python3-venv), then start again." >&2; exit 1; }

$(VENV)/installed: requirements.txt | $(BIN)/python
	@echo "Installing the requirements ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed
	@echo "Installing what the tests need ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements-dev.txt
	@touch $@
