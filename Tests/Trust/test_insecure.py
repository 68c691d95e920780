"""Without TLS: on loopback, and elsewhere only where it is spelled out; loud in any case."""

import unittest
import urllib.error
import urllib.request

from support.certificates import openssl
from support.clients import User
from support.process import Daemon, Folder

KINDS = "kinds:\n  echo:\n    executor: [cat, '{input}']\n"


class InsecureTests(unittest.TestCase):
    def setUp(self):
        self.folder = Folder("insecure", {"muster.yaml": KINDS})
        self.addCleanup(self.folder.close)

    def start(self, *arguments, command=("coordinator", "run"), http="none"):
        """The addresses that it listens on, and the process."""
        daemon = Daemon(self.folder, *command, "--http", http, *arguments)
        self.addCleanup(daemon.stop, check=False)
        return daemon.until_said(r"^coordinator +(.*)\n")[1].split(", "), daemon

    def refused(self, *arguments, command=("coordinator", "run")):
        return self.folder.call(*command, *arguments, status=1).sentence

    def test_a_network_without_trust_is_refused(self):
        for address in ("0.0.0.0:50055", "[::]:50055", "192.0.2.1:50055", "0.0.0.0:50055/plaintext+tls"):
            with self.subTest(address=address):
                said = self.refused("--listen", address, "--http", "none")
                if "tls" not in address:
                    self.assertIn(f"{address} would be neither encrypted nor ask who calls", said)
                    self.assertIn("run 'muster coordinator init' once, or say --insecure", said)
        said = self.refused("--listen", "0.0.0.0:50055", "--http", "none", command=("up",))
        self.assertIn("would be neither encrypted nor ask who calls", said)

    def test_tls_without_a_certificate_is_refused(self):
        said = self.refused("--listen", "127.0.0.1:0/tls", "--http", "none")
        self.assertIn("is to speak TLS, and there is no certificate; make one with: muster coordinator init", said)

    def test_on_loopback_it_warns(self):
        self.folder.call("coordinator", "init", status=0)
        (address,), daemon = self.start("--insecure", "--listen", "127.0.0.1:0")
        warnings = [line for line in daemon.said.splitlines() if "INSECURE" in line]
        self.assertEqual(len(warnings), 1, daemon.said)
        self.assertIn("is neither encrypted nor does it ask who calls", warnings[0])
        user = User(address)
        self.addCleanup(user.close)
        self.assertFalse(user.submit("echo", "a").HasField("problem"))

    def test_spelled_out(self):
        (address,), daemon = self.start("--insecure", "--listen", "0.0.0.0:0")
        self.assertTrue(address.startswith("0.0.0.0:"))
        self.assertRegex(daemon.said, "warning: .*INSECURE: 0.0.0.0:0 is neither encrypted nor does it ask who calls: "
                                      "whoever reaches it may submit, take and cancel tasks")

    def test_not_spelled_out(self):
        """What a file wanted on the network stays on loopback."""
        for trust in (False, True):
            if trust:
                self.folder.call("coordinator", "init", status=0)
            (self.folder.path / "muster.yaml").write_text("listen: [0.0.0.0:0]\n" + KINDS)
            (address,), daemon = self.start("--insecure")
            self.assertTrue(address.startswith("127.0.0.1:"), address)
            self.assertIn("is not listened on without TLS, but 127.0.0.1:0; spell it out with --listen", daemon.said)
            self.assertIn("INSECURE", daemon.said)
            daemon.stop()

    def test_the_file_may_say_plaintext(self):
        self.folder.call("coordinator", "init", status=0)
        (self.folder.path / "muster.yaml").write_text(
            "listen:\n  - address: 0.0.0.0:0\n    tls: false\n" + KINDS)
        (address,), daemon = self.start()
        self.assertIn("INSECURE: 0.0.0.0:0", daemon.said)

    def test_with_trust_there_is_tls_everywhere(self):
        self.folder.call("coordinator", "init", status=0)
        (address,), daemon = self.start("--listen", "127.0.0.1:0")
        self.assertNotIn("INSECURE", daemon.said)
        done = openssl("s_client", "-connect", address, "-alpn", "h2", input="", check=False)
        self.assertIn("New, TLSv1.3", done.stdout)

    def test_up_needs_nothing(self):
        (address, *_), daemon = self.start("--listen", "127.0.0.1:0", "--workers", "0", command=("up",))
        self.assertNotIn("warning", daemon.said)
        user = User(address)
        self.addCleanup(user.close)
        self.assertFalse(user.submit("echo", "a").HasField("problem"))

    # They are served to everybody, without a word.
    def test_pages_on_a_network_without_trust(self):
        """The pages need a token except on loopback; where there can be none, only the coordinator's health is told."""
        for command, more in ((("coordinator", "run"), []), (("up",), ["--workers", "0"])):
            daemon = Daemon(
                self.folder, *command, *more, "--listen", "127.0.0.1:0", "--http", "0.0.0.0:0", "--state",
                f"state-{command[0]}")
            try:
                daemon.until_said(r"warning: .*http: 0\.0\.0\.0:\d+ tells only whether it lives")
                port = daemon.until_said(r"http +0\.0\.0\.0:(\d+)")[1]
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
                    self.assertEqual(answer.read(), b"ok\n")
                with self.assertRaises(urllib.error.HTTPError) as raised:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5)
                self.assertEqual(raised.exception.code, 401)
                self.assertIn(b"muster coordinator init", raised.exception.read())
                raised.exception.close()
            finally:
                daemon.stop(check=False)
