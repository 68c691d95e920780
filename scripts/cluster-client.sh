# shellcheck shell=bash
# The functions of the prover cluster's cluster-client.sh, by muster. Source it in bash, from any folder, then call one:
#
#   source scripts/cluster-client.sh && setup_all
#   bash -c "source ./cluster-client.sh && scale_cluster 50"
#
#   run_all           everything: coordinator, image, workers, and simulated load
#   setup_all         the same without the load
#   reset_endpoint    after COORDINATOR_EP has changed: points the running workers there, without restarting them
#   scale_cluster N   sets the number of workers
#   tear_down         takes away all that was deployed; the image stays in its registry
#
# Variables: docs/workers-values.md; those of scripts/run.sh.

if [ -z "${BASH_VERSION:-}" ]; then
  echo "cluster-client.sh is for bash; call it as: bash -c \"source cluster-client.sh && setup_all\"" >&2
  return 1
fi
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/run.sh" || return

# _cluster_workers WORDS…: muster workers, with the join token of a coordinator that was started here.
_cluster_workers() {
  local program state
  program=$(_cluster_muster) || return
  state=$(_cluster_state)
  if [ -s "$state/join.token" ] && [ -z "${MUSTER_JOIN_TOKEN:-}" ]; then
    # A variable and no argument: arguments are there for everybody to read.
    MUSTER_JOIN_TOKEN=$(cat "$state/join.token") "$program" workers "$@"
  else
    "$program" workers "$@"
  fi
}

setup_all() {
  run_coordinator && _cluster_workers deploy --wait
}

run_all() {
  setup_all && run_backend 10 && start_ticker "${TICKER_RATE:-1}"
}

reset_endpoint() {
  local endpoint
  endpoint=$(_cluster_endpoint) || return
  _cluster_workers endpoint "$endpoint"
}

scale_cluster() {
  if ! [[ ${1:-} =~ ^[0-9]+$ ]]; then
    _cluster_say "scale_cluster takes the number of workers, and '${1:-}' is none; for example: scale_cluster 50"
    return 1
  fi
  _cluster_workers scale "$1"
}

tear_down() {
  # As ever: the image stays in its registry.
  _cluster_workers teardown --keep-image
}

# The document's own line was often written with the quotes in the wrong place, so that a shell sources this file and ends,
# and the function is looked for in another: 'command not found' helps nobody.
if [[ -n ${BASH_EXECUTION_STRING:-} && ! $BASH_EXECUTION_STRING =~ (run_all|setup_all|reset_endpoint|scale_cluster|tear_down|run_coordinator|run_backend|_ticker|stop_coordinator) ]]; then
  _cluster_say "cluster-client.sh was sourced by a shell that calls none of its functions and ends now; put the call into the quotes: bash -c \"source ./cluster-client.sh && scale_cluster 50\""
  return 1
fi
