"""Those that make a cluster of machines, each in a first and a second run, measured in the same way."""

import collections
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

HERE = os.path.dirname(os.path.abspath(__file__))
# Seconds; of the processor: on the side of the controller, and of all machines together.
Result = collections.namedtuple("Result", "wall cpu machines", defaults=[0.0])


def measured(log, command, **environment):
    ran = subprocess.run(
        [sys.executable, f"{HERE}/measured.py", log, *map(str, command)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
        env={**os.environ, **environment}, check=True)
    result = json.loads(ran.stdout)
    text = Path(log).read_text(errors="replace")
    if result["status"] != 0:
        raise SystemExit("\n".join([f"{command[0]} failed:", *text.splitlines()[-30:]]))
    return Result(result["wall"], result["cpu"]), text


class Contender:
    def see(self, fleet):
        """Called while the machines are as somebody has made them."""


class Ansible(Contender):
    def __init__(self, program, folder, bundle, token, is_tuned=False):
        self.name = "ansible-tuned" if is_tuned else "ansible"
        self.program, self.folder, self.bundle, self.token, self.is_tuned = program, folder, bundle, token, is_tuned
        self.number = 0
        # The token is in no argument list here either.
        self.variables = f"{folder}/variables.json"
        Path(self.variables).write_text(json.dumps({"bundle": bundle, "cluster_token": token}))
        os.chmod(self.variables, 0o600)

    def run(self, fleet, run):
        self.number += 1
        home = f"{self.folder}/{self.name}-{self.number}"
        settings = {"ANSIBLE_CONFIG": f"{HERE}/ansible/ansible.cfg", "ANSIBLE_HOME": home, "ANSIBLE_NOCOLOR": "1"}
        if self.is_tuned:
            settings |= {"ANSIBLE_PIPELINING": "1", "ANSIBLE_FORKS": str(fleet.count),
                         "ANSIBLE_SSH_ARGS": "-o ControlMaster=auto -o ControlPersist=60s"}
        result, text = measured(
            f"{self.folder}/{self.name}.log",
            [self.program, "-i", fleet.inventory, "-e", f"@{self.variables}", f"{HERE}/ansible/site.yml"], **settings)
        changed = sum(map(int, re.findall(r"changed=(\d+)", text)))
        if run == "second" and changed:
            raise SystemExit(f"{self.name} changed {changed} things in its second run; see what, as the playbook must not:\n{text}")
        return result


class Muster(Contender):
    name = "muster"

    def __init__(self, program, folder, bundle, token):
        self.program, self.folder, self.bundle, self.token = os.path.abspath(program), folder, bundle, token

    def run(self, fleet, run):
        if run == "first":
            # What it remembers of the bundle is part of the work.
            shutil.rmtree(f"{self.folder}/muster", ignore_errors=True)
        inventory = f"{self.folder}/inventory-muster"
        Path(inventory).write_text(Path(fleet.inventory).read_text() + f"convect_token={self.token}\n")
        result, text = measured(
            f"{self.folder}/muster.log",
            [self.program, "cluster", "apply", inventory, "--bundle", self.bundle, "--output", "json"],
            XDG_STATE_HOME=f"{self.folder}/muster/state", XDG_CACHE_HOME=f"{self.folder}/muster/cache")
        last = [json.loads(line) for line in text.splitlines() if line.startswith('{"') and '"event":"run"' in line][-1]
        if run == "second" and last["actions"]:
            raise SystemExit(f"muster did {last['actions']} things in its second run:\n{text[-4000:]}")
        return result


class Floor(Contender):
    """The same bytes, and the same end, with nothing but ssh, tar and one script a machine. Its second run asks each machine for the
    sizes and times of its files and whether its service runs. The small files are those that another made before."""

    name = "floor"
    SMALL = ("etc/rancher/k3s/config.yaml", "etc/systemd/system/k3s*.service", "etc/systemd/system/k3s*.service.env",
             "etc/sysctl.d/90-*.conf", "etc/modules-load.d/*.conf")
    SERVER = "var/lib/rancher/k3s/server"
    IMAGES = "var/lib/rancher/k3s/agent/images"

    def __init__(self, folder, bundle):
        self.folder, self.bundle = folder, bundle

    def see(self, fleet):
        if os.path.exists(f"{self.folder}/floor-{fleet.count}"):
            return
        for host in fleet.hosts:
            tree = Path(f"{self.folder}/floor-{fleet.count}/{host}")
            root = Path(fleet.root(host))
            for pattern in self.SMALL:
                for source in root.glob(pattern):
                    if source.is_file() and not source.is_symlink():
                        self.put(tree / source.relative_to(root), source)
            bundle = Path(self.bundle)
            self.link(tree / "usr/local/bin/k3s", bundle / "k3s")
            for source in bundle.glob("*.tar"):
                self.link(tree / self.IMAGES / source.name, source)
            for source in bundle.glob("packages/debian-12/*.deb"):
                self.link(tree / "var/cache/cluster-packages" / source.name, source)
            if (tree / "etc/systemd/system/k3s.service").exists():
                for source in bundle.glob("charts/*"):
                    self.link(tree / self.SERVER / "static/charts" / source.name, source)
                for source in bundle.glob("manifests/*"):
                    self.link(tree / self.SERVER / "manifests" / source.name, source)

    @staticmethod
    def put(target, source):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)

    @staticmethod
    def link(target, source):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(source)

    def run(self, fleet, run):
        script = f"{self.folder}/floor-{fleet.count}/{run}.sh"
        Path(script).write_text(self.first(fleet) if run == "first" else self.second(fleet))
        return measured(f"{self.folder}/floor.log", ["bash", script])[0]

    def ssh(self, fleet, host, command):
        words = ["ssh", "-i", fleet.setting("ansible_ssh_private_key_file"), "-o", "BatchMode=yes", "-o", "LogLevel=ERROR", "-o",
                 f"UserKnownHostsFile={fleet.setting('UserKnownHostsFile')}",
                 f"{fleet.setting('ansible_user')}@{fleet.addresses()[host]}", "sudo sh -c " + shlex.quote(command)]
        return shlex.join(words)

    def first(self, fleet):
        lines = ["set -e", "running=()"]
        for host in fleet.hosts:
            tree = f"{self.folder}/floor-{fleet.count}/{host}"
            unit = "k3s" if os.path.exists(f"{tree}/etc/systemd/system/k3s.service") else "k3s-agent"
            script = f"""set -e
                . /etc/os-release; [ "$ID" = debian ]; [ "$(df --output=avail -k / | tail -n 1)" -gt 500000 ]
                tar -x -C / --no-same-owner --no-overwrite-dir
                chmod 600 /etc/rancher/k3s/config.yaml
                for name in kubectl crictl ctr; do ln -sf k3s /usr/local/bin/$name; done
                for module in $(cat /etc/modules-load.d/*.conf | grep -v '^#'); do modprobe $module; done
                sysctl -q -p /etc/sysctl.d/90-*.conf
                dpkg -i /var/cache/cluster-packages/*.deb >/dev/null 2>&1
                systemctl daemon-reload; systemctl enable -q --now {unit}.service"""
            lines.append(f"tar -C {tree} --dereference -c . | {self.ssh(fleet, host, script)} & running+=($!)")
        # Labels are given to the agents, or to the server if there are none.
        workers, labels = fleet.hosts[1:] or fleet.hosts, "fluidexnode=computation"
        labels += " node-role.kubernetes.io/worker=true" if fleet.count > 1 else ""
        ending = f"""until [ "$(k3s kubectl get nodes --no-headers | grep -c ' Ready ')" = {fleet.count} ]; do sleep 0.1; done
            for node in {' '.join(workers)}; do k3s kubectl label --overwrite node $node {labels}; done"""
        lines += ['for each in "${running[@]}"; do wait "$each"; done', self.ssh(fleet, fleet.hosts[0], ending)]
        return "\n".join(lines) + "\n"

    def second(self, fleet):
        question = ("find /etc/rancher /usr/local/bin /var/lib/rancher/k3s/agent/images /etc/systemd/system -type f "
                    "-printf '%p %s %T@\\n'; systemctl is-active k3s k3s-agent || true")
        lines = ["running=()"]
        lines += [f"{self.ssh(fleet, host, question)} & running+=($!)" for host in fleet.hosts]
        return "\n".join([*lines, 'for each in "${running[@]}"; do wait "$each" || exit 1; done']) + "\n"
