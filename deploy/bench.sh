#!/usr/bin/env bash
# Every program under benchmarks/; each prints a ratio measured in its own run, and fails where it misses its aim.
set -euo pipefail
failed=0
# Only one of them needs nginx: without it that one is left out, which is said here and fails the whole in the end.
without=""
deploy/packages.sh nginx || { without=benchmarks/gateway_reads.py; failed=1; }
for program in $(grep -l __main__ benchmarks/*.py); do
  [ "$program" != "$without" ] || { echo "== $program: left out, for there is no nginx"; continue; }
  module=${program%.py}
  echo "== $program"
  .venv/bin/python -m "${module//\//.}" || failed=1
done
exit $failed
