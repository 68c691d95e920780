#!/usr/bin/env python3
"""The Python client of Kubernetes as its own examples use it, for Benchmarks/kubernetes.py.

    peer_kubernetes.py watch NAMESPACE    lists all pods in pages of 500, says "synced", keeps them up to date by a watch
    peer_kubernetes.py apply FILE         applies the documents of a file (JSON, one after '---' lines) on the server's side
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
    api = client.ApiClient()
    for document in open(path, encoding="utf-8").read().split("\n---\n"):
        wanted = json.loads(document)
        metadata = wanted["metadata"]
        api.call_api(
            f"/api/v1/namespaces/{metadata['namespace']}/configmaps/{metadata['name']}", "PATCH",
            query_params=[("fieldManager", "bench"), ("force", "true")], body=wanted,
            header_params={"Content-Type": "application/apply-patch+yaml", "Accept": "application/json"},
            auth_settings=["BearerToken"], response_type="V1ConfigMap")


config.load_kube_config()
{"watch": watch, "apply": apply}[sys.argv[1]](sys.argv[2])
