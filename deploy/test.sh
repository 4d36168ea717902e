#!/usr/bin/env bash
# All tests. A test that lacks something fails; none is left out.
set -euo pipefail

missing=()
command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null || missing+=(chromium)
[ -x /usr/sbin/nginx ] || missing+=(nginx-light)
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)
dpkg -s fonts-noto-core >/dev/null 2>&1 || fc-list 2>/dev/null | grep -qi 'Noto Sans Bengali' || missing+=(fonts-noto-core)
if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing ${missing[*]}"
    apt-get update -q >/dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null
  else
    echo "The tests need: ${missing[*]}. On Debian or Ubuntu: sudo apt-get install ${missing[*]}" >&2
    exit 1
  fi
fi

# An OpenID provider that is not ours, for the tests of sign-in.
[ tests/peers/node_modules/.package-lock.json -nt tests/peers/package-lock.json ] ||
  npm --prefix tests/peers ci --ignore-scripts --no-audit --no-fund --no-progress >/dev/null

# What shares services stays with one worker, in the order of tests/conftest.py.
exec .venv/bin/python -m pytest -n "${TEST_WORKERS:-2}" --dist loadfile --no-loadscope-reorder "$@"
