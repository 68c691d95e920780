"""Real registries, what stands before them, and the programs that speak with them."""

import hashlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

MUSTER = ""
PATIENCE = 120
USER, PASSWORD = "tester", "canary-password-1"
_bench = None


def end_all():
    if _bench:
        _bench.close()


def bench():
    """The registries, started once for all tests."""
    global _bench
    if _bench is None:
        _bench = Bench()
    return _bench


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Done:
    """What a command came to."""

    def __init__(self, arguments, done):
        self.arguments, self.status, self.out, self.err = arguments, done.returncode, done.stdout, done.stderr

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def failure(self):
        return json.loads(self.err.splitlines()[-1])["error"]

    def __str__(self):
        return f"'{' '.join(map(str, self.arguments))}' ended with {self.status}\nout: {self.out}\nerr: {self.err}"


def call(*arguments, input="", check=False, **variables):
    done = Done(arguments, subprocess.run(
        [str(each) for each in arguments], env={**os.environ, **variables}, input=input, capture_output=True, text=True,
        timeout=PATIENCE))
    if check and done.status != 0:
        raise AssertionError(str(done))
    return done


def until(what, check):
    """Waits for what becomes true."""
    end = time.monotonic() + PATIENCE
    while not check():
        if time.monotonic() > end:
            raise AssertionError(f"after {PATIENCE} s still not: {what}")
        time.sleep(0.2)


