# shellcheck shell=bash
# Functions that start, on this machine, what a cluster of workers needs: a coordinator, and load for it. To be sourced, by
# scripts/cluster-client.sh or by you; sourcing starts nothing. Demands the program muster, bash, and what every Linux has.
#
#   run_coordinator           starts a coordinator here, unless one answers at COORDINATOR_EP:COORDINATOR_PORT already
#   run_backend [COUNT]       a stand-in for the backend: hands in the first COUNT tasks (10), as one that has blocks waiting
#   run_ticker [RATE [COUNT]] hands in simulated tasks, RATE a second (1), COUNT of them (until stopped)
#   start_ticker, stop_ticker the same in the background
#   stop_coordinator          ends the coordinator that run_coordinator started; its tasks stay
#
# Variables: those of docs/workers-values.md, and
#   MUSTER             the program; else the one in PATH, else this checkout's build
#   CLUSTER_STATE      the folder of the coordinator's state, logs and the workers' join token (.muster-cluster)
#   COORDINATOR_FILE   its muster.yaml or coordinator.yaml (muster.yaml in this folder, if there is one)
#   TICKER_INPUT       the input of a simulated task; %d is its number ({"x": %d, "y": 35})

# Where this file is, also when it is sourced from elsewhere.
_cluster_scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

_cluster_say() { printf '%s\n' "$*" >&2; }

# Prints the path of the program.
_cluster_muster() {
  local candidate
  if [ -n "${MUSTER:-}" ]; then
    command -v "$MUSTER" && return
    _cluster_say "MUSTER is '$MUSTER', which is no program; set it to the path of muster, or leave it out"
    return 1
  fi
  command -v muster && return
  for candidate in "$_cluster_scripts/../.build/release/muster" "$_cluster_scripts/../.build/debug/muster"; do
    if [ -x "$candidate" ]; then
      echo "$candidate"
      return
    fi
  done
  _cluster_say "the program muster is not in PATH; install it, build it with 'swift build -c release', or set MUSTER to its path"
  return 1
}

_cluster_state() { printf '%s' "${CLUSTER_STATE:-.muster-cluster}"; }

# HOST:PORT of the coordinator, from COORDINATOR_EP (which may hold the port) and COORDINATOR_PORT.
_cluster_endpoint() {
  local endpoint=${COORDINATOR_EP:-}
  if [ -z "$endpoint" ]; then
    _cluster_say "COORDINATOR_EP is not set; set it to the IP address of the machine on which the coordinator runs, which every node must reach"
    return 1
  fi
  case $endpoint in
    \[*\]:* | *.*:*) ;;
    \[*\]) endpoint=$endpoint:${COORDINATOR_PORT:-50055} ;;
    *:*:*) endpoint="[$endpoint]:${COORDINATOR_PORT:-50055}" ;;
    *:*) ;;
    *) endpoint=$endpoint:${COORDINATOR_PORT:-50055} ;;
  esac
  echo "$endpoint"
}

# Runs muster as the coordinator's administrator, if run_coordinator has made one here.
_cluster_admin() {
  local program endpoint state
  program=$(_cluster_muster) && endpoint=$(_cluster_endpoint) || return
  state=$(_cluster_state)
  if [ -d "$state/coordinator/trust/admin" ]; then
    MUSTER_COORDINATOR=$endpoint MUSTER_IDENTITY=$state/coordinator/trust/admin "$program" "$@"
  else
    MUSTER_COORDINATOR=$endpoint "$program" "$@"
  fi
}

run_coordinator() {
  local program endpoint state file tries
  program=$(_cluster_muster) && endpoint=$(_cluster_endpoint) || return
  state=$(_cluster_state)
  if _cluster_admin coordinator status >/dev/null 2>&1; then
    _cluster_say "a coordinator answers at $endpoint already"
  else
    file=${COORDINATOR_FILE:-}
    [ -n "$file" ] || [ ! -f muster.yaml ] || file=muster.yaml
    mkdir -p "$state" && chmod 700 "$state" || return
    local name=${endpoint%:*}
    # Pods reach it under the name of the service that leads to it.
    "$program" coordinator init --state "$state/coordinator" --name "${name//[][]/}" --name cluster-coordinator \
      --output quiet >/dev/null || return
    # In a session of its own: Ctrl-C in this shell is not meant for it. It says its number itself: in a shell with jobs,
    # setsid starts another process and ends.
    rm -f "$state/coordinator.pid"
    # shellcheck disable=SC2016
    setsid bash -c 'echo $$ >"$1"; shift; exec "$@"' _ "$state/coordinator.pid" \
      "$program" coordinator run --state "$state/coordinator" ${file:+--config "$file"} \
      --listen "$(_cluster_listen "$endpoint")" --http none >>"$state/coordinator.log" 2>&1 </dev/null &
    for ((tries = 0; tries < 50; tries++)); do
      [ ! -s "$state/coordinator.pid" ] || break
      sleep 0.1
    done
    for ((tries = 0; tries < 150; tries++)); do
      if _cluster_admin coordinator status >/dev/null 2>&1; then break; fi
      if ! kill -0 "$(cat "$state/coordinator.pid")" 2>/dev/null; then
        tail -n 3 "$state/coordinator.log" >&2
        _cluster_say "the coordinator does not start; all that it said is in $state/coordinator.log"
        return 1
      fi
      sleep 0.2
    done
    if [ "$tries" -eq 150 ]; then
      stop_coordinator
      _cluster_say "the coordinator does not answer at $endpoint; COORDINATOR_EP has to be an address of this machine to start one here"
      return 1
    fi
    _cluster_say "a coordinator runs at $endpoint, its state and log are in $state"
  fi
  # A new one each time: an old one ends, and is used up.
  if [ -d "$state/coordinator/trust/admin" ]; then
    (umask 077 && _cluster_admin token create --role worker --ttl 90d --uses 10000 >"$state/join.token.new") || return
    mv "$state/join.token.new" "$state/join.token"
  fi
}

