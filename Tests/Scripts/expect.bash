# Sourced by the tests of this folder: a scratch directory as working directory, and counting what is not as expected.
# shellcheck shell=bash disable=SC2034
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
wrong=0

# status WANTED COMMAND…: the command has to exit with this status
status() {
  local wanted=$1 got=0
  shift
  "$@" >out 2>err || got=$?
  [ "$got" -eq "$wanted" ] && return
  echo "  status $got instead of $wanted: $*"
  sed 's/^/    /' err | tail -n 3
  wrong=$((wrong + 1))
}

# says WORDS: the last command has to have said them, on either stream
says() {
  grep -qF -- "$1" out err && return
  echo "  not said: $1; but: $(tail -n 1 err)"
  wrong=$((wrong + 1))
}

done_testing() { [ "$wrong" -eq 0 ]; }
