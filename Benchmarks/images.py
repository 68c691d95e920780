#!/usr/bin/env python3
"""How fast images are pushed and pulled beside skopeo, to and from the same registry in one run.

    Benchmarks/images.py --muster PROGRAM [--mib 200] [--rounds 9]

Starts Debian's docker-registry on loopback with plain HTTP, makes an OCI layout of four layers of random bytes, and copies
it there and back with `muster image copy` and with `skopeo copy` in turn; each push goes to an empty repository with bytes
of its own, each pull to an empty folder. What is copied is compared at the end.
"""

import argparse
import hashlib
import json
import os
import shutil
import statistics
import subprocess
import time
from pathlib import Path

from servers import registry, scratch

LAYERS = 4


def blob(folder, content):
    digest = hashlib.sha256(content).hexdigest()
    path = folder / "blobs/sha256" / digest
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return {"digest": f"sha256:{digest}", "size": len(content)}


def layout(folder, mib):
    """An OCI layout with uncompressed layers that nobody has seen before."""
    layers = []
    for _ in range(LAYERS):
        # A tar archive with one file: readers may look.
        size = mib * 2**20 // LAYERS
        head = bytearray(512)
        head[0:4] = b"data"
        head[100:108], head[108:116], head[116:124] = b"0000644\0", b"0000000\0", b"0000000\0"
        head[124:136], head[136:148], head[156:157] = f"{size:011o}\0".encode(), b"00000000000\0", b"0"
        head[257:265] = b"ustar\00000"
        head[148:156] = b" " * 8
        head[148:156] = f"{sum(head):06o}\0 ".encode()
        layers.append(blob(folder, bytes(head) + os.urandom(size) + bytes(-size % 512 + 1024)))
    config = json.dumps({
        "architecture": "amd64", "os": "linux", "config": {},
        "rootfs": {"type": "layers", "diff_ids": [layer["digest"] for layer in layers]},
    }).encode()
    kind = "application/vnd.oci.image"
    manifest = json.dumps({
        "schemaVersion": 2, "mediaType": f"{kind}.manifest.v1+json",
        "config": {"mediaType": f"{kind}.config.v1+json", **blob(folder, config)},
        "layers": [{"mediaType": f"{kind}.layer.v1.tar", **layer} for layer in layers],
    }).encode()
    index = {"schemaVersion": 2, "manifests": [{
        "mediaType": f"{kind}.manifest.v1+json", **blob(folder, manifest),
        "annotations": {"org.opencontainers.image.ref.name": "bench"}}]}
    (folder / "index.json").write_text(json.dumps(index))
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    return hashlib.sha256(manifest).hexdigest()


def timed(command):
    start = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - start


def commands(muster, port):
    at = f"localhost:{port}"
    return {
        "muster image copy": (
            lambda source, name: [muster, "image", "copy", "--plain-http", f"oci:{source}:bench", f"{at}/{name}:bench"],
            lambda name, target: [muster, "image", "copy", "--plain-http", f"{at}/{name}:bench", f"oci:{target}:bench"],
        ),
        "skopeo copy": (
            lambda source, name: [
                "skopeo", "--insecure-policy", "copy", "--dest-tls-verify=false", "--dest-oci-accept-uncompressed-layers",
                "--preserve-digests", f"oci:{source}:bench", f"docker://{at}/{name}:bench"],
            lambda name, target: [
                "skopeo", "--insecure-policy", "copy", "--src-tls-verify=false", "--preserve-digests",
                "--dest-oci-accept-uncompressed-layers", f"docker://{at}/{name}:bench", f"oci:{target}:bench"],
        ),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--muster", required=True)
    parser.add_argument("--mib", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    with scratch("images") as folder, registry(folder) as port:
        measure(options, commands(options.muster, port), Path(folder))


def measure(options, programs, folder):
    times = {name: ([], []) for name in programs}
    for number in range(options.rounds):
        # In turn first: whoever goes first finds colder caches.
        order = list(programs)[:: 1 if number % 2 == 0 else -1]
        for name in order:
            push, pull = programs[name]
            source, target = folder / "source", folder / "target"
            digest = layout(source, options.mib)
            repository = f"bench/{name.split()[0]}-{number}"
            times[name][0].append(timed(push(source, repository)))
            times[name][1].append(timed(pull(repository, target)))
            pulled = json.loads((target / "index.json").read_text())["manifests"][0]["digest"]
            if pulled != f"sha256:{digest}":
                raise SystemExit(f"{name} brought {pulled} back instead of sha256:{digest}")
            shutil.rmtree(source)
            shutil.rmtree(target)
    medians = {name: [statistics.median(values) for values in pair] for name, pair in times.items()}
    for name, (push, pull) in medians.items():
        print(f"{name:20} {options.mib} MiB: push {push:.2f} s, pull {pull:.2f} s (medians of {options.rounds})")
    ours, theirs = medians["muster image copy"], medians["skopeo copy"]
    print(f"  ours as a multiple of skopeo's: push {ours[0] / theirs[0]:.2f}, pull {ours[1] / theirs[1]:.2f}")


if __name__ == "__main__":
    main()
