#!/usr/bin/env bash
# Everything that can be said about the code without running it.
set -euo pipefail
code=(servicekit identity membership congress notifications gateway portal practice_eid practice_mail sammelan)
also=(tests benchmarks deploy/catalogues.py)
.venv/bin/ruff check
.venv/bin/ruff format --check
.venv/bin/mypy --strict "${code[@]}" "${also[@]}"
.venv/bin/lint-imports --no-cache
.venv/bin/python deploy/catalogues.py
# Of a kind that it does not know it only warns, so nothing at all may be said. kubectl alone reads kustomization.yaml.
said=$(find deploy/kubernetes -name '*.yaml' ! -name kustomization.yaml \
  -exec .venv/bin/kubernetes-validate --strict --quiet {} + 2>&1) || true
[ -z "$said" ] || { echo "$said" >&2; exit 1; }
