# Each command does its own set-up; a machine needs Python 3.11 or newer and make, nothing else.
#
#   make demo              the platform with the demo city on http://127.0.0.1:8000  (PORT=8123 for another;
#                          MOMENT="2028-02-29 23:59" for another day)
#   make test              every test, on a private PostgreSQL and Valkey            (ARGS="tests/rota -x" for some;
#                          MOMENT="2028-02-29 23:59" for another day)
#   make shell             a shell with Python, a private PostgreSQL and Valkey, for the commands of docs/how-to
#   make pictures          the tutorials' pictures, from the pages as they are (writes docs/tutorial/pictures)
#   make bench             live updates and the herd, on this machine alone         (about 10 minutes; writes docs/reference)
#   make budgets           what pages cost in a browser of a slow phone            (ten minutes; writes docs/reference)
#   make faults            kill, freeze and fill up every part while people work    (a quarter of an hour; writes docs/reference)
#   make races             32 workers after the same places, on every PostgreSQL    (half an hour; writes docs/reference)
#   make containers        build, start, live, break, scale, upgrade, restore docker/ (half an hour; root on Debian)
#   make lint              ruff (rules and layout) and mypy
#   make hooks             has git run lint and the contracts of ARCHITECTURE.md before each commit
#   make coverage          which branches of rules and policies the tests take           (about 10 minutes; writes docs/reference)
#   make measure           how dense the code is: tokens, columns, branches, circles     (seconds; writes docs/reference)
#   make mutants           change rules, prices and policies in every small way          (an hour; writes docs/reference)
#   make changelog         what no version has yet; VERSION=1.0 puts it into CHANGELOG.md
#   make lock              resolve pyproject.toml anew into the two lock files
#   make clean             remove what these commands made, the demo's data included

.DEFAULT_GOAL := help
.PHONY: help demo test shell pictures bench budgets faults races containers lint hooks coverage measure mutants changelog lock clean need-python packages packages-dev
SHELL := /bin/sh
export PORT MOMENT
ARGS ?=

# The first Python that is new enough; version managers leave names behind that do not run, so each is tried.
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3.14 python3; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo "$$name" && break; done)
RUN := .venv/bin/python

help:
	@sed -n '3,21s/^#   //p' Makefile

need-python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer was not found on PATH; install it, or name it: make PYTHON=/some/python3 …" >&2; exit 1; }

packages: need-python
	@$(PYTHON) backend/launcher/environment.py requirements.lock

packages-dev: need-python
	@$(PYTHON) backend/launcher/environment.py requirements-dev.lock

demo: packages
	@exec $(RUN) tests/moment.py $(RUN) -m backend.launcher demo

test: packages-dev
	@$(RUN) tests/browser/chromium.py
	@exec $(RUN) -m backend.launcher services -- $(RUN) tests/moment.py $(RUN) -m pytest -n 2 --dist loadgroup $(ARGS)

shell: packages-dev
	@exec env PATH="$(CURDIR)/.venv/bin:$$PATH" $(RUN) -m backend.launcher services -- "$${SHELL:-/bin/sh}"

pictures: packages-dev
	@$(RUN) tests/browser/chromium.py
	@exec $(RUN) -m backend.launcher services -- $(RUN) -m tests.browser.pictures

bench: packages-dev
	@$(RUN) -m backend.launcher services -- $(RUN) -m tests.bench.report_live
	@exec $(RUN) -m tests.bench.report_spine

budgets: packages-dev
	@$(RUN) tests/browser/chromium.py
	@exec $(RUN) -m backend.launcher services -- $(RUN) -m tests.bench.report_budgets $(ARGS)

faults: packages-dev
	@exec $(RUN) -m tests.faults.report $(ARGS)

races: packages-dev
	@exec $(RUN) -m tests.races.report $(ARGS)

containers: packages-dev
	@exec $(RUN) -m tests.containers.report $(ARGS)

lint: packages-dev
	@$(RUN) -m ruff check . && $(RUN) -m ruff format --check . && $(RUN) -m mypy

hooks:
	@ln -sf "$(CURDIR)/.ci/pre-commit" "$$(git rev-parse --git-path hooks)/pre-commit"

coverage: packages-dev
	@exec $(RUN) -m backend.launcher services -- $(RUN) -m tests.mutants.branches $(ARGS)

measure: packages-dev
	@exec $(RUN) -m tests.architecture.measure

mutants: packages-dev
	@exec $(RUN) -m backend.launcher services -- $(RUN) -m tests.mutants.report $(ARGS)

changelog: need-python
	@exec $(PYTHON) docs/changelog.d/gather.py $(VERSION)

lock: need-python
	@$(PYTHON) -m venv build/lock && build/lock/bin/python -m pip install -q uv
	@resolve="build/lock/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-annotate --quiet --extra local"; export UV_CUSTOM_COMPILE_COMMAND="make lock"; \
	$$resolve -o requirements.lock && $$resolve --extra dev -c requirements.lock -o requirements-dev.lock

clean: need-python
	@$(PYTHON) -m backend.launcher forget
	rm -rf .venv .data build .pytest_cache .hypothesis .mypy_cache .ruff_cache
