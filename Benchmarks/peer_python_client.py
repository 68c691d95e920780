#!/usr/bin/env python3
"""The Python client of Kubernetes as its own examples use it, for Benchmarks/cluster_client.py.

    peer_python_client.py watch NAMESPACE    lists all pods in pages of 500, says "synced", keeps them up to date by a watch
    peer_python_client.py apply FILE         applies the documents of a file (JSON, one after '---' lines) on the server's side
"""

import json
import sys

from kubernetes import client, config
from kubernetes import watch as watching


def watch(namespace):
    api = client.CoreV1Api()
    pods = {}
    page = api.list_namespaced_pod(namespace, limit=500)
    while True:
        for pod in page.items:
            pods[pod.metadata.name] = pod
        if not page.metadata._continue:
            break
        page = api.list_namespaced_pod(namespace, limit=500, _continue=page.metadata._continue)
    print(f"synced {len(pods)}", flush=True)
    version = page.metadata.resource_version
    for event in watching.Watch().stream(api.list_namespaced_pod, namespace, resource_version=version):
        pod = event["object"]
        if event["type"] == "DELETED":
            pods.pop(pod.metadata.name, None)
        else:
            pods[pod.metadata.name] = pod


def apply(path):
    api = client.CoreV1Api()
    for document in open(path, encoding="utf-8").read().removeprefix("---\n").split("\n---\n"):
        wanted = json.loads(document)
        metadata = wanted["metadata"]
        api.patch_namespaced_config_map(
            metadata["name"], metadata["namespace"], wanted, field_manager="bench", force=True,
            _content_type="application/apply-patch+yaml")


config.load_kube_config()
{"watch": watch, "apply": apply}[sys.argv[1]](sys.argv[2])
