"""nginx that takes only 1 MiB in a request, and connections that are cut."""

import os
import unittest

import places
from places import sha256


class Trouble(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.bench = places.bench()
        cls.folder = cls.bench.path / cls.__name__
        cls.folder.mkdir()
        # It does not compress: the layer is as large as the file.
        (cls.folder / "noise").write_bytes(os.urandom(6_000_000))
        done = cls.bench.muster("build", "--add", f"{cls.folder}/noise:/noise", "--to", f"oci:{cls.folder}/built:1")
        assert done.status == 0, done
        cls.digest = done.json["digest"]

    def push(self, to, *more):
        before = len(self.bench.requests())
        done = self.bench.muster("push", f"oci:{self.folder}/built:1", to, *more)
        self.assertEqual(done.status, 0, done)
        self.assertEqual(sha256(places.raw_manifest(self.bench, to)), self.digest)
        return self.bench.requests()[before:]

    def test_limit(self):
        """A registry that takes only small requests gets small ones"""
        asked = self.push(f"{self.bench.limited}/limit/app:1")
        self.assertTrue(any(line.endswith(" 413") for line in asked), asked)
        self.assertGreaterEqual(sum(line.startswith("PATCH") and line.endswith("202") for line in asked), 6)
        self.verify(f"{self.bench.limited}/limit/app:1")

    def test_upload(self):
        """An upload that is cut again and again goes on where it was, and is not begun anew"""
        port = int(self.bench.limited.split(":")[1])
        with places.Cutter(port, cuts=3, after=1_500_000, upwards=True) as cutter:
            asked = self.push(f"{cutter.address}/cut/app:1", "--chunk", "524288")
            self.assertEqual(cutter.done, 3)
        # The layer and the configuration.
        self.assertEqual(sum(line.startswith("POST") for line in asked), 2, asked)
        self.assertGreaterEqual(sum(line.startswith("GET") and "/uploads/" in line for line in asked), 3, asked)
        self.verify(f"{self.bench.limited}/cut/app:1")

    def test_download(self):
        """A download that is cut again and again goes on where it was"""
        self.push(f"{self.bench.limited}/down/app:1", "--chunk", "524288")
        port = int(self.bench.limited.split(":")[1])
        before = len(self.bench.requests())
        with places.Cutter(port, cuts=3, after=1_500_000, upwards=False) as cutter:
            done = self.bench.muster("pull", f"{cutter.address}/down/app:1", f"oci:{self.folder}/down:1")
            self.assertEqual((done.status, cutter.done), (0, 3), done)
        self.assertEqual(done.json["digest"], self.digest)
        asked = self.bench.requests()[before:]
        self.assertGreaterEqual(sum(line.startswith("GET") and line.endswith("206") for line in asked), 3, asked)

    def test_cut_without_proxy(self):
        """A registry that forgets what was cut gets the whole again"""
        port = int(self.bench.plain.split(":")[1])
        with places.Cutter(port, cuts=2, after=2_000_000, upwards=True) as cutter:
            to = f"{cutter.address}/forgets/app:1"
            done = self.bench.muster("push", f"oci:{self.folder}/built:1", to, "--plain-http")
            self.assertEqual((done.status, cutter.done), (0, 2), done)
        self.verify(f"{self.bench.plain}/forgets/app:1")

    def verify(self, name):
        """skopeo checks every digest while it copies."""
        target = self.folder / name.split("/")[1]
        self.bench.skopeo("copy", "--src-tls-verify=false", f"docker://{name}", f"dir:{target}")
        self.assertEqual(sha256((target / "manifest.json").read_bytes()), self.digest)
