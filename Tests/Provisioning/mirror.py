"""A private mirror of packages, as machines without the internet have one: repositories in Debian's form, served over HTTP."""

import gzip
import hashlib
import http.server
import os
import shutil
import subprocess
import tempfile
import threading
from email.utils import formatdate
from pathlib import Path

# What a script of a package does when it is the one at which the test wants the run to be cut: as a power cut, for all that is seen.
CUT = """
if [ "$(cat /var/tmp/cut 2>/dev/null)" = "$DPKG_MAINTSCRIPT_PACKAGE $DPKG_MAINTSCRIPT_NAME $1" ]; then
  rm /var/tmp/cut
  kill -9 $(pgrep -x apt-get) $(pgrep -x dpkg)
  exit 1
fi
"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        self.server.asked.append(self.path)
        super().do_GET()


class Mirror:
    def __init__(self, address):
        self.folder = Path(tempfile.mkdtemp(prefix="muster-mirror-"))
        self.www = self.folder / "www"
        self.www.mkdir()
        self.server = http.server.ThreadingHTTPServer(
            (address, 0), lambda *words: Quiet(*words, directory=str(self.www)))
        self.server.asked = []
        self.url = f"http://{address}:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.keys = {}

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        for home in self.keys.values():
            subprocess.run(["gpgconf", "--kill", "all"], env={**os.environ, "GNUPGHOME": str(home)}, check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def asked(self):
        """The paths that were asked for so far."""
        return self.server.asked

    def _gpg(self, name, *words, text=None):
        home = self.keys.get(name)
        if not home:
            home = self.keys[name] = self.folder / f"key-{name}"
            home.mkdir(mode=0o700)
            self._gpg(name, "--pinentry-mode", "loopback", "--passphrase", "", "--quick-gen-key", f"{name}@mirror.example", "rsa2048",
                      "sign", "never")
        return subprocess.run(
            ["gpg", "--batch", "--quiet", *words], env={**os.environ, "GNUPGHOME": str(home)}, input=text, check=True,
            capture_output=True, text=True).stdout

    def key(self, name):
        """The public half of a key, as text."""
        return self._gpg(name, "--armor", "--export")

    def publish(self, place, packages, key=None, suite="bookworm", component="main"):
        """Makes a repository below `place`, signed with the key of a name, or with none."""
        root = self.www / place
        index = root / "dists" / suite / component / "binary-amd64"
        for folder in (index, root / "pool"):
            folder.mkdir(parents=True, exist_ok=True)
        entries = []
        for package in packages:
            path, control = package.build(root / "pool")
            content = path.read_bytes()
            entries.append(f"{control}Filename: pool/{path.name}\nSize: {len(content)}\nSHA256: {hashlib.sha256(content).hexdigest()}\n")
        text = "\n".join(entries).encode()
        (index / "Packages").write_bytes(text)
        (index / "Packages.gz").write_bytes(gzip.compress(text))
        names = [f"{component}/binary-amd64/Packages", f"{component}/binary-amd64/Packages.gz"]
        files = {name: (root / "dists" / suite / name).read_bytes() for name in names}
        release = (f"Origin: test\nSuite: {suite}\nCodename: {suite}\nDate: {formatdate(usegmt=True)}\nArchitectures: amd64\n"
                   f"Components: {component}\nSHA256:\n")
        release += "".join(f" {hashlib.sha256(content).hexdigest()} {len(content)} {name}\n" for name, content in files.items())
        (root / "dists" / suite / "Release").write_text(release)
        if key:
            (root / "dists" / suite / "InRelease").write_text(self._gpg(key, "--clearsign", text=release))
        return f"{self.url}/{place}"


class Package:
    """A Debian package that is made here, with scripts at which a run can be cut."""

    def __init__(self, name, version="1.0-1", depends="", files=None, postinst=""):
        self.name, self.version, self.depends, self.files, self.postinst = name, version, depends, files or {}, postinst

    def build(self, folder):
        control = f"Package: {self.name}\nVersion: {self.version}\nArchitecture: amd64\nMaintainer: Muster <muster@example.invalid>\n"
        control += f"Depends: {self.depends}\n" if self.depends else ""
        control += "Description: made by the tests of Muster\n"
        path = Path(folder) / f"{self.name}_{self.version}_amd64.deb"
        with tempfile.TemporaryDirectory(prefix="muster-test-") as tree:
            root = Path(tree)
            root.chmod(0o755)
            (root / "DEBIAN").mkdir()
            (root / "DEBIAN/control").write_text(control)
            for script in ("preinst", "postinst"):
                (root / "DEBIAN" / script).write_text(f"#!/bin/sh\nset -e{CUT}{self.postinst if script == 'postinst' else ''}\n")
                (root / "DEBIAN" / script).chmod(0o755)
            for name, text in {f"/usr/share/{self.name}/file": f"of {self.name}\n", **self.files}.items():
                file = root / name.lstrip("/")
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
                file.chmod(0o755 if "bin/" in name else 0o644)
            subprocess.run(["dpkg-deb", "--root-owner-group", "-Zgzip", "--build", tree, path], check=True, stdout=subprocess.DEVNULL)
        return path, control


# Leaves behind what Docker leaves: a group, and folders that it makes when it runs.
DOCKER = [
    Package("muster-test-runtime", files={"/usr/bin/muster-test-runtime": "#!/bin/sh\n"}),
    Package("docker.io", "20.10-1", "muster-test-runtime", {"/usr/bin/docker": "#!/bin/sh\necho Docker\n"}, """
getent group docker >/dev/null || groupadd -r docker
mkdir -p /etc/docker /var/lib/docker/volumes
echo key >/etc/docker/key.json
echo more >/var/lib/docker/volumes/metadata.db"""),
]
