#!/usr/bin/env python3
"""How fast the Kubernetes library is beside kubectl and the Python client, against the same API server in one run.

    Benchmarks/cluster_client.py --bench PROGRAM --kubectl PROGRAM --kubeconfig FILE [--pods 20000] [--applies 1000] [--events 20000]

Makes a namespace with pods that no scheduler takes, of the size that running ones have, and measures from the outside, each
in a process of its own: the time from the start until all pods are known, the processor time and the peak memory for it;
the processor time for 1,000 events of a watch; and 1,000 server-side applies of new ConfigMaps. `--bench` is the release
build of `ground-bench`; it says each figure by itself with `ground-bench kubernetes --help`.
"""

import argparse
import concurrent.futures
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
NAMESPACE = "muster-bench"


def pod(number):
    """A pod as large as one that runs: two containers with probes and variables, a volume, a status with conditions."""

    def container(name):
        return {
            "name": name,
            "image": f"registry.example/team/{name}:1.2.3",
            "args": ["--listen", ":8080", "--log", "json"],
            "env": [{"name": f"SETTING_{index}", "value": f"value-{index}"} for index in range(8)],
            "ports": [{"containerPort": 8080, "name": "http"}],
            "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"cpu": "1", "memory": "256Mi"}},
            "readinessProbe": {"httpGet": {"path": "/readyz", "port": 8080}, "periodSeconds": 5},
            "livenessProbe": {"httpGet": {"path": "/healthz", "port": 8080}, "periodSeconds": 10},
        }

    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": f"pod-{number:05}",
            "labels": {"app": f"app-{number % 50}", "shard": str(number % 7)},
            "annotations": {"example/checksum": f"{number:064x}"},
        },
        "spec": {"schedulerName": "nobody", "containers": [container("main"), container("side")]},
    }


def status(number):
    now = "2026-01-01T00:00:00Z"
    conditions = ["Initialized", "Ready", "ContainersReady", "PodScheduled"]
    state = {"running": {"startedAt": now}}
    return {
        "status": {
            "phase": "Running",
            "podIP": f"10.{number // 65536}.{number // 256 % 256}.{number % 256}",
            "hostIP": "10.0.0.1",
            "startTime": now,
            "conditions": [{"type": name, "status": "True", "lastTransitionTime": now} for name in conditions],
            "containerStatuses": [
                {
                    "name": name,
                    "ready": True,
                    "restartCount": 0,
                    "image": f"registry.example/team/{name}:1.2.3",
                    "imageID": f"registry.example/team/{name}@sha256:{number:064x}",
                    "containerID": f"containerd://{number:064x}",
                    "state": state,
                }
                for name in ("main", "side")
            ],
        }
    }


class Server:
    """The API server, for what prepares the measurements."""

    def __init__(self, kubeconfig):
        from kubernetes import client, config

        config.load_kube_config(kubeconfig)
        api = client.ApiClient()
        self.host = api.configuration.host
        self.pool = api.rest_client.pool_manager
        self.pool.connection_pool_kw["maxsize"] = 16

    def call(self, method, path, body=None, kind="application/json"):
        answer = self.pool.request(
            method, self.host + path, body=None if body is None else json.dumps(body), headers={"Content-Type": kind})
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {answer.data[:300]}")
        return json.loads(answer.data)

    def for_all(self, numbers, work):
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            list(pool.map(work, numbers))


def prepare(server, count):
    pods = f"/api/v1/namespaces/{NAMESPACE}/pods"
    server.call("POST", "/api/v1/namespaces", {"metadata": {"name": NAMESPACE}})
    # The first pod is refused until the namespace's service account, and on old servers its token, is there.
    until = time.monotonic() + 60
    while True:
        try:
            server.call("POST", f"{pods}?dryRun=All", pod(0))
            break
        except RuntimeError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)

    def make(number):
        server.call("POST", pods, pod(number))
        server.call("PATCH", f"{pods}/pod-{number:05}/status", status(number), "application/merge-patch+json")

    server.for_all(range(count), make)


class Measured:
    """A child process, and what it has used when it ended. Not its memory: the kernel counts there what this process had
    when the child was forked."""

    def __init__(self, command, **options):
        self.start = time.monotonic()
        self.process = subprocess.Popen(command, **options)

    def end(self):
        _, code, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(code)
        return {
            "seconds": time.monotonic() - self.start,
            "processor": usage.ru_utime + usage.ru_stime,
            "status": self.process.returncode,
        }


