#!/usr/bin/env python3
"""From nothing to all workers ready: `muster workers deploy --wait` beside `kubectl apply` and `kubectl rollout status`.

    Benchmarks/workers_deploy.py --muster PROGRAM --kubectl PROGRAM --kubeconfig FILE [--counts 3,100,1000] [--rounds 3]

Both make the same objects, in turn, in a namespace of their own each time: kubectl applies what muster made before, as it
stands in the cluster. Measured from the start of the program until it has said that all are ready. The workers' image is
muster's own, which has been delivered before to Debian's docker-registry on loopback: muster makes it and looks whether it is
there each time, which kubectl does not. Nodes of a test cluster that run nothing pull nothing. Up to a hundred workers there
is one a node, above that as many as fit. What is printed are medians, and muster's as a ratio of kubectl's. Nodes get the
label fluidexnode=computation.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import time

from servers import registry, scratch

KINDS = "configmaps,secrets,services,endpoints,poddisruptionbudgets,deployments"
# The server's own, and what differs from one namespace to the next.
SERVERS = ("uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink", "namespace")


def call(*arguments, text=None):
    ran = subprocess.run([str(each) for each in arguments], capture_output=True, text=True, input=text)
    if ran.returncode != 0:
        raise SystemExit(f"'{' '.join(map(str, arguments))}' failed:\n{ran.stdout}{ran.stderr}")
    return ran.stdout


def timed(*steps):
    """Seconds, and seconds of processor, of commands one after the other."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    for step in steps:
        call(*step)
    took, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def cleaned(text):
    """The objects as a user would have them in a file."""
    objects = []
    for each in json.loads(text)["items"]:
        labels = each["metadata"].get("labels", {})
        if labels.get("app.kubernetes.io/managed-by") != "muster":
            continue
        for key in SERVERS:
            each["metadata"].pop(key, None)
        each["metadata"].get("annotations", {}).pop("deployment.kubernetes.io/revision", None)
        each.pop("status", None)
        for key in ("clusterIP", "clusterIPs"):
            each.get("spec", {}).pop(key, None)
        objects.append(each)
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})


class Bench:
    def __init__(self, options, registry):
        self.registry = registry
        self.muster = options.muster
        self.kubectl = [options.kubectl, "--kubeconfig", options.kubeconfig]
        self.kubeconfig = options.kubeconfig
        self.number = 0

    def namespace(self):
        self.number += 1
        name = f"muster-bench-{os.getpid()}-{self.number}"
        call(*self.kubectl, "create", "namespace", name)
        while "default" not in call(*self.kubectl, "get", "serviceaccounts", "-n", name, "-o", "name"):
            time.sleep(0.1)
        return name

    def away(self, name):
        # A namespace waits for the grace of its pods, which is long; nobody works in these.
        call(*self.kubectl, "delete", "deployments", "--all", "-n", name, "--cascade=orphan")
        call(*self.kubectl, "delete", "replicasets", "--all", "-n", name, "--cascade=orphan")
        # At once: one by one kubectl takes five a second.
        call(*self.kubectl, "delete", "--raw", f"/api/v1/namespaces/{name}/pods?gracePeriodSeconds=0")
        call(*self.kubectl, "delete", "namespace", name, "--wait=false")

    def deploy(self, name, count):
        placement = "one-per-node" if count <= 100 else "spread"
        return timed([
            self.muster, "workers", "deploy", "--wait", "--kubeconfig", self.kubeconfig, "--namespace", name, "--stage", "bench",
            "--image-host", self.registry, "--image-repo", "team/worker", "--plain-http", "--replicas", count, "--placement", placement,
            "--coordinator", "10.0.0.7"])

    def round(self, count):
        ours = self.namespace()
        mine = self.deploy(ours, count)
        manifest = cleaned(call(*self.kubectl, "get", KINDS, "-n", ours, "-o", "json"))
        self.away(ours)
        theirs = self.namespace()
        path = f"/tmp/{theirs}.json"
        with open(path, "w", encoding="utf-8") as file:
            file.write(manifest)
        apply = [*self.kubectl, "apply", "-n", theirs, "-f", path]
        status = [*self.kubectl, "rollout", "status", "-n", theirs, "deployment/prover-cli-t"]
        peer = timed(apply, status)
        os.unlink(path)
        self.away(theirs)
        return mine, peer


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--muster", required=True)
    parser.add_argument("--kubectl", default="kubectl")
    parser.add_argument("--kubeconfig", required=True)
    parser.add_argument("--counts", default="3,100,1000")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with scratch("workers") as folder, registry(folder) as port:
        measure(options, Bench(options, f"127.0.0.1:{port}"))


def measure(options, bench):
    call(*bench.kubectl, "label", "nodes", "--all", "--overwrite", "fluidexnode=computation")
    # The image is delivered now, and found from then on.
    first = bench.namespace()
    bench.deploy(first, 1)
    bench.away(first)
    print(f"load {os.getloadavg()[0]:.1f}; medians of {options.rounds}")
    print("workers   muster      kubectl     ratio   processor: muster  kubectl")
    for count in map(int, options.counts.split(",")):
        rounds = [bench.round(count) for _ in range(options.rounds)]
        mine, peer = ([statistics.median(each[side][what] for each in rounds) for what in (0, 1)] for side in (0, 1))
        print(f"{count:7}   {mine[0]:6.2f} s    {peer[0]:6.2f} s    {mine[0] / peer[0]:5.2f}   {mine[1]:16.2f} s {peer[1]:7.2f} s",
              flush=True)


main()
