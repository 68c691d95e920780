"""Where the tests happen: a cluster, a registry, coordinators, and a folder for whoever uses them."""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

MUSTER = ""
IS_VERBOSE = False
PATIENCE = 120
USER, PASSWORD = "tester", "canary-password-1"
HERE = Path(__file__).resolve().parent
CONTROL_PLANE = HERE.parent / "Kubernetes/control-plane"
KUBECTL = Path(os.environ.get("K8S_RIG", "/var/lib/kubernetes-rig")) / "bin/kubectl"
ALIAS = "pull.registry.example:5000"
_site = None


def missing():
    """Why the tests cannot run here; None if they can."""
    built = subprocess.run([CONTROL_PLANE, "build"], capture_output=True, text=True)
    if built.returncode == 77:
        return built.stdout.strip().splitlines()[-1]
    if subprocess.run([CONTROL_PLANE, "kubelets"]).returncode != 0:
        return "a kubelet needs root, containerd and runc, and no other one here"
    if not address():
        return "this machine has no address but loopback, which Endpoints do not take"
    return None


def address():
    """An address of this machine that pods reach."""
    said = subprocess.run(["ip", "-4", "-o", "addr", "show", "scope", "global"], capture_output=True, text=True).stdout
    for line in said.splitlines():
        words = line.split()
        if not words[1].startswith(("cni", "docker", "br-", "veth")):
            return words[3].split("/")[0]
    return None


def site():
    global _site
    if _site is None:
        _site = Site()
    return _site


def end_all():
    if _site:
        _site.close()


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Done:
    """What a command came to."""

    def __init__(self, arguments, status, out, err):
        self.arguments, self.status, self.out, self.err = arguments, status, out, err

    @property
    def json(self):
        return json.loads(self.out)

    def __str__(self):
        return f"'{' '.join(map(str, self.arguments))}' ended with {self.status}\nout: {self.out}\nerr: {self.err}"


def call(*arguments, check=False, timeout=PATIENCE, cwd=None, **variables):
    """Runs a command; a variable that is None is not there."""
    environment = {k: v for k, v in {**os.environ, **variables}.items() if v is not None}
    ran = subprocess.run(
        [str(each) for each in arguments], env=environment, capture_output=True, text=True, timeout=timeout, cwd=cwd,
        stdin=subprocess.DEVNULL)
    done = Done(arguments, ran.returncode, ran.stdout, ran.stderr)
    if IS_VERBOSE:
        print(f"\n$ {' '.join(map(str, arguments))}\n{done.out}{done.err}[{done.status}]", flush=True)
    if check and done.status != 0:
        raise AssertionError(str(done))
    return done


def until(what, check, patience=PATIENCE):
    """Waits for what becomes true; returns what `check` returned."""
    end = time.monotonic() + patience
    while True:
        if value := check():
            return value
        if time.monotonic() > end:
            raise AssertionError(f"after {patience} s still not: {what}")
        time.sleep(0.2)


class Coordinator:
    """One that runs outside of the cluster, with TLS."""

    def __init__(self, site, name, authority=None):
        """`authority`: another coordinator, whose authority this one has too, so that workers of both are known at each."""
        self.site, self.name = site, name
        self.folder = site.path / name
        self.port = free_port()
        self.at = f"{site.address}:{self.port}"
        self.folder.mkdir()
        call(MUSTER, "coordinator", "init", "--state", self.folder / "state", "--name", site.address,
             "--name", "cluster-coordinator", "--output", "quiet",
             *([] if authority is None else [
                 "--ca-cert", authority.folder / "state/trust/ca.pem", "--ca-key", authority.folder / "state/trust/ca.key"]),
             check=True)
        (self.folder / "muster.yaml").write_text("kinds:\n  block: {verifier: none}\n")
        self.process = site.start(
            name, MUSTER, "coordinator", "run", "--state", self.folder / "state", "--config", self.folder / "muster.yaml",
            "--listen", f"0.0.0.0:{self.port}", "--http", "none")
        until(f"coordinator '{name}' answers", lambda: self.ask("coordinator", "status").status == 0)

    def ask(self, *arguments, **options):
        return call(MUSTER, *arguments, **{
            "MUSTER_COORDINATOR": self.at, "MUSTER_IDENTITY": str(self.folder / "state/trust/admin"), **options})

    def token(self):
        return self.ask("token", "create", "--role", "worker", "--uses", "1000", "--ttl", "1h", check=True).out.strip()

    def submit(self, *inputs):
        """Hands tasks in, and returns their ids."""
        return [self.ask("submit", "--kind", "block", "--input", each, "--output", "quiet", check=True).out.strip()
                for each in inputs]

    def task(self, identifier):
        return self.ask("task", "show", identifier, "--output", "json", check=True).json

    def workers(self):
        return self.ask("worker", "list", "--output", "json", check=True).json


