# `make demo` and `make test` set up all that they need; `make help` lists the rest.
# Another interpreter: make PYTHON=/path/to/python3.12 demo (remove .venv first).

SHELL := /bin/sh
.DEFAULT_GOAL := help
.SUFFIXES:
# Trials and tests measure: they get the machine to themselves, whatever -j says.
.NOTPARALLEL:

VENV := .venv
PY := $(VENV)/bin/python
CANDIDATES := $(or $(PYTHON),python3.11 python3.12 python3.13 python3 python)
# CPython 3.11.1 or newer: scalene refuses 3.11.0.
NEW_ENOUGH := import sys; sys.exit(sys.implementation.name != "cpython" or sys.version_info < (3, 11, 1))
# Figures of everything stand in docs/accuracy/; those of some workloads are printed alone.
PAGE := $(if $(NAMES),,--page)
DEMO := workloads.native_code:compress_block
DEMO_INPUTS := workloads.native_code:blocks
DEMO_REPORT := reports/$(subst :,.,$(DEMO))/report.html
BROWSERS := chromium chromium-browser google-chrome google-chrome-stable

# Installed once; again when pyproject.toml changes, the folder moves or the interpreter behind .venv goes.
RUN := $(VENV)/.run.stamp
DEV := $(VENV)/.dev.stamp
DOCS := $(VENV)/.docs.stamp
SETTLED := $(shell [ "$$(cat $(VENV)/.folder 2>/dev/null)" = "$(CURDIR)" ] && $(PY) -c '' 2>/dev/null && echo yes)

# Shell functions: Debian's packages, where nobody has to type a password; an interpreter that is new enough.
define FUNCTIONS
apt_install() { \
	command -v apt-get >/dev/null 2>&1 || return 1; \
	if [ "$$(id -u)" = 0 ]; then root=; \
	elif sudo -n true 2>/dev/null; then root="sudo -n"; \
	else return 1; fi; \
	echo "installing Debian's $$1 ..."; \
	$$root apt-get -q -o DPkg::Lock::Timeout=120 update >/dev/null 2>&1; \
	$$root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=120 \
		install --no-install-recommends "$$1" >/dev/null 2>&1 </dev/null; \
}; \
find_python() { \
	lacking=; \
	for python in $(CANDIDATES); do \
		"$$python" -c '$(NEW_ENOUGH)' >/dev/null 2>&1 || continue; \
		"$$python" -c 'import ensurepip, venv' >/dev/null 2>&1 && return 0; \
		lacking="$${lacking:-$$python}"; \
	done; \
	[ -n "$$lacking" ] || { \
		echo "make: no CPython 3.11.1 or newer found (tried: $(CANDIDATES)); install one, or give PYTHON=PATH." >&2; \
		return 1; }; \
	python="$$lacking"; \
	version="$$("$$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')"; \
	apt_install "$$version-venv" && "$$python" -c 'import ensurepip, venv' >/dev/null 2>&1 && return 0; \
	echo "make: $$python cannot make virtual environments; install $$version-venv, or give PYTHON=PATH." >&2; \
	return 1; \
}
endef

.PHONY: help demo test lint fast live coverage docs format machine score samples browser clean anew

help: ## this list
	@awk -F ' *:.*## *' '/^[a-z]+:.*##/ { printf "make %-9s%s\n", $$1, $$2 }' Makefile

demo: $(RUN) ## set up, analyse a sample function, leave a report under reports/
	$(PY) -m advisor analyze $(DEMO) --inputs-from $(DEMO_INPUTS)
	@test -s $(DEMO_REPORT)
	@echo "On disk now: $(DEMO_REPORT). Open it in a browser."

test: lint browser ## set up, then lint, types and every test
	$(PY) -m pytest $(PYTEST_ARGS)

lint: $(DEV) ## ruff, mypy and the layers that imports keep to
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy
	$(VENV)/bin/lint-imports

fast: $(DEV) ## the tests that start no process of the program
	$(PY) -m pytest -m "not live" $(PYTEST_ARGS)

live: $(DEV) browser ## the tests that run the built wheel
	$(PY) -m pytest -m live $(PYTEST_ARGS)

coverage: $(DEV) ## how much of the code the fast tests and the demo run, in all their processes
	$(PY) -m coverage erase
	$(PY) -m coverage run -m pytest -m "not live" $(PYTEST_ARGS)
	$(PY) -m coverage run -m advisor analyze $(DEMO) --inputs-from $(DEMO_INPUTS) --quiet
	# A process that was ended in the midst of writing has left half a file.
	$(PY) -m coverage combine
	$(PY) -m coverage report

docs: $(DOCS) ## the documentation, into site/; every warning is an error
	$(PY) -m mkdocs build --strict

format: $(DEV) ## let ruff rewrite what it can
	$(PY) -m ruff check --fix
	$(PY) -m ruff format

machine: $(RUN) ## what threads, processes and passing data cost on this machine
	$(PY) -m advisor machine

score: $(DEV) ## how good the advice is, for docs/accuracy.md (about two hours; NAMES=... for some workloads, printed)
	$(PY) -m pip install -qq --disable-pip-version-check --editable '.[bench]'
	$(PY) -m benchmarks.steadiness $(PAGE)
	$(PY) -m benchmarks.safety_score $(PAGE)
	for suite in $(if $(NAMES),"$(NAMES)",known unseen longer); do $(PY) -m benchmarks.score $(PAGE) $$suite || exit 1; done
	$(PY) -m benchmarks.simulation.score $(PAGE) $(FUNCTIONS_SIMULATED)

samples: $(DEV) browser ## the gallery in reports/samples/, from real runs (about three minutes)
	$(PY) -m benchmarks.samples

clean: ## remove caches and what builds left; .venv and reports stay
	rm -rf build dist site *.egg-info .coverage* .import_linter_cache .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find advisor workloads benchmarks tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Without a browser the tests that need one say so and are skipped.
browser:
	@$(FUNCTIONS); \
	for browser in $(BROWSERS); do command -v "$$browser" >/dev/null 2>&1 && exit 0; done; \
	apt_install chromium || echo "no browser found and none installed: the tests that need one are skipped"

$(RUN): pyproject.toml $(if $(SETTLED),,anew)
	@$(FUNCTIONS); \
	if ! $(PY) -c '' >/dev/null 2>&1; then \
		find_python || exit 1; \
		echo "making $(VENV) with $$python ..."; \
		"$$python" -m venv --clear $(VENV) || exit 1; \
	elif ! $(PY) -c '$(NEW_ENOUGH)'; then \
		echo "make: the Python in $(VENV) is too old; remove $(VENV) and try again." >&2; \
		exit 1; \
	fi
	@echo "installing the package and what it needs into $(VENV) ..."
	@$(PY) -m pip install -qq --disable-pip-version-check --editable .
	@echo "$(CURDIR)" > $(VENV)/.folder
	@touch $@

$(DEV): $(RUN)
	@echo "installing what its tests need into $(VENV) ..."
	@$(PY) -m pip install -qq --disable-pip-version-check --editable '.[dev]'
	@touch $@

$(DOCS): $(RUN)
	@echo "installing what the documentation needs into $(VENV) ..."
	@$(PY) -m pip install -qq --disable-pip-version-check --editable '.[docs]'
	@touch $@

anew:
