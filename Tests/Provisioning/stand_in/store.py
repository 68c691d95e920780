"""What a cluster knows: its nodes, its servers, and who may join. One server decides; the others have a copy."""

import json
import os
import threading
import time

from wire import DATA, Refused, ask

# As Kubernetes: a node that has said nothing for so long, in seconds, is not ready.
GRACE = 40


class Store:
    def __init__(self, path, name, token):
        self.path, self.name, self.token = path, name, token
        self.lock = threading.RLock()
        self.seen = {}
        self.content = {"version": 0, "token": token, "nodes": {}, "servers": []}
        if os.path.exists(path):
            with open(path) as file:
                self.content = json.load(file)
        self.seen = {each: time.monotonic() for each in self.content["nodes"]}

    def exists(self):
        return os.path.exists(self.path)

    def save(self):
        os.makedirs(os.path.dirname(self.path), 0o700, exist_ok=True)
        with open(os.open(self.path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(self.content, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(self.path + ".new", self.path)

    def take(self, content):
        with self.lock:
            if content["version"] > self.content["version"] or not self.exists():
                self.content = content
                for node in content["nodes"]:
                    self.seen.setdefault(node, time.monotonic())
                self.save()

    def change(self):
        """After a change: a newer version, on the disk and at the other servers."""
        self.content["version"] += 1
        self.save()
        for name, address in self.content["servers"]:
            if name != self.name:
                try:
                    ask(address, 2, do="take", token=self.token, content=self.content)
                except (OSError, Refused):
                    pass

    def alive(self):
        """The servers that answer, this one among them."""
        found = []
        for name, address in self.content["servers"]:
            try:
                if name != self.name:
                    ask(address, 2, do="ping")
                found.append((name, address))
            except (OSError, Refused):
                pass
        return found

    def has_quorum(self):
        return len(self.alive()) * 2 > len(self.content["servers"])

    # --- what is asked of it

    def answer(self, question):
        with self.lock:
            return getattr(self, "do_" + question["do"])(**{k: v for k, v in question.items() if k not in ("do", "token")})

    def do_join(self, name, role, address, password, labels, taints, version):
        nodes = self.content["nodes"]
        node = nodes.get(name)
        if node and node["password"] != password:
            raise Refused(f"Node password rejected, duplicate hostname or contents of '/etc/rancher/node/password' may not match "
                          f"server node-password entry for {name}")
        if not node:
            node = nodes[name] = {"password": password, "labels": {
                "kubernetes.io/hostname": name, "kubernetes.io/os": "linux", **labels}, "taints": taints}
        if role != "agent":
            for each in ["control-plane", "master"] + (["etcd"] if role == "etcd" else []):
                node["labels"][f"node-role.kubernetes.io/{each}"] = "true"
        new = {**node, "role": role, "version": version, "address": address}
        if new != node or self.content["version"] == 0:
            nodes[name] = new
            self.change()
        self.seen[name] = time.monotonic()
        return {"servers": self.content["servers"]}

    def do_copy(self):
        return {"content": self.content}

    def do_promote(self, name, address):
        self.content["servers"] = [each for each in self.content["servers"] if each[0] != name] + [[name, address]]
        self.change()
        return {}

    def do_beat(self, name):
        if name in self.content["nodes"]:
            self.seen[name] = time.monotonic()
        return {"servers": self.content["servers"]}

    def do_nodes(self):
        now = time.monotonic()
        return {"nodes": {
            name: {**node, "ready": now - self.seen.get(name, -GRACE) < GRACE} for name, node in self.content["nodes"].items()}}

    def do_mark(self, what, name, give, take):
        """Labels and taints; `what` says which of them."""
        if name not in self.content["nodes"]:
            raise Refused(f'nodes "{name}" not found')
        marks = self.content["nodes"][name][what]
        before = dict(marks)
        marks.update(give)
        for key in take:
            marks.pop(key, None)
        if marks != before:
            self.change()
        return {"changed": marks != before}

    def do_delete(self, name):
        if self.content["nodes"].pop(name, None) is None:
            raise Refused(f'nodes "{name}" not found')
        self.content["servers"] = [each for each in self.content["servers"] if each[0] != name]
        self.change()
        return {}


def store_path(is_etcd):
    return f"{DATA}/server/db/etcd/member/wal/store.json" if is_etcd else f"{DATA}/server/db/state.db"