def processor(pid):
    """Processor time of a process until now, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0


def until_said(process, expected):
    """Reads lines until one is the expected one. Everything that comes after is read and thrown away, so that nobody blocks."""
    for line in process.stdout:
        if expected(line):
            break
    else:
        raise SystemExit(f"{process.args[0]} ended before it knew all pods")
    threading.Thread(target=lambda: [None for _ in process.stdout], daemon=True).start()


def watch(name, command, server, count, events, is_synced):
    """Lists and watches: what that takes, and then what the events take."""
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, bufsize=1 << 20)
    try:
        until_said(process, is_synced)
        synced = time.monotonic() - started
        time.sleep(1)
        used, kept = processor(process.pid), memory(process.pid)
        pods = f"/api/v1/namespaces/{NAMESPACE}/pods"

        # A label that no pod has had: a patch that changes nothing makes no event.
        mark = str(time.time_ns())

        def touch(number):
            body = {"metadata": {"labels": {"touched": f"{mark}-{number}"}}}
            server.call("PATCH", f"{pods}/pod-{number % count:05}", body, "application/merge-patch+json")

        server.for_all(range(events), touch)
        time.sleep(2)
        cost = (processor(process.pid) - used) / events * 1000
    finally:
        process.terminate()
        process.wait()
    print(
        f"{name:34} all known after {synced:6.2f} s, {used:6.2f} s of processor, {kept / 2**20:5.0f} MiB; "
        f"1,000 events: {cost * 1000:6.1f} ms of processor", flush=True)
    return {"synced": synced, "processor": used, "memory": kept, "events": cost}


def applies(name, command, server, count):
    server.call("DELETE", f"/api/v1/namespaces/{NAMESPACE}/configmaps?labelSelector=bench%3Dapply")
    used = Measured(command, stdout=subprocess.DEVNULL).end()
    if used["status"] != 0:
        raise SystemExit(f"{name} failed with status {used['status']}")
    print(
        f"{name:34} {count} applies in {used['seconds']:6.2f} s, {used['processor']:6.2f} s of processor",
        flush=True)
    return used


def manifests(folder, count):
    path = Path(folder) / "configmaps.yaml"
    documents = [
        json.dumps({
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": f"map-{number:05}", "namespace": NAMESPACE, "labels": {"bench": "apply"}},
            "data": {"number": str(number), "text": "x" * 200},
        })
        for number in range(count)
    ]
    # The mark at the start tells kubectl that this is YAML, of which JSON is a part.
    path.write_text("---\n" + "\n---\n".join(documents) + "\n")
    return str(path)


def ratios(what, ours, theirs):
    parts = [f"{key} {theirs[key] / ours[key]:.1f}" for key in ours if key != "status" and ours[key]]
    print(f"  theirs as a multiple of ours, {what}: {', '.join(parts)}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", required=True)
    parser.add_argument("--kubectl", default="kubectl")
    parser.add_argument("--kubeconfig", required=True)
    parser.add_argument("--pods", type=int, default=20_000)
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--applies", type=int, default=1_000)
    options = parser.parse_args()
    os.environ["KUBECONFIG"] = options.kubeconfig
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    server = Server(options.kubeconfig)
    python = [sys.executable, str(HERE / "peer_python_client.py")]
    try:
        prepare(server, options.pods)
        run(options, server, python)
    finally:
        server.call("DELETE", f"/api/v1/namespaces/{NAMESPACE}")


def run(options, server, python):
    count, events = options.pods, options.events
    size = len(json.dumps(server.call("GET", f"/api/v1/namespaces/{NAMESPACE}/pods/pod-00000")))
    print(f"{count} pods of {size} bytes of JSON", flush=True)
    ours = watch(
        "Muster's library", [options.bench, "kubernetes", "watch", "--namespace", NAMESPACE], server, count, events,
        lambda line: line.startswith("synced"))
    seen = [0]

    def kubectl_synced(_):
        seen[0] += 1
        return seen[0] >= count

    theirs = watch(
        "kubectl get --watch -o name",
        [options.kubectl, "get", "pods", "--namespace", NAMESPACE, "--watch", "-o", "name"], server, count, events,
        kubectl_synced)
    ratios("kubectl", ours, theirs)
    theirs = watch(
        "the Python client", [*python, "watch", NAMESPACE], server, count, events, lambda line: line.startswith("synced"))
    ratios("Python", ours, theirs)
    with tempfile.TemporaryDirectory(prefix="muster-bench-") as folder:
        path = manifests(folder, options.applies)
        ours = applies("Muster's library", [options.bench, "kubernetes", "apply", path], server, options.applies)
        theirs = applies(
            "kubectl apply --server-side", [options.kubectl, "apply", "--server-side", "-f", path], server,
            options.applies)
        ratios("kubectl", ours, theirs)
        theirs = applies("the Python client", [*python, "apply", path], server, options.applies)
        ratios("Python", ours, theirs)


if __name__ == "__main__":
    main()
