#!/usr/bin/env bash
# packages.sh NAME...: what of chromium, nginx, redis, node, npm and fonts is missing is installed, or named, once.
set -euo pipefail

missing=()
for name in "$@"; do
  case $name in
    chromium) command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null || missing+=(chromium) ;;
    nginx) [ -x /usr/sbin/nginx ] || missing+=(nginx-light) ;;
    redis) command -v redis-server >/dev/null || command -v valkey-server >/dev/null || missing+=(redis-server) ;;
    node) command -v node >/dev/null || missing+=(nodejs) ;;
    npm) command -v npm >/dev/null || missing+=(npm) ;;
    fonts) dpkg -s fonts-noto-core >/dev/null 2>&1 || fc-list 2>/dev/null | grep -qi 'Noto Sans Bengali' || missing+=(fonts-noto-core) ;;
    *) echo "packages.sh knows no $name" >&2; exit 2 ;;
  esac
done
[ ${#missing[@]} -gt 0 ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing ${missing[*]}"
  apt-get update -q >/dev/null
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null
else
  echo "Needed: ${missing[*]}. On Debian or Ubuntu: sudo apt-get install ${missing[*]}" >&2
  exit 1
fi
