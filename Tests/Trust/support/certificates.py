"""Certificates that Muster itself would never make, made with the openssl command."""

import shutil
import subprocess
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

CONFIGURATION = """[ca]
default_ca = here
[here]
database = {folder}/index
new_certs_dir = {folder}
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
[leaf]
basicConstraints = CA:FALSE
{extensions}
"""


def openssl(*arguments, input=None, check=True):
    done = subprocess.run(
        ["openssl", *arguments], input=input, capture_output=True, text=True, errors="replace", timeout=20)
    if check and done.returncode != 0:
        raise AssertionError(f"openssl {' '.join(map(str, arguments))}: {done.stderr}")
    return done


def at(days):
    """A time that many days from now, as openssl takes it."""
    return (datetime.now(timezone.utc) + timedelta(days=days)).strftime("%Y%m%d%H%M%SZ")


def make_key(path, algorithm="EC"):
    options = {"EC": ["-pkeyopt", "ec_paramgen_curve:P-256"], "RSA": ["-pkeyopt", "rsa_keygen_bits:2048"]}[algorithm]
    openssl("genpkey", "-quiet", "-algorithm", algorithm, *options, "-out", path)
    Path(path).chmod(0o600)


def make_authority(folder, subject="/CN=another authority", algorithm="EC"):
    """`ca.pem` and `ca.key` in a folder that is made."""
    folder = Path(folder)
    folder.mkdir(parents=True)
    make_key(folder / "ca.key", algorithm)
    openssl(
        "req", "-x509", "-new", "-key", folder / "ca.key", "-subj", subject, "-days", "30", "-out", folder / "ca.pem",
        "-addext", "keyUsage=critical,keyCertSign,cRLSign")
    return folder


def subject(certificate):
    """Of a certificate, in the form that -subj takes."""
    text = openssl("x509", "-noout", "-subject", "-nameopt", "compat", "-in", certificate).stdout
    return text.strip().removeprefix("subject=").strip()


def serial(certificate):
    return openssl("x509", "-noout", "-serial", "-in", certificate).stdout.strip().removeprefix("serial=").lower()


def sign(authority, key, out, name, *, uris=(), hosts=(), usage="clientAuth", begins=-1, ends=1):
    """A certificate for a key, signed by what stands in the folder `authority`; times in days from now."""
    with tempfile.TemporaryDirectory() as folder:
        names = [f"URI:{uri}" for uri in uris] + list(hosts)
        extensions = f"extendedKeyUsage = {usage}" + (f"\nsubjectAltName = {','.join(names)}" if names else "")
        configuration = Path(folder) / "ca.cnf"
        configuration.write_text(CONFIGURATION.format(folder=folder, extensions=extensions))
        (Path(folder) / "index").touch()
        openssl("req", "-new", "-key", key, "-subj", f"/CN={name}", "-out", f"{folder}/request")
        openssl(
            "ca", "-batch", "-notext", "-config", configuration, "-cert", f"{authority}/ca.pem", "-keyfile",
            f"{authority}/ca.key", "-in", f"{folder}/request", "-out", out, "-extensions", "leaf", "-startdate",
            at(begins), "-enddate", at(ends))
        Path(out).chmod(0o644)


def make_identity(folder, authority, trusted, name, role="worker", **how):
    """A folder as `muster login` makes it, with a certificate of one's own making.

    `authority` signs; `trusted` is the authority's certificate that the holder trusts.
    """
    folder = Path(folder)
    folder.mkdir(parents=True)
    uris = how.pop("uris", [f"urn:muster:role:{role}"] if role else [])
    make_key(folder / "key.pem")
    sign(authority, folder / "key.pem", folder / "cert.pem", name, uris=uris, **how)
    shutil.copy(trusted, folder / "ca.pem")
    return folder