class Site:
    def __init__(self):
        self.path = Path(tempfile.mkdtemp(prefix="muster-workers-"))
        os.chmod(self.path, 0o755)
        self.processes = []
        self.address = address()
        self.cluster = self.path / "cluster"
        try:
            self._registry()
            self._cluster()
        except BaseException:
            self.close()
            raise

    def start(self, name, *command):
        with open(self.path / f"{name}.log", "ab") as log:
            guard = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
            process = subprocess.Popen([*guard, *map(str, command)], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.processes.append(process)
        return process

    def _registry(self):
        at = lambda name: self.path / name  # noqa: E731
        call("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", at("ca.key"), "-out", at("ca.crt"),
             "-days", "2", "-subj", "/CN=tests", check=True)
        call("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-keyout", at("key.pem"), "-out", at("request.pem"),
             "-subj", "/CN=localhost", check=True)
        at("names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
        call("openssl", "x509", "-req", "-in", at("request.pem"), "-CA", at("ca.crt"), "-CAkey", at("ca.key"),
             "-CAcreateserial", "-out", at("cert.pem"), "-days", "2", "-extfile", at("names"), check=True)
        call("htpasswd", "-Bbc", at("htpasswd"), USER, PASSWORD, check=True)
        port = free_port()
        settings = {
            "version": "0.1", "log": {"level": "info", "accesslog": {"disabled": False}},
            "storage": {"filesystem": {"rootdirectory": str(at("registry"))}},
            "auth": {"htpasswd": {"realm": "tests", "path": str(at("htpasswd"))}},
            "http": {"addr": f"127.0.0.1:{port}", "secret": "only for tests",
                     "tls": {"certificate": str(at("cert.pem")), "key": str(at("key.pem"))}}}
        self.registry, self.ca, self.registry_settings, self.registry_process = f"localhost:{port}", at("ca.crt"), settings, None
        self.serve_images(deletes=True)

    def serve_images(self, deletes):
        """Starts the registry, or starts it anew; `deletes`: whether it deletes what it is asked to."""
        if self.registry_process:
            self.registry_process.terminate()
            self.registry_process.wait(30)
        self.registry_settings["storage"]["delete"] = {"enabled": deletes}
        (self.path / "registry.yml").write_text(json.dumps(self.registry_settings))
        self.registry_process = self.start("registry", "docker-registry", "serve", self.path / "registry.yml")

        def answers():
            try:
                socket.create_connection(("127.0.0.1", int(self.registry.split(":")[1]))).close()
                return True
            except OSError:
                return False

        until("the registry listens", answers)

    def _cluster(self):
        # The nodes know the registry by a name of their own.
        call(CONTROL_PLANE, "start", self.cluster, check=True)
        certificates = self.path / "certs.d" / ALIAS
        certificates.mkdir(parents=True)
        (certificates / "hosts.toml").write_text(f'server = "https://{self.registry}"\n[host."https://{self.registry}"]\n'
                                                 f'  ca = "{self.ca}"\n')
        settings = self.cluster / "etc/containerd.toml.in"
        settings.write_text(settings.read_text() + f"""
[plugins."io.containerd.grpc.v1.cri".registry]
  config_path = "{self.path}/certs.d"
""")
        call(CONTROL_PLANE, "start", self.cluster, "KUBELET=2", "KUBEPROXY=1", "DNS=1", check=True)
        self.kubeconfig = self.cluster / "admin.kubeconfig"

    def kubectl(self, *arguments, check=True):
        return call(KUBECTL, "--kubeconfig", self.kubeconfig, *arguments, check=check)

    def objects(self, namespace):
        """All that is in a namespace, but for what the cluster keeps there by itself."""
        kinds = ("configmaps,secrets,services,endpoints,endpointslices,deployments,replicasets,pods,poddisruptionbudgets,"
                 "serviceaccounts,roles,rolebindings")
        items = json.loads(self.kubectl("get", kinds, "-n", namespace, "-o", "json").out)["items"]
        return sorted(f"{each['kind']}/{each['metadata']['name']}" for each in items)

    def close(self):
        call(CONTROL_PLANE, "stop", self.cluster)
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
        shutil.rmtree(self.path, ignore_errors=True)
