"""A coordinator with an authority of its own, and those whom it lets in."""

import re
import ssl
import urllib.error
import urllib.request

from support.process import Daemon, Folder, until

KINDS = """kinds:
  echo:
    executor: [cat, "{input}"]
  other:
    executor: [cat, "{input}"]
"""


class Cluster:
    """`muster coordinator init`, and `muster coordinator run` over TLS, on ports of the system's choice."""

    def __init__(self, configuration=KINDS, *arguments, listen="127.0.0.1:0", http="0.0.0.0:0", names=(), **variables):
        self.folder = Folder("coordinator", {"muster.yaml": configuration})
        self.trust = self.folder.path / ".muster" / "trust"
        self.admin_identity = self.trust / "admin"
        self._tokens = {}
        self.folder.call(
            "coordinator", "init", *(word for name in names for word in ("--name", name)), status=0)
        self.daemon = Daemon(
            self.folder, "coordinator", "run", *(["--listen", listen] if listen else []), "--http", http,
            "--heartbeat", "500ms", *arguments, **variables)
        try:
            line = self.daemon.until_said(r"^coordinator  (.*)\n")[1]
        except BaseException:
            self.close(check=False)
            raise
        places = re.sub(r"0\.0\.0\.0", "127.0.0.1", line).split(", ")
        self.addresses = [place for place in places if not place.startswith("http ")]
        self.address = self.addresses[0]
        self.http = next((place[5:] for place in places if place.startswith("http ")), None)

    @property
    def port(self):
        return int(self.address.rsplit(":", 1)[1])

    @property
    def said(self):
        return self.daemon.said

    @property
    def authority(self):
        return (self.trust / "ca.pem").read_bytes()

    def close(self, check=True):
        try:
            self.daemon.stop(check)
        finally:
            self.folder.close()

    # Letting in

    def admin(self, *arguments, status=0, **more):
        """Runs a command as the administrator."""
        return self.folder.call(
            *arguments, "--coordinator", self.address, "--identity", str(self.admin_identity), status=status, **more)

    def token(self, role, *arguments):
        return self.admin("token", "create", "--role", role, *arguments).out.strip()

    def login(self, name, role="submit", *arguments):
        """The folder with the certificate of a person who has logged in with a token made for it."""
        into = self.folder.path / f"login-{name}"
        self.folder.call(
            "login", self.address, "--name", name, "--into", str(into), "--token-file", "-",
            input=self.token(role, *arguments), status=0)
        return into

    def join(self, name, *arguments, configuration=KINDS):
        """The folder of a worker that has joined, with its muster.yaml."""
        folder = Folder(f"worker-{name}", {"muster.yaml": configuration})
        folder.call(
            "worker", "join", self.address, "--name", name, "--token-file", "-",
            input=self.token("worker", *arguments), status=0)
        return folder

    def identity(self, folder):
        return folder.path / ".muster" / "identity"

    # Looking on

    def get(self, path, bearer=None, headers=()):
        """Over HTTPS: status and text. The path goes out as it is."""
        authority = ssl.create_default_context(cadata=self.authority.decode())
        request = urllib.request.Request(f"https://{self.http}{path}", headers=dict(headers))
        if bearer:
            request.add_header("Authorization", f"Bearer {bearer}")
        try:
            with urllib.request.urlopen(request, context=authority, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def refused(self, reason):
        """How often that was counted so far."""
        if "bearer" not in self._tokens:
            self._tokens["bearer"] = self.token("read", "--bearer")
        status, page = self.get("/metrics", self._tokens["bearer"])
        assert status == 200, page
        match = re.search(rf'^muster_refused_total{{reason="{reason}"}} (\d+)$', page, re.MULTILINE)
        return int(match[1]) if match else 0

    def refusals_logged(self, reason):
        return [line for line in self.said.splitlines() if " refused: " in line and f" reason={reason}" in line]

    def audit(self):
        path = self.folder.path / ".muster" / "audit.log"
        return path.read_text() if path.exists() else ""


class ClusterCase:
    """Mixed into test cases: refusals are checked on the coordinator's side, too."""

    def refusing(self, cluster, reason, words=""):
        """What is inside must be counted under `reason`, and be told in the log in one line with `words`."""
        return _Refusing(self, cluster, reason, words)


class _Refusing:
    def __init__(self, case, cluster, reason, words):
        self.case, self.cluster, self.reason, self.words = case, cluster, reason, words

    def __enter__(self):
        self.before = self.cluster.refused(self.reason)

    def __exit__(self, kind, error, trace):
        if kind:
            return
        until(lambda: f"{self.reason} is counted; the log: {self.cluster.said}",
              lambda: self.cluster.refused(self.reason) > self.before, 10)
        lines = self.cluster.refusals_logged(self.reason)
        # The same reason is logged once in five seconds only, however many tests provoke it.
        self.case.assertTrue(lines, self.cluster.said)
        if self.words:
            self.case.assertTrue(any(self.words in line for line in lines), (self.words, lines))
