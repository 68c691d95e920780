"""The cluster's token and the password of sudo are planted, and looked for wherever they have no business to be."""

import os
import re
import threading
import unittest
from pathlib import Path

import fleet
from fleet import TOKEN

PASSWORD = "canary-password-5e2b8d"
SECRETS = {"the token": TOKEN.encode(), "the password of sudo": PASSWORD.encode()}
# Where the token has to be on a machine, and root's alone.
AT_HOME = re.compile(r"/etc/systemd/system/k3s(-agent)?\.service\.env|/var/lib/rancher/k3s/server/(token|node-token|agent-token|db/\S+)")


class Watch:
    """Reads the argument lists and environments of all processes again and again. Those of the machines are among them."""

    def __init__(self):
        self.found, self.rounds, self.is_over = set(), 0, False
        self.thread = threading.Thread(target=self.look, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.is_over = True
        self.thread.join()

    def look(self):
        own = str(os.getpid())
        while not self.is_over:
            for pid in filter(str.isdigit, os.listdir("/proc")):
                if pid != own:
                    self.look_at(pid)
            self.rounds += 1

    def look_at(self, pid):
        for what in ("cmdline", "environ"):
            try:
                text = Path(f"/proc/{pid}/{what}").read_bytes()
                if not any(secret in text for secret in SECRETS.values()):
                    continue
                # k3s itself is given its token so, by systemd, as its own guide has it.
                if what == "environ" and "k3s" in Path(f"/proc/{pid}/cgroup").read_text() and SECRETS["the token"] in text:
                    continue
                self.found.add((what, Path(f"/proc/{pid}/comm").read_text().strip(),
                                *(name for name, secret in SECRETS.items() if secret in text)))
            except OSError:
                continue


class Secrets(unittest.TestCase):
    def test_secrets(self):
        """Token and password are in no output, journal, argument list or environment, and in no file that others can read"""
        fleet.end_all()
        machines = fleet.Fleet(2, RIG_SUDO="password", RIG_PASSWORD=PASSWORD)
        password = machines.folder / "password"
        password.write_text(PASSWORD + "\n")
        password.chmod(0o600)
        given = ("--become-password-file", str(password))
        said = []
        with Watch() as watch:
            for verb, *words in (["ping"], ["check", "--all"], ["plan"], ["plan", "--output", "json"], ["apply", "--dry-run"],
                                 ["apply"], ["apply", "--output", "json"], ["plan"], ["status"], ["status", "--output", "json"]):
                done = machines.muster(verb, *words, *given)
                self.assertEqual(done.status, 0, done)
                said.append(done.said)
            machines.on("h2", "sh", "-c", "echo K3S_TOKEN=other >/etc/systemd/system/k3s-agent.service.env")
            for verb, *words in (["plan"], ["plan", "--output", "json"], ["apply", "--output", "json"]):
                done = machines.muster(verb, *words, *given)
                self.assertEqual(done.status, 0, done)
                said.append(done.said)
            self.on_machines(machines)
            self.here(machines)
            # One that fails in the middle.
            machines.fault("h2", "ro")
            machines.inventory(http_port=8080, of=["h1", "h2"])
            said.append(machines.muster("apply", "--skip-checks", *given).said)
            machines.heal("h2")
            machines.inventory()
            done = machines.reset(*given)
            self.assertEqual(done.status, 0, done)
            said.append(done.said)
        self.assertGreater(watch.rounds, 3)
        self.assertEqual(watch.found, set())
        for text in said:
            for name, secret in SECRETS.items():
                self.assertNotIn(secret.decode(), text, name)
        self.here(machines)
        for host in machines.hosts:
            self.assertEqual(self.holders(machines, host, TOKEN), [])
        machines.close()

    def holders(self, machines, host, secret):
        """The files of a machine that have it, as (path, mode, owner)."""
        # By its input, since its arguments are watched.
        text = machines.on(
            host, "sh", "-c", "grep -rlsIF -f - /etc /var /root /home /tmp /run /opt /srv /usr/local | sort | xargs -r stat -c '%n %a %u'",
            text=secret, check=False)
        return [tuple(line.split()) for line in text.splitlines()]

    def on_machines(self, machines):
        for host in machines.hosts:
            self.assertEqual(self.holders(machines, host, PASSWORD), [])
            found = self.holders(machines, host, TOKEN)
            self.assertTrue(found)
            for path, mode, owner in found:
                self.assertRegex(path, f"^({AT_HOME.pattern})$")
                self.assertEqual((mode[-2:], owner), ("00", "0"), path)
            log = machines.on(host, "journalctl", "--no-pager", "-o", "export")
            for name, secret in SECRETS.items():
                self.assertNotIn(secret.decode(), log, f"the log of {host} has {name}")

    def here(self, machines):
        """What the program keeps on the admin's machine: nothing of them, and nothing that others can read."""
        kept = [path for path in machines.folder.rglob("*") if path.is_file() and path.name not in ("inv.toml", "password")
                and "shared" not in path.parts]
        self.assertTrue([path for path in kept if path.name == "run.jsonl"])
        for path in kept:
            content = path.read_bytes()
            for name, secret in SECRETS.items():
                self.assertNotIn(secret, content, f"{path} has {name}")
            if "runs" in path.parts:
                self.assertEqual((oct(path.stat().st_mode & 0o777), oct(path.parent.stat().st_mode & 0o777)), ("0o600", "0o700"), path)
