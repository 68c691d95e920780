"""The registry with TLS and a password."""

import os
import unittest

import places
from places import PASSWORD, USER, call, manifest_of, sha256


class Registry(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.bench = places.bench()
        cls.folder = cls.bench.path / cls.__name__
        cls.folder.mkdir()
        (cls.folder / "text").write_text("some text\n")
        cls.built = cls.bench.muster(
            "build", "--program", "/bin/echo", "--add", f"{cls.folder}/text:/data/text:600", "--entrypoint", "/bin/echo",
            "--cmd", "from the image", "--env", "A=b", "--label", "x=y", "--to", f"oci:{cls.folder}/built:1")
        assert cls.built.status == 0, cls.built
        cls.digest = cls.built.json["digest"]
        cls.credentials = ["--creds", f"{USER}:{PASSWORD}"]

    def pushed(self, name, source=None):
        to = f"{self.bench.guarded}/{name}"
        done = self.bench.muster("push", source or f"oci:{self.folder}/built:1", to, *self.bench.password())
        self.assertEqual(done.status, 0, done)
        return to, done.json

    def test_digests(self):
        """A pushed image has the digest that sha256sum and skopeo find, and is not sent twice"""
        to, sent = self.pushed("digests/app:1")
        raw = places.raw_manifest(self.bench, to, self.credentials)
        self.assertEqual(sha256(raw), sent["digest"])
        said = call("skopeo", "inspect", "--tls-verify=false", *self.credentials, f"docker://{to}", check=True).json
        self.assertEqual(said["Digest"], self.digest)
        file = self.folder / "manifest"
        file.write_bytes(raw)
        self.assertEqual("sha256:" + call("sha256sum", file, check=True).out.split()[0], self.digest)
        _, again = self.pushed("digests/app:1")
        self.assertEqual((again["digest"], again["parts_already_there"]), (self.digest, again["parts"]))
        self.assertEqual(self.bench.muster(
            "build", "--program", "/bin/echo", "--add", f"{self.folder}/text:/data/text:600", "--entrypoint", "/bin/echo",
            "--cmd", "from the image", "--env", "A=b", "--label", "x=y", "--to", f"oci:{self.folder}/again").json["digest"],
            self.digest)

    def test_skopeo_reads(self):
        """skopeo copies a pushed image into a layout, byte by byte"""
        to, _ = self.pushed("reads/app:1")
        self.bench.skopeo("copy", "--src-tls-verify=false", "--src-creds", f"{USER}:{PASSWORD}", f"docker://{to}",
                          f"oci:{self.folder}/skopeo:1")
        self.assertEqual(sha256(manifest_of(f"{self.folder}/skopeo", self.digest)), self.digest)

    def test_skopeo_writes(self):
        """What skopeo pushes, in OCI's and in Docker's form, is pulled byte by byte"""
        for form in ("oci", "v2s2"):
            name = f"{self.bench.guarded}/writes/{form}:1"
            self.bench.skopeo("copy", "--format", form, "--dest-tls-verify=false", "--dest-creds", f"{USER}:{PASSWORD}",
                              f"oci:{self.folder}/built:1", f"docker://{name}")
            done = self.bench.muster("pull", name, f"oci:{self.folder}/pulled-{form}:1", *self.bench.password())
            self.assertEqual(done.status, 0, done)
            raw = places.raw_manifest(self.bench, name, self.credentials)
            self.assertEqual(sha256(raw), done.json["digest"])
            self.assertEqual(manifest_of(f"{self.folder}/pulled-{form}", done.json["digest"]), raw)

    def test_runs(self):
        """podman loads, pulls and runs an image from scratch with its libraries, and so does buildah"""
        to, _ = self.pushed("runs/app:1")
        podman = ["podman", *self.bench.storage]
        call(*podman, "pull", "--tls-verify=false", *self.credentials, to, check=True)
        archive = f"docker-archive:{self.folder}/app.tar:localhost/loaded:1"
        self.assertEqual(self.bench.muster("copy", f"oci:{self.folder}/built:1", archive).status, 0)
        call(*podman, "load", "-i", self.folder / "app.tar", check=True)
        for image in (to, "localhost/loaded:1"):
            container = call("buildah", *self.bench.storage, "from", "--pull-never", image, check=True).out.strip()
            run = call("buildah", *self.bench.storage, "run", "--isolation", "chroot", container, "--", "/bin/echo", "it runs")
            self.assertEqual((run.status, run.out), (0, "it runs\n"), run)
            # Limits that podman would otherwise raise, which not every machine's owner may.
            run = call(*podman, "--cgroup-manager", "cgroupfs", "run", "--rm", "--network", "none", "--ulimit",
                       "nofile=1024:1024", "--ulimit", "nproc=1000:1000", image)
            self.assertEqual((run.status, run.out), (0, "from the image\n"), run)
            mode = call("buildah", *self.bench.storage, "mount", container, check=True).out.strip()
            self.assertEqual(call("stat", "-c", "%a %u %Y", f"{mode}/data/text").out, "600 0 0\n")

    def test_containerd(self):
        """containerd imports an archive, pulls what was pushed, and runs both"""
        to, _ = self.pushed("containerd/app:1")
        archive = f"docker-archive:{self.folder}/ctr.tar:localhost/imported:1"
        self.assertEqual(self.bench.muster("copy", f"oci:{self.folder}/built:1", archive).status, 0)
        ctr = self.bench.containerd()
        call(*ctr, "images", "import", self.folder / "ctr.tar", check=True)
        # Of a host that is called localhost it takes plain HTTP for granted, unless a file says otherwise.
        hosts = self.folder / "hosts" / self.bench.guarded
        hosts.mkdir(parents=True)
        (hosts / "hosts.toml").write_text(f'[host."https://{self.bench.guarded}"]\n  ca = "{self.bench.ca}"\n')
        call(*ctr, "images", "pull", "--hosts-dir", hosts.parent, "--user", f"{USER}:{PASSWORD}", to, check=True)
        for number, image in enumerate((to, "localhost/imported:1")):
            run = call(*ctr, "run", "--rm", image, f"box-{number}")
            self.assertEqual((run.status, run.out), (0, "from the image\n"), run)

    def test_overlay(self):
        """podman's overlay driver shows what was built on a base, with its modes"""
        (self.folder / "more").write_text("more\n")
        top = f"oci:{self.folder}/top:1"
        built = self.bench.muster(
            "build", "--base", f"oci:{self.folder}/built:1", "--add", f"{self.folder}/more:/data/more:640", "--to", top)
        self.assertEqual(built.status, 0, built)
        archive = f"docker-archive:{self.folder}/overlay.tar:localhost/overlay:1"
        self.assertEqual(self.bench.muster("copy", top, archive).status, 0)
        storage = ["--root", self.bench.path / "overlay", "--runroot", self.bench.path / "overlay-run", "--storage-driver",
                   "overlay"]
        loaded = call("podman", *storage, "load", "-i", self.folder / "overlay.tar")
        if "overlay" in loaded.err and "not supported" in loaded.err:
            self.skipTest("this machine's file system takes no overlay")
        self.assertEqual(loaded.status, 0, loaded)
        mount = call("podman", *storage, "image", "mount", "localhost/overlay:1", check=True).out.strip()
        try:
            shown = [call("stat", "-c", "%a %u", f"{mount}/data/{name}", check=True).out for name in ("text", "more")]
        finally:
            call("podman", *storage, "image", "umount", "localhost/overlay:1")
        self.assertEqual(shown, ["600 0\n", "640 0\n"])

    def test_archives(self):
        """What podman saves is read, pushed and copied"""
        archive = f"docker-archive:{self.folder}/one.tar:localhost/saved:1"
        self.assertEqual(self.bench.muster("copy", f"oci:{self.folder}/built:1", archive).status, 0)
        podman = ["podman", *self.bench.storage]
        call(*podman, "load", "-i", self.folder / "one.tar", check=True)
        call(*podman, "save", "-o", self.folder / "two.tar", "localhost/saved:1", check=True)
        to, _ = self.pushed("archives/app:1", f"docker-archive:{self.folder}/two.tar")
        config = call("skopeo", "inspect", "--config", "--tls-verify=false", *self.credentials, f"docker://{to}", check=True).json
        self.assertEqual(config["config"]["Entrypoint"], ["/bin/echo"])

    def test_credentials(self):
        """Credentials come from where podman and docker keep them; wrong and missing ones are said without them"""
        to, _ = self.pushed("credentials/app:1")
        file = self.folder / "auth.json"
        call("skopeo", "login", "--authfile", file, "--tls-verify=false", "-u", USER, "--password-stdin", self.bench.guarded,
             input=PASSWORD, check=True)
        for arguments, variables in ((["--auth-file", file], {}), ([], {"REGISTRY_AUTH_FILE": str(file)})):
            done = self.bench.muster("inspect", to, *arguments, **variables)
            self.assertEqual(done.status, 0, done)
            self.assertEqual(done.json["digest"], self.digest)
        missing = self.bench.muster("inspect", to)
        self.assertEqual((missing.status, missing.failure["code"]), (1, "registry_credentials"), missing)
        wrong = self.bench.muster("inspect", to, "--user", USER, "--password-file", "-", input="canary-wrong\n")
        self.assertEqual(wrong.failure["code"], "registry_credentials", wrong)
        self.assertNotIn("canary", wrong.out + wrong.err + missing.err)
        self.assertNotIn(PASSWORD, self.bench.log("guarded"))

    def test_trust(self):
        """A certificate that nobody vouches for, plain http, and the wrong of both are refused"""
        to, _ = self.pushed("trust/app:1")
        stranger = self.bench.muster("inspect", to, *self.bench.password(), secure=False)
        self.assertEqual(stranger.failure["code"], "registry_untrusted", stranger)
        plain = self.bench.muster("inspect", f"{self.bench.plain}/x/y:1")
        self.assertEqual(plain.failure["code"], "registry_unreachable", plain)
        self.assertIn("plain http", plain.failure["message"])
        unknown = self.bench.muster("inspect", f"{self.bench.plain}/x/y:1", "--plain-http")
        self.assertEqual(unknown.failure["code"], "image_not_found", unknown)
        short = self.bench.muster("inspect", "app:1")
        self.assertEqual(short.failure["code"], "bad_image_reference", short)

    def test_mount(self):
        """Between repositories of a registry nothing is sent that it can take over"""
        to, _ = self.pushed("mount/one:1")
        other = f"{self.bench.guarded}/mount/two:1"
        done = self.bench.muster("copy", to, other, *self.bench.password())
        self.assertEqual(done.status, 0, done)
        log = self.bench.log("guarded")
        self.assertIn("POST /v2/mount/two/blobs/uploads/?mount=", log)
        self.assertNotIn("PATCH /v2/mount/two/", log)
        self.assertNotIn("PUT /v2/mount/two/blobs/", log)
        self.assertEqual(sha256(places.raw_manifest(self.bench, other, self.credentials)), self.digest)

    def test_index(self):
        """Images for two platforms go in one index, and each is found by its platform"""
        to = f"{self.bench.guarded}/index/app:1"
        done = self.bench.muster("build", "--add", f"{self.folder}/text:/text", "--platform", "linux/amd64", "--platform",
                                 "linux/arm64", "--to", to, *self.bench.password())
        self.assertEqual(done.status, 0, done)
        raw = places.raw_manifest(self.bench, to, self.credentials)
        self.assertEqual(sha256(raw), done.json["digest"])
        one = self.bench.muster("inspect", to, "--platform", "linux/arm64", "--all", *self.bench.password()).json
        self.assertEqual((one["platform"], one["tags"]), ("linux/arm64", ["1"]))
        said = call("skopeo", "inspect", "--override-arch", "arm64", "--config", "--tls-verify=false", *self.credentials,
                    f"docker://{to}", check=True).json
        self.assertEqual(said["architecture"], "arm64")

    def test_recipe(self):
        """A recipe in YAML and flags come to the same digest, also on a base, and a field that nobody knows is refused"""
        recipe = self.folder / "recipe.yaml"
        recipe.write_text(
            f"base: oci:{self.folder}/built:1\nfiles: ['{self.folder}/text:/more/text:644']\nenv: {{C: d}}\ncmd: [other]\n"
            "labels: {l: m}\nuser: '7:8'\nworkdir: /data\n")
        by_file = self.bench.muster("build", "-f", recipe, "--to", f"oci:{self.folder}/recipe:1")
        self.assertEqual(by_file.status, 0, by_file)
        by_flags = self.bench.muster(
            "build", "--base", f"oci:{self.folder}/built:1", "--add", f"{self.folder}/text:/more/text:644", "--env", "C=d",
            "--cmd", "other", "--label", "l=m", "--run-as", "7:8", "--workdir", "/data", "--to", f"oci:{self.folder}/recipe:2")
        self.assertEqual(by_flags.status, 0, by_flags)
        self.assertEqual(by_file.json["digest"], by_flags.json["digest"])
        made = self.bench.muster("inspect", f"oci:{self.folder}/recipe:1").json
        self.assertEqual((made["user"], made["working_directory"], made["command"]), ("7:8", "/data", ["other"]))
        self.assertEqual((made["entrypoint"], made["labels"]), (["/bin/echo"], {"l": "m", "x": "y"}))
        self.assertEqual(len(made["layers"]), 3)
        recipe.write_text("bases: scratch\n")
        wrong = self.bench.muster("build", "-f", recipe, "--to", f"oci:{self.folder}/recipe:3")
        self.assertEqual((wrong.status, wrong.failure["code"]), (1, "bad_argument"), wrong)
        self.assertIn("'bases'", wrong.failure["message"])

    def test_texts(self):
        """What a recipe says is taken as it is written, and never as a number or a truth"""
        recipe = self.folder / "texts.yaml"
        recipe.write_text("labels: {version: 1.10, flag: on, empty: '', date: 2020-01-01}\ncmd: [sleep, 010]\nuser: 0x10\n")
        done = self.bench.muster("build", "-f", recipe, "--to", f"oci:{self.folder}/texts:1")
        self.assertEqual(done.status, 0, done)
        made = self.bench.muster("inspect", f"oci:{self.folder}/texts:1").json
        self.assertEqual(made["labels"], {"version": "1.10", "flag": "on", "empty": "", "date": "2020-01-01"})
        self.assertEqual((made["command"], made["user"]), (["sleep", "010"], "0x10"))
        for wrong in ["labels: {a: [b]}", "cmd: [{a: b}]", "user: [a]", "[a]: b", "env: {a: b, a: c}"]:
            recipe.write_text(wrong + "\n")
            done = self.bench.muster("build", "-f", recipe, "--to", f"oci:{self.folder}/texts:2")
            self.assertEqual((done.status, done.failure["code"]), (1, "bad_argument"), done)

    def test_platforms(self):
        """A program goes only into images that it runs in, and a docker-archive takes the image for this machine"""
        both = ["--platform", "linux/amd64", "--platform", "linux/arm64", "--to", f"oci:{self.folder}/both:1"]
        wrong = self.bench.muster("build", "--program", "/bin/echo", *both)
        self.assertEqual((wrong.status, wrong.failure["code"]), (1, "bad_image_recipe"), wrong)
        self.assertEqual(self.bench.muster("build", "--add", f"{self.folder}/text:/text", *both).status, 0)
        file = f"docker-archive:{self.folder}/both.tar"
        done = self.bench.muster("copy", f"oci:{self.folder}/both:1", f"{file}:a:1")
        self.assertEqual(done.status, 0, done)
        machine = {"x86_64": "linux/amd64", "aarch64": "linux/arm64"}[os.uname().machine]
        self.assertEqual(self.bench.muster("inspect", file).json["platform"], machine)
