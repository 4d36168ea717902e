#!/usr/bin/env bash
# All tests. A test that lacks something fails; none is left out.
set -euo pipefail

deploy/packages.sh chromium nginx redis node npm fonts

# An OpenID provider that is not ours, for the tests of sign-in.
[ tests/peers/node_modules/.package-lock.json -nt tests/peers/package-lock.json ] ||
  npm --prefix tests/peers ci --ignore-scripts --no-audit --no-fund --no-progress >/dev/null

# What shares services stays with one worker, in the order of tests/conftest.py.
exec .venv/bin/python -m pytest -n "${TEST_WORKERS:-2}" --dist loadfile --no-loadscope-reorder \
  --durations 40 --durations-min 5 "$@"
