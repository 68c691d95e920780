"""The services k3s and k3s-agent."""

import hashlib
import json
import os
import secrets
import socket
import socketserver
import sys
import threading
import time

import traces
from store import Store, store_path
from wire import DATA, PORT, Refused, ask

CONFIGURATION = "/etc/rancher/k3s/config.yaml"


def log(text):
    print(text, flush=True)


def settings():
    """Of config.yaml what is simple in it: texts, truth values, lists of texts."""
    found, key = {}, None
    if os.path.exists(CONFIGURATION):
        with open(CONFIGURATION) as file:
            for line in file:
                line = line.split(" #")[0].strip()
                if not line or line.startswith("#"):
                    continue
                if line.startswith("- "):
                    if not isinstance(found.get(key), list):
                        found[key] = []
                    found[key].append(line[2:].strip().strip('"'))
                else:
                    key, _, value = line.partition(":")
                    found[key] = value.strip().strip('"')
    return found


def images():
    try:
        with open(f"{DATA}/agent/containerd/images") as file:
            return file.read().splitlines()
    except FileNotFoundError:
        return []


def tell_systemd(text):
    if place := os.environ.get("NOTIFY_SOCKET"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.sendto(text, "\0" + place[1:] if place[0] == "@" else place)


class Service:
    role = "agent"

    def __init__(self, version):
        self.version = version
        self.settings = settings()
        self.token = self.settings.get("token") or os.environ.get("K3S_TOKEN", "")
        self.name = self.settings.get("node-name") or socket.gethostname().lower()
        self.address = self.settings.get("node-ip") or "127.0.0.1"

    def register(self, servers):
        """Joins as a node; waits until a server lets it."""
        marks = {}
        for each in self.settings.get("node-taint") or []:
            key, _, value = each.partition("=")
            marks[key] = value
        question = dict(
            do="join", token=self.token, name=self.name, role=self.role, address=self.address, password=traces.password(),
            labels=dict(each.split("=", 1) for each in self.settings.get("node-label") or []), taints=marks, version=self.version)
        return self.until_answered(servers, question)

    def until_answered(self, servers, question):
        last = None
        while True:
            for server in servers():
                try:
                    return ask(server, **question)
                except (OSError, Refused, ValueError) as error:
                    if str(error) != last:
                        log(f'level=error msg="{server}: {error}"')
                        last = str(error)
            time.sleep(0.1)

    def beat(self, servers):
        while True:
            for server in servers():
                try:
                    yield ask(server, do="beat", token=self.token, name=self.name)
                    break
                except (OSError, Refused, ValueError):
                    continue
            time.sleep(1)


class Agent(Service):
    balancer = f"{DATA}/agent/etc/k3s-agent-load-balancer.json"

    def known(self):
        if not os.path.exists(self.balancer):
            return []
        with open(self.balancer) as file:
            return json.load(file)

    def servers(self):
        """The one of the settings, and those that were heard of since."""
        first = self.settings.get("server", "").partition("://")[2].rpartition(":")[0].strip("[]")
        return [first] + [each for each in self.known() if each != first]

    def learn(self, answer):
        addresses = [address for _, address in answer["servers"]]
        if addresses != self.known():
            os.makedirs(os.path.dirname(self.balancer), exist_ok=True)
            with open(self.balancer + ".new", "w") as file:
                json.dump(addresses, file)
            os.replace(self.balancer + ".new", self.balancer)

    def run(self):
        if not self.settings.get("server") or not self.token:
            sys.exit('level=fatal msg="Error: --server and --token are required"')
        traces.unpack(images=True)
        self.learn(self.register(self.servers))
        traces.run()
        tell_systemd(b"READY=1\n")
        log('level=info msg="Joined"')
        for answer in self.beat(self.servers):
            self.learn(answer)


class Server(Service):
    def __init__(self, version):
        super().__init__(version)
        is_etcd = bool(self.settings.get("cluster-init") == "true" or self.settings.get("server")
                       or os.path.exists(store_path(True)))
        self.role = "etcd" if is_etcd else "server"
        if is_etcd:
            # As k3s: the member's name is there before it has joined, and its data only then.
            os.makedirs(f"{DATA}/server/db/etcd", 0o700, exist_ok=True)
            with open(f"{DATA}/server/db/etcd/name", "w") as file:
                file.write(self.name)
        self.store = Store(store_path(is_etcd), self.name, self.token)
        self.is_ready = False

    def run(self):
        time.sleep(float(os.environ.get("K3S_STAND_IN_DELAY", "0.2")))
        traces.unpack(images=True)
        self.begin()
        traces.server(self.settings, self.full)
        self.listen()
        servers = self.store.content["servers"]
        if [self.name, self.address] not in servers:
            leader = [address for name, address in servers if name != self.name]
            question = dict(do="promote", token=self.token, name=self.name, address=self.address)
            if leader:
                self.until_answered(lambda: leader, question)
            else:
                self.store.do_promote(self.name, self.address)
        while not self.store.has_quorum():
            time.sleep(0.1)
        self.is_ready = True
        self.register(lambda: ["127.0.0.1"])
        traces.run()
        tell_systemd(b"READY=1\n")
        log('level=info msg="k3s is up and running"')
        for _ in self.beat(lambda: ["127.0.0.1"]):
            pass

    def begin(self):
        """A new store, the old one, or that of the server that the settings name."""
        path = f"{DATA}/server/token"
        if not self.token and os.path.exists(path):
            with open(path) as file:
                self.token = file.read().strip()
        self.token = (self.token or secrets.token_hex(16)).rpartition(":")[2]
        self.full = f"K10{hashlib.sha256(b'CA').hexdigest()}::server:{self.token}"
        self.store.token = self.token
        if self.store.exists():
            if self.store.content["token"] != self.token:
                sys.exit('level=fatal msg="starting kubernetes: preparing server: bootstrap data already found and encrypted '
                         'with different token"')
            for _, address in self.store.content["servers"]:
                try:
                    self.store.take(ask(address, 2, do="copy", token=self.token)["content"])
                except (OSError, Refused):
                    pass
        elif first := self.settings.get("server"):
            host = first.partition("://")[2].rpartition(":")[0].strip("[]")
            self.store.take(self.until_answered(lambda: [host], dict(do="copy", token=self.token))["content"])
        else:
            self.store.content["token"] = self.token
            self.store.save()

    def listen(self):
        service = self

        class Line(socketserver.StreamRequestHandler):
            def handle(self):
                try:
                    answer = service.answer(json.loads(self.rfile.readline(1 << 24)))
                except Refused as error:
                    answer = {"error": str(error)}
                except (ValueError, TypeError, KeyError, AttributeError) as error:
                    answer = {"error": f"bad request: {error}"}
                self.wfile.write(json.dumps(answer).encode() + b"\n")

        class Lines(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True
            request_queue_size = 256

        threading.Thread(target=Lines(("0.0.0.0", PORT), Line).serve_forever, daemon=True).start()

    def answer(self, question):
        if question["do"] == "ping":
            return {}
        if question["do"] == "readyz":
            if not self.is_ready or not self.store.has_quorum():
                raise Refused("etcd failed: most of the servers are not there")
            return {}
        if question["token"].rpartition(":")[2] != self.token:
            raise Refused("token is not valid")
        if question["do"] == "take":
            self.store.take(question["content"])
            return {}
        if question["do"] in ("copy", "promote"):
            return self.store.answer(question)
        if not self.is_ready:
            raise Refused("apiserver not ready")
        alive = self.store.alive()
        if len(alive) * 2 <= len(self.store.content["servers"]):
            raise Refused("etcdserver: no leader")
        leader = alive[0]
        if leader[0] != self.name and not question.pop("forwarded", False):
            return ask(leader[1], forwarded=True, **question)
        question.pop("forwarded", None)
        return self.store.answer(question)
