"""Machines of tests, and the program as an admin starts it on them."""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import bundle
import snapshot

HERE = Path(__file__).resolve().parent
MUSTER = ""
# Nothing takes this long, not even on a busy machine.
PATIENCE = 300
TOKEN = "canary-token-7d1f4c0a9b"
_open = []


def end_all():
    while _open:
        _open[-1].close()


def machines(*words, check=True, **settings):
    done = subprocess.run(
        [HERE / "machines", *words], env={**os.environ, **settings}, capture_output=True, text=True, timeout=900)
    if check and done.returncode:
        raise AssertionError(f"'machines {' '.join(words)}' ended with {done.returncode}: {done.stdout}{done.stderr}")
    return done


def missing():
    """Why no machines can be had here: a sentence, or nothing."""
    done = machines("possible", check=False)
    if done.returncode:
        return done.stderr.strip().removeprefix("machines: ")
    done = machines("base", check=False)
    return f"the tree of the machines cannot be built: {done.stderr.splitlines()[-1]}" if done.returncode else ""


def until(what, condition):
    end = time.monotonic() + PATIENCE
    while not (answer := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"after {PATIENCE} s still not: {what}")
        time.sleep(0.05)
    return answer


def shared():
    """Three machines as they come, which the suites have one after the other."""
    there = [each for each in _open if isinstance(each, Fleet) and each.is_shared]
    if not there:
        end_all()
        made = Fleet(3)
        made.is_shared = True
        return made
    there[0].fresh()
    there[0].inventory()
    return there[0]