# On all addresses: pods come from elsewhere. The original port alone is the coordinator's own to keep.
_cluster_listen() {
  case $1 in
    \[*) echo "[::]:${1##*:}" ;;
    *) echo "0.0.0.0:${1##*:}" ;;
  esac
}

stop_coordinator() {
  local state pid
  state=$(_cluster_state)
  if [ ! -f "$state/coordinator.pid" ]; then
    _cluster_say "no coordinator was started from $state"
    return 1
  fi
  pid=$(cat "$state/coordinator.pid")
  # Another program may have its number by now.
  if grep -qs coordinator "/proc/$pid/cmdline"; then
    kill "$pid" && while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
  fi
  rm -f "$state/coordinator.pid"
}

# _cluster_submit NUMBER
_cluster_submit() {
  local template=${TICKER_INPUT:-'{"x": %d, "y": 35}'}
  _cluster_admin submit --kind "${CIRCUIT:-block}" --input "${template//%d/$1}" --label "source=ticker" --output quiet
}

run_backend() {
  local count=${1:-10} number
  case $count in
    '' | *[!0-9]*)
      _cluster_say "run_backend takes a number of tasks, and '$count' is none; for example: run_backend 10"
      return 1
      ;;
  esac
  for ((number = 1; number <= count; number++)); do _cluster_submit "$number" >/dev/null || return; done
  _cluster_say "$count tasks of kind '${CIRCUIT:-block}' wait at the coordinator"
}

run_ticker() {
  local rate=${1:-1} count=${2:-} number=0 whole part thousandths=0 pause
  if [[ $rate =~ ^([0-9]{1,6})(\.([0-9]{1,3}))?$ ]]; then
    whole=${BASH_REMATCH[1]} part=${BASH_REMATCH[3]}000
    thousandths=$((10#$whole * 1000 + 10#${part:0:3}))
  fi
  if [ "$thousandths" -eq 0 ]; then
    _cluster_say "run_ticker takes a rate in tasks a second, and '$rate' is none; for example: run_ticker 0.5"
    return 1
  fi
  printf -v pause '%d.%06d' $((1000000000 / thousandths / 1000000)) $((1000000000 / thousandths % 1000000))
  if [ -n "$count" ] && ! [[ $count =~ ^[0-9]+$ ]]; then
    _cluster_say "run_ticker takes a number of tasks as its second word, and '$count' is none; for example: run_ticker 2 100"
    return 1
  fi
  while [ -z "$count" ] || [ "$number" -lt "$count" ]; do
    number=$((number + 1))
    _cluster_submit "$number" >/dev/null || return
    sleep "$pause"
  done
}

start_ticker() {
  local state
  state=$(_cluster_state)
  mkdir -p "$state" && stop_ticker 2>/dev/null
  run_ticker "$@" >>"$state/ticker.log" 2>&1 </dev/null &
  _cluster_ticker=$!
  echo "$_cluster_ticker" >"$state/ticker.pid"
  disown $! 2>/dev/null || true
  _cluster_say "simulated tasks are handed in; end that with stop_ticker, or: kill $!"
}

stop_ticker() {
  local state
  state=$(_cluster_state)
  [ -f "$state/ticker.pid" ] || return 0
  # Another program may have its number by now.
  if [ "$(cat "$state/ticker.pid")" = "${_cluster_ticker:-}" ] || grep -qs bash "/proc/$(cat "$state/ticker.pid")/comm"; then
    kill "$(cat "$state/ticker.pid")" 2>/dev/null
  fi
  rm -f "$state/ticker.pid"
}
