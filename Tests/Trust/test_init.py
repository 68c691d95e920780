"""`muster coordinator init`: what it makes, and makes anew, and with whose authority."""

import os
import re
import shutil
import stat
import unittest

from support.certificates import make_authority, openssl, serial, sign
from support.clients import User
from support.process import Daemon, Folder

MODES = {
    "": 0o700, "ca.key": 0o600, "ca.pem": 0o644, "server.key": 0o600, "server.pem": 0o644, "admin": 0o700,
    "admin/ca.pem": 0o644, "admin/cert.pem": 0o644, "admin/key.pem": 0o600, "admin/identity.json": 0o644,
}


class InitTests(unittest.TestCase):
    def setUp(self):
        self.folder = Folder("init", {"muster.yaml": "kinds: {}\n"})
        self.addCleanup(self.folder.close)
        self.trust = self.folder.path / ".muster" / "trust"

    def init(self, *arguments, status=0):
        return self.folder.call("coordinator", "init", *arguments, status=status)

    def files(self):
        """All files, with what is in them."""
        return {str(p.relative_to(self.trust)): p.read_bytes() for p in self.trust.rglob("*") if p.is_file()}

    def names(self):
        text = openssl("x509", "-noout", "-ext", "subjectAltName", "-in", self.trust / "server.pem").stdout
        return set(re.findall(r"(?:DNS|IP Address):(\S+?)(?:,|\s|$)", text))

    def test_what_it_makes(self):
        mask = os.umask(0)
        try:
            done = self.init("--name", "muster.test", "--name", "10.1.2.3", "--output", "json")
        finally:
            os.umask(mask)
        found = {str(p.relative_to(self.trust)).removeprefix("."): stat.S_IMODE(p.stat().st_mode)
                 for p in [self.trust, *self.trust.rglob("*")]}
        self.assertEqual(found, MODES)
        self.assertTrue({"muster.test", "10.1.2.3", "localhost", "127.0.0.1"} <= self.names(), self.names())
        self.assertTrue(done.json["new_authority"])
        key = openssl("x509", "-noout", "-pubkey", "-in", self.trust / "ca.pem").stdout
        der = openssl("pkey", "-pubin", "-outform", "PEM", input=key).stdout
        self.assertEqual(key, der)
        verified = openssl(
            "verify", "-CAfile", self.trust / "ca.pem", "-purpose", "sslserver", self.trust / "server.pem")
        self.assertIn("OK", verified.stdout)
        verified = openssl(
            "verify", "-CAfile", self.trust / "ca.pem", "-purpose", "sslclient", self.trust / "admin" / "cert.pem")
        self.assertIn("OK", verified.stdout)
        text = openssl("x509", "-noout", "-text", "-in", self.trust / "ca.pem").stdout
        self.assertIn("CA:TRUE", text)
        text = openssl("x509", "-noout", "-text", "-in", self.trust / "server.pem").stdout
        self.assertIn("CA:FALSE", text)
        self.assertIn("TLS Web Server Authentication", text)
        # It may say that it is a client's, too; it says of nobody what he may do.
        self.assertNotIn("urn:muster", text)

    def test_twice_changes_nothing(self):
        self.init("--name", "muster.test")
        before = self.files()
        done = self.init()
        self.assertEqual(self.files(), before)
        self.assertEqual(done.err, "")
        self.assertNotIn("(new)", done.out)
        self.init("--name", "muster.test")
        self.assertEqual(self.files(), before)

    def test_other_names(self):
        self.init("--name", "one.test")
        before = self.files()
        self.init("--name", "two.test")
        after = self.files()
        self.assertEqual({name for name in after if after[name] != before[name]}, {"server.pem"})
        self.assertTrue({"one.test", "two.test"} <= self.names())

    def test_a_new_authority(self):
        self.init()
        before = self.files()
        self.assertIn("(new)", self.init("--new-ca").out)
        after = self.files()
        for name in ("ca.key", "ca.pem", "server.pem", "admin/ca.pem", "admin/cert.pem"):
            self.assertNotEqual(after[name], before[name], name)
        openssl(
            "verify", "-CAfile", self.trust / "ca.pem", self.trust / "server.pem", self.trust / "admin" / "cert.pem")

    def test_an_authority_of_ones_own(self):
        for algorithm in ("EC", "RSA"):
            with self.subTest(algorithm=algorithm):
                own = make_authority(self.folder.path / f"own-{algorithm}", algorithm=algorithm)
                state = ["--state", f"state-{algorithm}"]
                self.folder.call(
                    "coordinator", "init", *state, "--ca-cert", str(own / "ca.pem"), "--ca-key", str(own / "ca.key"),
                    status=0)
                trust = self.folder.path / f"state-{algorithm}" / "trust"
                openssl("verify", "-CAfile", own / "ca.pem", trust / "server.pem", trust / "admin" / "cert.pem")
                self.assertEqual(stat.S_IMODE((trust / "ca.key").stat().st_mode), 0o600)
                daemon = Daemon(
                    self.folder, "coordinator", "run", *state, "--listen", "127.0.0.1:0", "--http", "none")
                address = daemon.until_said(r"^coordinator  (\S+)\n")[1]
                user = User(address, trust / "admin")
                self.assertEqual(user.who().role, "admin")
                user.close()
                who = self.folder.call(
                    "whoami", "--coordinator", address, "--identity", str(trust / "admin"), status=0)
                self.assertIn("admin", who.out)
                token = self.folder.call(
                    "token", "create", "--role", "read", "--coordinator", address, "--identity", str(trust / "admin"),
                    status=0).out
                self.folder.call(
                    "login", address, "--into", f"login-{algorithm}", "--token-file", "-", input=token, status=0)
                daemon.stop()

    def test_without_the_authoritys_key(self):
        """It may be kept elsewhere: then everything goes on, and nobody can join."""
        self.init()
        key = self.trust / "ca.key"
        daemon = Daemon(self.folder, "coordinator", "run", "--listen", "127.0.0.1:0", "--http", "none")
        address = daemon.until_said(r"^coordinator  (\S+)\n")[1]
        create = (
            "token", "create", "--coordinator", address, "--identity", str(self.trust / "admin"))
        token = self.folder.call(*create, status=0).out
        daemon.stop()
        shutil.move(key, self.folder.path / "kept")
        said = self.init("--name", "other.test", status=1).sentence
        self.assertIn("the authority's key", said)
        self.assertIn("put it back for as long as this takes", said)
        daemon = Daemon(self.folder, "coordinator", "run", "--listen", "127.0.0.1:0", "--http", "none")
        address = daemon.until_said(r"^coordinator  (\S+)\n")[1]
        user = User(address, self.trust / "admin")
        self.addCleanup(user.close)
        self.assertEqual(user.who().role, "admin")
        create = (
            "token", "create", "--coordinator", address, "--identity", str(self.trust / "admin"))
        said = self.folder.call(*create, status=1).sentence
        self.assertIn("has no authority's key and signs no certificates", said)
        said = self.folder.call("worker", "join", address, "--token-file", "-", input=token).sentence
        self.assertIn("has no authority's key and signs no certificates", said)
        daemon.stop()

    def test_what_cannot_be(self):
        own = make_authority(self.folder.path / "own")
        other = make_authority(self.folder.path / "other", algorithm="RSA")
        leaf = self.folder.path / "leaf.pem"
        sign(own, own / "ca.key", leaf, "leaf")
        (self.folder.path / "nonsense").write_text("nonsense\n")
        (self.folder.path / "nonsense").chmod(0o600)
        shutil.copy(own / "ca.key", self.folder.path / "open.key")
        (self.folder.path / "open.key").chmod(0o644)
        cert, key = str(own / "ca.pem"), str(own / "ca.key")
        for arguments, status, words in [
            (["--ca-cert", cert], 64, "Give --ca-cert and --ca-key together"),
            (["--ca-key", key], 64, "Give --ca-cert and --ca-key together"),
            (["--new-ca", "--ca-cert", cert, "--ca-key", key], 64, "not both"),
            (["extra"], 64, "Unexpected argument 'extra'"),
            (["--ca-cert", "missing", "--ca-key", key], 1, "missing"),
            (["--ca-cert", cert, "--ca-key", "missing"], 1, "missing"),
            (["--ca-cert", "nonsense", "--ca-key", key], 1, "nonsense"),
            (["--ca-cert", cert, "--ca-key", "nonsense"], 1, "nonsense"),
            (["--ca-cert", cert, "--ca-key", str(other / "ca.key")], 1, "key"),
            (["--ca-cert", cert, "--ca-key", "open.key"], 1, "chmod"),
            (["--ca-cert", str(leaf), "--ca-key", key], 1, "authority"),
            (["--name", "not a name"], 1, "not a name"),
            (["--name", ""], 1, ""),
            (["--name", "a" * 300], 1, ""),
        ]:
            with self.subTest(arguments=arguments):
                done = self.init(*arguments, status=status)
                self.assertIn(words, done.sentence)
                self.assertFalse(self.trust.exists() and any(self.trust.rglob("server.pem")), "something was made")

    def test_files_that_others_may_read(self):
        """A key that others could read is not used."""
        self.init()
        (self.trust / "server.key").chmod(0o644)
        done = self.folder.call("coordinator", "run", "--listen", "127.0.0.1:0", "--http", "none", status=1)
        self.assertIn("server.key", done.err)
        self.assertIn("chmod", done.err)
        (self.trust / "server.key").chmod(0o600)
        (self.trust / "admin" / "key.pem").chmod(0o640)
        done = self.folder.call("whoami", "--coordinator", "127.0.0.1:9", "--identity", str(self.trust / "admin"))
        self.assertIn("chmod", done.sentence)

    def test_another_key_than_the_certificates(self):
        self.init()
        shutil.copy(self.trust / "admin" / "key.pem", self.trust / "server.key")
        (self.trust / "server.key").chmod(0o600)
        done = self.folder.call("coordinator", "run", "--listen", "127.0.0.1:0", "--http", "none", status=1)
        self.assertRegex(done.err, r"server\.(pem|key)")
        self.assertEqual(len(done.err.splitlines()), 1, done.err)
        self.assertTrue(serial(self.trust / "server.pem"))