class Bench:
    """One registry with TLS and a password; one that nginx, with TLS and a limit, stands before."""

    def __init__(self):
        self.path = Path(tempfile.mkdtemp(prefix="muster-images-"))
        self.processes = []
        self._certificates()
        call("htpasswd", "-Bbc", self.path / "htpasswd", USER, PASSWORD, check=True)
        self.guarded = f"localhost:{self._registry('guarded', tls=True)}"
        self.plain = f"localhost:{self._registry('plain')}"
        self.limited = f"localhost:{self._nginx()}"
        self.storage = ["--root", self.path / "storage", "--runroot", self.path / "run", "--storage-driver", "vfs"]

    def _certificates(self):
        at = lambda name: self.path / name  # noqa: E731
        call("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", at("ca.key"), "-out", at("ca.crt"),
             "-days", "2", "-subj", "/CN=tests", check=True)
        call("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-keyout", at("key.pem"), "-out", at("request.pem"),
             "-subj", "/CN=localhost", check=True)
        at("names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
        call("openssl", "x509", "-req", "-in", at("request.pem"), "-CA", at("ca.crt"), "-CAkey", at("ca.key"),
             "-CAcreateserial", "-out", at("cert.pem"), "-days", "2", "-extfile", at("names"), check=True)
        self.ca = at("ca.crt")

    def _start(self, name, *command):
        with open(self.path / f"{name}.log", "wb") as log:
            guard = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
            self.processes.append(subprocess.Popen(
                [*guard, *map(str, command)], stdin=subprocess.DEVNULL, stdout=log, stderr=log))

    def _wait(self, port):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                return port
            except OSError:
                time.sleep(0.05)
        raise AssertionError(f"nothing listens on port {port}")

    def _registry(self, name, tls=False):
        port = free_port()
        http = {"addr": f"127.0.0.1:{port}", "secret": "only for tests"}
        settings = {"version": "0.1", "log": {"level": "info", "accesslog": {"disabled": False}}, "http": http,
                    "storage": {"filesystem": {"rootdirectory": str(self.path / name)}, "delete": {"enabled": True}}}
        if tls:
            http["tls"] = {"certificate": str(self.path / "cert.pem"), "key": str(self.path / "key.pem")}
            settings["auth"] = {"htpasswd": {"realm": "tests", "path": str(self.path / "htpasswd")}}
        file = self.path / f"{name}.yml"
        file.write_text(json.dumps(settings))
        self._start(name, "docker-registry", "serve", file)
        return self._wait(port)

    def _nginx(self):
        port = free_port()
        folder = self.path / "nginx"
        folder.mkdir()
        os.chmod(self.path, 0o755)
        os.chmod(folder, 0o777)
        (folder / "nginx.conf").write_text(f"""
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{}}
http {{
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  log_format requests '$request_method $request_uri $status';
  access_log {folder}/access.log requests;
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {self.path}/cert.pem; ssl_certificate_key {self.path}/key.pem;
    client_max_body_size 1m;
    location / {{
      proxy_pass http://{self.plain.replace('localhost', '127.0.0.1')};
      proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Proto https;
    }}
  }}
}}
""")
        self._start("nginx", shutil.which("nginx") or "/usr/sbin/nginx", "-c", folder / "nginx.conf", "-e", folder / "error.log")
        return self._wait(port)

    def requests(self):
        """What nginx was asked so far."""
        file = self.path / "nginx" / "access.log"
        return file.read_text().splitlines() if file.exists() else []

    def log(self, name):
        return (self.path / f"{name}.log").read_text()

    def muster(self, *arguments, secure=True, json=True, **more):
        trust = ["--ca", str(self.ca)] if secure else []
        # A folder of its own for credentials: those of whoever runs the tests are left alone.
        variables = {"HOME": str(self.path), "XDG_RUNTIME_DIR": str(self.path), "DOCKER_CONFIG": str(self.path)}
        return call(MUSTER, "image", *arguments, *trust, *(["--output", "json"] if json else []), **{**variables, **more})

    def password(self):
        file = self.path / "password"
        file.write_text(PASSWORD + "\n")
        return ["--user", USER, "--password-file", file]

    def containerd(self):
        """A containerd of the tests' own, and how ctr speaks with it."""
        socket_file = self.path / "containerd.sock"
        if not socket_file.exists():
            settings = self.path / "containerd.toml"
            settings.write_text(f"""
version = 2
root = "{self.path}/containerd"
state = "{self.path}/containerd-state"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
address = "{socket_file}"
[plugins."io.containerd.internal.v1.opt"]
path = "{self.path}/containerd-opt"
""")
            self._start("containerd", "containerd", "-c", settings)
        ctr = ["ctr", "-a", socket_file, "-n", "tests"]
        end = time.monotonic() + PATIENCE
        while call(*ctr, "version").status != 0:
            if time.monotonic() > end:
                raise AssertionError(f"containerd does not answer:\n{self.log('containerd')}")
            time.sleep(0.05)
        return ctr

    def skopeo(self, *arguments):
        return call("skopeo", "--insecure-policy", *arguments, check=True)

    def close(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
        shutil.rmtree(self.path, ignore_errors=True)


class Cutter:
    """Passes connections on to a port and cuts the first ones after so many bytes of one direction."""

    def __init__(self, port, cuts, after, upwards):
        self.port, self.cuts, self.after, self.upwards = port, cuts, after, upwards
        self.done = 0
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"localhost:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.port))
            for one, other, counted in ((client, server, self.upwards), (server, client, not self.upwards)):
                threading.Thread(target=self._pass, args=(one, other, counted), daemon=True).start()

    def _pass(self, source, target, counted):
        passed = 0
        try:
            while piece := source.recv(65536):
                passed += len(piece)
                if counted and passed > self.after:
                    with self.lock:
                        if self.done < self.cuts:
                            self.done += 1
                            break
                target.sendall(piece)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()


def manifest_of(layout, digest):
    """The bytes of a blob in an OCI layout."""
    return (Path(layout) / "blobs" / "sha256" / digest.removeprefix("sha256:")).read_bytes()


def sha256(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


def raw_manifest(bench, reference, credentials=()):
    """As the registry has it, fetched by skopeo."""
    return call("skopeo", "inspect", "--raw", "--tls-verify=false", *credentials, f"docker://{reference}", check=True).out.encode()
