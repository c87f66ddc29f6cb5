# What one does here, by name: make quick while one works, make check before handing in. `.ci/run` uses the same commands.
PYTHON ?= $(or $(wildcard .venv/bin/python),python3)
PYTEST = $(PYTHON) -m pytest -q -n auto
ROOMS = wargame/expressions/*,wargame/mechanisms/*,wargame/scenario/*,wargame/vienna/*,wargame/world/*

.PHONY: quick test late long coverage lint docs update bench check

quick:  ## the part of the suite that takes less than a minute on two cores
	$(PYTEST) -m quick

test:  ## the suite but for what is late
	$(PYTEST)

late:  ## what the suite leaves out: storms, processes, browsers, every command of every page
	WARGAME_LATE=1 $(PYTEST) -m long

long:  ## the same and more of it: storms, mutants and coverage of intervals in their long form (hours)
	WARGAME_LONG=1 $(PYTEST) -m long

coverage:  ## what the quick part sees of the rooms it is for; fails below the floor of pyproject.toml (the whole suite takes 2.4 times as long)
	$(PYTEST) -m quick --cov --cov-report= --cov-fail-under=0
	$(PYTHON) -m coverage report --include='$(ROOMS)'

lint:
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy

docs:
	$(PYTHON) docs/generate.py --check
	$(PYTHON) docs/odd.py --check
	$(PYTHON) -m sphinx -q -W -b html docs docs/_build/html

update:  ## golden histories and fingerprints, made again; says what moved
	$(PYTHON) -m tests.update

bench:  ## seconds of a history, alone and in a block
	$(PYTHON) benchmarks/one_history.py

check: lint docs test late