class Done:
    """What a command came to."""

    def __init__(self, words, status, out, err):
        self.words, self.status, self.out, self.err = words, status, out, err

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def lines(self):
        """One JSON document a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def said(self):
        return self.out + self.err

    def __str__(self):
        return f"'muster {' '.join(self.words)}' ended with {self.status}\nout: {self.out}\nerr: {self.err}"


class Fleet:
    """Machines h1, h2, … and the folder of their admin, with inv.toml and shared/bin as the guide has them."""

    is_shared = False

    def __init__(self, count, **settings):
        machines("down", check=False)
        self.hosts = [f"h{number + 1}" for number in range(count)]
        self.folder = Path(tempfile.mkdtemp(prefix="muster-provisioning-"))
        _open.append(self)
        text = machines("up", str(count), **settings).stdout
        # h1 ansible_host=… ansible_user=… ansible_ssh_private_key_file=…
        self.reached = {words[0]: dict(each.split("=", 1) for each in words[1:])
                        for words in map(str.split, text.splitlines()) if len(words) > 1 and words[0] in self.hosts}
        self.known_hosts = re.search(r"UserKnownHostsFile=([^']*)", text)[1]
        self.bundle = bundle.make(self.folder / "shared/bin")
        self.inventory()

    def close(self):
        _open.remove(self)
        machines("down", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def inventory(self, servers=1, of=None, host=None, **variables):
        """Writes inv.toml, in the form of the guide.

        of: the machines; all of them, unless it is given. host: further variables of machines, by their name.
        """
        chosen = of or self.hosts
        text = []
        for name in chosen:
            its = {"ansible_ssh_host": self.reached[name]["ansible_host"],
                   "ansible_ssh_user": self.reached[name]["ansible_user"],
                   "ansible_ssh_private_key_file": self.reached[name]["ansible_ssh_private_key_file"],
                   "my_iface": "eth0", **(host or {}).get(name, {})}
            text.append(" ".join([name, *(f"{key}={value}" for key, value in its.items())]))
        text += ["", "[driver]", *chosen[:servers], "", "[worker]", *chosen[servers:], "", "[registry]", chosen[0], "", "[all:vars]"]
        every = {"convect_workdir": "/tmp/convect", "convect_token": TOKEN, "has_gpu": "false", "install_docker": "false",
                 "ansible_ssh_common_args":
                     f"'-o UserKnownHostsFile={self.known_hosts} -o ConnectTimeout=5 -o ServerAliveInterval=2 -o ServerAliveCountMax=3'",
                 **variables}
        text += [f"{key}={value}" for key, value in every.items()]
        (self.folder / "inv.toml").write_text("\n".join(text) + "\n")

    def bundle_sums(self):
        """Writes the list of digests anew."""
        bundle.sums(self.bundle)

    @property
    def environment(self):
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("MUSTER_", "XDG_"))}
        return {**kept, "HOME": str(self.folder / "home"), "XDG_STATE_HOME": str(self.folder / "state")}

    def start(self, *words, **more):
        (self.folder / "home").mkdir(exist_ok=True)
        return subprocess.Popen(
            [MUSTER, "cluster", *words], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)

    def muster(self, verb, *words):
        """Runs `muster cluster VERB inv.toml …`."""
        words = (verb, "inv.toml", *words)
        process = self.start(*words)
        try:
            out, err = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            raise AssertionError(str(Done(words, "no end", out, err))) from None
        return Done(words, process.returncode, out, err)

    def planned(self):
        """The actions of a plan."""
        done = self.muster("plan", "--output", "json")
        if done.status:
            raise AssertionError(str(done))
        return done.json["actions"]

    def apply(self, *words):
        return self.muster("apply", "--output", "json", *words)

    def reset(self, *words):
        return self.muster("reset", "--yes", *words)

    def stopped_apply(self, count, then, verb="apply", *words):
        """Starts `apply`, calls `then(process)` right after so many actions are done, and waits for the end.

        Returns what it came to, and whether it got so far.
        """
        words = (verb, "inv.toml", "--output", "json", *words)
        process = self.start(*words)
        out, done, is_there = [], 0, False
        for line in process.stdout:
            out.append(line)
            event = json.loads(line)
            done += event.get("event") == "action" and event.get("state") == "done"
            if done == count and not is_there:
                is_there = True
                then(process)
        try:
            err = process.stderr.read()
            status = process.wait(PATIENCE)
        finally:
            process.stderr.close()
            process.stdout.close()
        return Done(words, status, "".join(out), err), is_there

    # --- machines

    def on(self, host, *words, text=None, check=True):
        """Runs a command as root on a machine, by its back door."""
        done = subprocess.run([HERE / "machines", "exec", host, *words], input=text, capture_output=True, text=True, timeout=120)
        if check and done.returncode:
            raise AssertionError(f"{host}: '{' '.join(words)}' ended with {done.returncode}: {done.stderr}")
        return done.stdout

    def fault(self, host, *words):
        machines("fault", host, *map(str, words))

    def heal(self, *hosts):
        machines("heal", *hosts)

    def fresh(self, *hosts):
        machines("fresh", *(hosts or self.hosts))

    def snapshots(self, hosts=None):
        with ThreadPoolExecutor() as pool:
            chosen = hosts or self.hosts
            texts = pool.map(lambda host: self.on(host, "python3", "-", text=(HERE / "snapshot.py").read_text()), chosen)
            return dict(zip(chosen, map(json.loads, texts)))

    def nodes(self, server="h1"):
        """The nodes, as the server says them; none if it does not answer."""
        text = self.on(server, "/usr/local/bin/k3s", "kubectl", "get", "nodes", "-o", "json", check=False)
        return {each["metadata"]["name"]: each for each in json.loads(text)["items"]} if text else {}

    def ready(self, server="h1"):
        return sorted(name for name, node in self.nodes(server).items() if node["status"]["conditions"][0]["status"] == "True")

    def started(self):
        """When the services of the cluster were started, by machine: another value is another start."""
        return {host: self.on(host, "systemctl", "show", "-p", "InvocationID", "-p", "Id", "k3s.service", "k3s-agent.service")
                for host in self.hosts}


def kill(process):
    """As a power cut of the admin's machine: nobody gets to say goodbye."""
    process.send_signal(signal.SIGKILL)


def differences(before, after, ignoring=None, times=True):
    """Between snapshots of machines, a sentence each."""
    return [f"{host}: {each}" for host in before for each in snapshot.difference(before[host], after[host], ignoring, times)]
