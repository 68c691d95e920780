#!/usr/bin/env python3
"""Makes a bundle for tests and benchmarks: the stand-in for k3s, of any size, images of random bytes, a chart, objects, and packages
that are made here.

    bundle.py FOLDER [--k3s BYTES] [--images BYTES] [--version VERSION]

Sizes are those of k3s and of its images; the real ones have about 60,000,000 and 150,000,000. No compression makes them smaller.
"""

import argparse
import io
import os
import platform
import stat
import subprocess
import tarfile
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGES = {
    "muster-test-base": {"Version": "1.2-1"},
    # Needs the other one, so that they can only be installed together.
    "muster-test-tools": {"Version": "2.0-1", "Depends": "muster-test-base (>= 1.0)"},
}


def k3s(path, size, version):
    """A Python program as one file, padded with random bytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("padding", os.urandom(max(0, size - 40_000)))
        for source in sorted((HERE / "stand_in").glob("*.py")):
            text = source.read_text()
            if version:
                text = text.replace("v1.31.12+k3s1", version)
            archive.writestr(source.name, text)
    path.write_bytes(b"#!/usr/bin/python3\n" + content.getvalue())
    path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


def archive(path, size):
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as images:
        layer = tarfile.TarInfo("layer")
        layer.size = size
        images.addfile(layer, io.BytesIO(os.urandom(size)))


def chart(path):
    with tarfile.open(path, "w:gz") as packed:
        text = b"apiVersion: v2\nname: hub\nversion: 1.0.0\n"
        entry = tarfile.TarInfo("hub/Chart.yaml")
        entry.size = len(text)
        packed.addfile(entry, io.BytesIO(text))


def package(folder, name, fields):
    with tempfile.TemporaryDirectory(prefix="muster-test-") as tree:
        root = Path(tree)
        root.chmod(0o755)
        control = {"Package": name, "Architecture": "all", "Maintainer": "Muster <muster@example.invalid>", **fields,
                   "Description": "made by the tests of Muster"}
        (root / "DEBIAN").mkdir()
        (root / "DEBIAN/control").write_text("".join(f"{key}: {value}\n" for key, value in control.items()))
        (root / "DEBIAN/conffiles").write_text(f"/etc/{name}.conf\n")
        (root / f"usr/share/{name}").mkdir(parents=True)
        (root / f"usr/share/{name}/file").write_text(f"of {name}\n")
        (root / "etc").mkdir()
        (root / f"etc/{name}.conf").write_text(f"# settings of {name}\n")
        subprocess.run(
            ["dpkg-deb", "--root-owner-group", "-Zgzip", "--build", tree, f"{folder}/{name}_{fields['Version']}_all.deb"],
            check=True, stdout=subprocess.DEVNULL)


def make(folder, k3s_size=1_000_000, image_size=2_000_000, version=None):
    folder = Path(folder)
    for each in ("charts", "manifests", "packages/debian-12"):
        (folder / each).mkdir(parents=True, exist_ok=True)
    architecture = {"aarch64": "arm64"}.get(platform.machine(), "amd64")
    k3s(folder / ("k3s" if architecture == "amd64" else f"k3s-{architecture}"), k3s_size, version)
    archive(folder / f"k3s-airgap-images-{architecture}.tar", image_size)
    archive(folder / "hub-images.tar", image_size // 4)
    chart(folder / "charts/hub-1.0.0.tgz")
    (folder / "manifests/namespace.yaml").write_text("apiVersion: v1\nkind: Namespace\nmetadata:\n  name: hub\n")
    for name, fields in PACKAGES.items():
        package(folder / "packages/debian-12", name, fields)
    (folder / "versions").write_text(f"k3s={version or 'v1.31.12+k3s1'}\n")
    sums(folder)
    return folder


def sums(folder):
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path.name != "SHA256SUMS")
    text = subprocess.run(["sha256sum", *files], cwd=folder, check=True, capture_output=True, text=True).stdout
    (folder / "SHA256SUMS").write_text(text)


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("folder")
    words.add_argument("--k3s", type=int, default=60_000_000)
    words.add_argument("--images", type=int, default=150_000_000)
    words.add_argument("--version")
    given = words.parse_args()
    print(make(given.folder, given.k3s, given.images, given.version))


if __name__ == "__main__":
    main()
