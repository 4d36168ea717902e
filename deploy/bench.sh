#!/usr/bin/env bash
# Every program under benchmarks/; each prints a ratio measured in its own run, and fails where it misses its aim.
set -euo pipefail
failed=0
for program in $(grep -l __main__ benchmarks/*.py); do
  module=${program%.py}
  echo "== $program"
  .venv/bin/python -m "${module//\//.}" || failed=1
done
exit $failed
