.PHONY: up test check bench mutate seed messages clean

# Each target is one line over a script or over the command-line tool (make up, then: .venv/bin/python -m sammelan --help).
PYTHON ?= python3
RUN = .venv/bin/python -m sammelan

up: .venv/.stamp $(if $(MONGO_URL),,.embedded/.stamp) translations
	@exec $(RUN) up

seed: .venv/.stamp
	@$(RUN) seed

test: .venv/.stamp-dev .embedded/.stamp translations
	@deploy/test.sh

check: .venv/.stamp-dev translations
	@deploy/check.sh

messages: .venv/.stamp-dev
	@.venv/bin/python deploy/catalogues.py --update

mutate: .venv-mutate/.stamp
	@.venv-mutate/bin/python deploy/mutate.py

bench: .venv/.stamp-dev .embedded/.stamp translations
	@deploy/bench.sh

.venv/.stamp: requirements.lock
	@PYTHON="$(PYTHON)" deploy/venv.sh requirements.lock
	@touch $@

.venv/.stamp-dev: requirements-dev.lock
	@PYTHON="$(PYTHON)" deploy/venv.sh requirements-dev.lock
	@touch .venv/.stamp $@

# Apart from the others: what it brings along changes how the servers look from outside (setproctitle).
.venv-mutate/.stamp: requirements-mutate.lock
	@PYTHON="$(PYTHON)" deploy/venv.sh requirements-mutate.lock .venv-mutate
	@touch $@

.embedded/.stamp: requirements-embedded.lock | .venv/.stamp
	@deploy/embedded.sh
	@touch $@

PO = $(wildcard translations/*/LC_MESSAGES/*.po)
.PHONY: translations
translations: $(PO:.po=.mo)
%.mo: %.po | .venv/.stamp
	@.venv/bin/pybabel -q compile -i $< -o $@

clean:
	rm -rf .venv .venv-mutate .embedded mutants translations/*/LC_MESSAGES/*.mo
