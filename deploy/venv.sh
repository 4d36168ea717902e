#!/usr/bin/env bash
# venv.sh LOCK [FOLDER]: a virtual environment (.venv) with exactly what the lock names, each file by its hash.
set -euo pipefail
lock=$1
venv=${2:-.venv}
python=${PYTHON:-python3}

if ! command -v "$python" >/dev/null; then
  echo "There is no $python. On Debian or Ubuntu: sudo apt-get install python3 python3-venv" >&2
  exit 1
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "Python 3.11 or newer is needed; $python is $("$python" -V). Name another one: make PYTHON=python3.12" >&2
  exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  echo "This Python cannot make virtual environments. On Debian or Ubuntu: sudo apt-get install python3-venv" >&2
  exit 1
fi
[ -x "$venv/bin/python" ] || { echo "Making $venv"; "$python" -m venv "$venv"; }
echo "Installing what $lock names"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
