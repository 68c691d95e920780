"""The pages over HTTPS: health is open, everything else wants a token, however it is spelled."""

import socket
import ssl
import subprocess
import unittest

from support.cluster import Cluster, ClusterCase
from support.process import Daemon, Folder, until

SECRET = "muster_refused_total"


def setUpModule():
    global cluster, good
    cluster = Cluster()
    unittest.addModuleCleanup(cluster.close)
    good = cluster.token("read", "--bearer")


def raw(request):
    """What comes back for bytes that are sent as they are, until the server ends the connection."""
    context = ssl.create_default_context(cadata=cluster.authority.decode())
    host, port = cluster.http.rsplit(":", 1)
    with socket.create_connection((host, int(port)), 5) as plain:
        with context.wrap_socket(plain, server_hostname="127.0.0.1") as one:
            one.settimeout(5)
            one.sendall(request)
            answer = b""
            try:
                while part := one.recv(65536):
                    answer += part
            except (TimeoutError, ssl.SSLError, ConnectionResetError):
                pass
            return answer.decode(errors="replace")


class BearerTests(ClusterCase, unittest.TestCase):
    def refuse(self, bearer, reason, words, path="/metrics"):
        with self.refusing(cluster, reason, words):
            status, page = cluster.get(path, bearer)
            self.assertEqual(status, 401)
            self.assertEqual(len(page.splitlines()), 1, page)
            self.assertIn(words, page)

    def test_health_is_open(self):
        self.assertEqual(cluster.get("/healthz"), (200, "ok\n"))
        self.assertEqual(cluster.get("/readyz"), (200, "ready\n"))

    def test_the_right_one(self):
        status, page = cluster.get("/metrics", good)
        self.assertEqual(status, 200)
        self.assertIn(SECRET, page)
        done = subprocess.run(
            ["curl", "--silent", "--show-error", "--cacert", str(cluster.trust / "ca.pem"), "-H",
             f"authorization: bearer {good}", f"https://{cluster.http}/metrics"], capture_output=True, text=True)
        self.assertIn(SECRET, done.stdout, done.stderr)
        self.assertEqual(cluster.get("/metrics", cluster.token("admin", "--bearer"))[0], 200)

    def test_none(self):
        self.refuse(None, "no_bearer", "make one with 'muster token create --role read --bearer'")

    def test_nonsense(self):
        with self.refusing(cluster, "bad_token"):
            status, page = cluster.get("/metrics", "nonsense")
        self.assertEqual(
            (status, page), (401, "this is not a token: one begins with mst_; make one with 'muster token create'\n"))

    def test_changed(self):
        changed = good[:20] + ("b" if good[20] != "b" else "c") + good[21:]
        status, page = cluster.get("/metrics", changed)
        self.assertEqual(status, 401)
        self.assertIn("its check does not fit; copy it again, whole", page)
        self.assertNotIn(changed[15:40], page)

    def test_one_that_is_to_be_traded(self):
        self.refuse(cluster.token("read"), "wrong_use", "make one with: muster token create --bearer")

    def test_past_its_time(self):
        token = cluster.token("read", "--bearer", "--ttl", "1s")
        until("it has ended", lambda: cluster.get("/metrics", token)[0] == 401, 5)
        self.refuse(token, "token_expired", "expired at ")

    def test_revoked(self):
        token = cluster.token("read", "--bearer")
        self.assertEqual(cluster.get("/metrics", token)[0], 200)
        cluster.admin("token", "revoke", token.split("_")[1])
        self.refuse(token, "token_revoked", "was revoked; ask for a new one")

    def test_of_another_coordinator(self):
        other = Cluster(http="none")
        self.addCleanup(other.close)
        self.refuse(other.token("read", "--bearer"), "unknown_token", "this coordinator knows no such token")

    def test_other_ways_to_show_it(self):
        for headers in ({"Authorization": f"Basic {good}"}, {"Authorization": good}, {"X-Token": good},
                        {"Cookie": f"Authorization=Bearer {good}"}):
            with self.subTest(headers=list(headers)):
                self.assertEqual(cluster.get("/metrics", headers=headers)[0], 401)
        self.assertEqual(cluster.get(f"/metrics?token={good}&access_token={good}")[0], 401)

    def test_tricks_with_the_path(self):
        for path in (
            "//metrics", "/metrics/", "/METRICS", "/Metrics", "/%2Fmetrics", "/%6detrics", "/metrics%00", "/metrics%2f",
            "/metrics?x=/healthz", "/metrics#/healthz", "/metrics;/healthz", "/healthz/../metrics",
            "/healthz/%2e%2e/metrics",
            "/./metrics", "/healthz//../metrics", "/healthz\\..\\metrics", "/healthz?/metrics", "/readyz/../metrics",
            "/..;/metrics", "//healthz/../metrics", "http://x/healthz/../metrics", "/healthz%20/../metrics", "*",
            "metrics",
            "https://127.0.0.1/metrics", "//127.0.0.1/healthz", "///metrics",
        ):
            for method in ("GET", "HEAD", "OPTIONS", "get", "POST"):
                with self.subTest(path=path, method=method):
                    answer = raw(f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
                    self.assertNotIn(SECRET, answer)
                    if not path.startswith("/healthz?"):
                        self.assertNotRegex(answer, r"^HTTP/1\.1 2", answer)

    def test_tricks_with_headers(self):
        for lines in (
            ["Host: x", "X-Original-URL: /healthz"], ["Host: x", "X-Forwarded-For: 127.0.0.1"],
            ["Host: x", "Authorization: Bearer"], ["Host: x", "Authorization: Bearer "],
            ["Host: x", "Authorization: Bearer null", f"Authorization: Basic {good}"],
            ["Host: x", "X-HTTP-Method-Override: GET"], ["Host: 127.0.0.1"], ["Host: localhost"],
        ):
            with self.subTest(lines=lines):
                answer = raw("\r\n".join(["GET /metrics HTTP/1.1", *lines, "Connection: close", "", ""]).encode())
                self.assertNotIn(SECRET, answer)
        # A second request that hides in the first.
        smuggled = "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        answer = raw(
            b"GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            + smuggled.encode())
        self.assertNotIn(SECRET, answer)

    def test_without_tls(self):
        host, port = cluster.http.rsplit(":", 1)
        with socket.create_connection((host, int(port)), 5) as one:
            one.sendall(f"GET /metrics HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {good}\r\n\r\n".encode())
            one.settimeout(5)
            try:
                self.assertNotIn(SECRET.encode(), one.recv(65536))
            except (TimeoutError, ConnectionResetError):
                pass

    def test_loopback_is_open(self):
        """On loopback there is no TLS and no token, as on any machine of one's own."""
        place = Folder("loopback", {"muster.yaml": "kinds: {}\n"})
        self.addCleanup(place.close)
        place.call("coordinator", "init", status=0)
        daemon = Daemon(place, "coordinator", "run", "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0")
        http = daemon.until_said(r"http (\S+)")[1]
        done = subprocess.run(["curl", "--silent", f"http://{http}/metrics"], capture_output=True, text=True)
        self.assertIn(SECRET, done.stdout)
        daemon.stop()
