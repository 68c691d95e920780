"""The machines of a benchmark: started for it, thrown away between runs, and looked at for what came of them."""

import os
import subprocess
from pathlib import Path

NAME = {"RIG_NAME": "muben", "RIG_NET": "10.97.0"}

# What all must have made, whoever made it.
LOOK = r"""
for file in /usr/local/bin/k3s /var/lib/rancher/k3s/agent/images/*.tar; do sha256sum "$file"; done
for link in kubectl crictl ctr; do echo "$link $(readlink -f /usr/local/bin/$link)"; done
dpkg-query -W -f '${Package} ${Version} ${db:Status-Status}\n' 'muster-test-*'
sysctl kernel.panic kernel.panic_on_oops net.bridge.bridge-nf-call-iptables net.bridge.bridge-nf-call-ip6tables net.ipv4.ip_forward \
  vm.overcommit_memory vm.panic_on_oom
grep -hoxE 'br_netfilter|overlay|nf_conntrack|vxlan' /etc/modules-load.d/*.conf | sort
grep -E '^(node-name|node-ip|flannel-iface|protect-kernel-defaults|server):' /etc/rancher/k3s/config.yaml | tr -d '"' | sort
stat -c '%a %n' /etc/rancher/k3s/config.yaml /etc/systemd/system/k3s*.service.env
for unit in k3s k3s-agent; do echo "$unit $(systemctl is-enabled $unit 2>/dev/null) $(systemctl is-active $unit)"; done
if systemctl is-active -q k3s; then
  find /var/lib/rancher/k3s/server/static/charts /var/lib/rancher/k3s/server/manifests -type f ! -name '.*' -exec sha256sum {} +
  k3s kubectl get nodes --no-headers | awk '{ print $1, $2, $3 }' | sort
  k3s kubectl get nodes -o json | tr ',{}' '\n' | grep -c '"fluidexnode": *"computation"' || true
fi
"""


class Fleet:
    """Machines h1 to hN. They end with this process, however it ends."""

    def __init__(self, program, count, folder):
        self.program = program
        self.count = count
        self.folder = folder
        self.hosts = [f"h{number}" for number in range(1, count + 1)]
        self.environment = {**NAME, **os.environ}
        self.state = None

    def __enter__(self):
        # Reads to the end of a pipe that nobody else has: the end comes also when this process is killed.
        self.guard = subprocess.Popen(
            ["sh", "-c", 'cat >/dev/null; exec "$0" down', self.program], stdin=subprocess.PIPE, env=self.environment,
            start_new_session=True)
        try:
            self.inventory = f"{self.folder}/inventory-{self.count}"
            Path(self.inventory).write_text(self.call("up", str(self.count)))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.guard.stdin.close()
        self.guard.wait()

    def call(self, *words):
        # The machines outlive the call and keep its standard error.
        with open(f"{self.folder}/machines.log", "ab") as log:
            ran = subprocess.run(
                [self.program, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True, env=self.environment)
        if ran.returncode != 0:
            said = Path(f"{self.folder}/machines.log").read_text(errors="replace").splitlines()
            raise SystemExit("\n".join(["the machines cannot be had:", *said[-5:]]))
        return ran.stdout

    def fresh(self):
        self.call("fresh", *self.hosts)

    def root(self, host):
        return self.call("root", host).strip()

    def cpu(self):
        """Seconds of processor that all machines have used."""
        return float(self.call("cpu"))

    def addresses(self):
        """By name."""
        lines = [line.split() for line in Path(self.inventory).read_text().splitlines()]
        return {words[0]: words[1].partition("=")[2] for words in lines if len(words) > 1 and words[1].startswith("ansible_host=")}

    def setting(self, name):
        """A setting of the first machine, or of all."""
        for word in Path(self.inventory).read_text().replace("'", " ").split():
            if word.startswith(f"{name}="):
                return word.partition("=")[2]
        raise SystemExit(f"the inventory of the machines has no {name}")

    def compare(self, name):
        """Sees that the machines are as the one before left them."""
        state = {host: self.call("exec", host, "sh", "-c", LOOK) for host in self.hosts}
        problems = [host for host in self.hosts if "active" not in state[host].replace("inactive", "").split()]
        if problems:
            raise SystemExit(f"after {name} no service runs on {problems[0]}:\n{state[problems[0]]}")
        if self.state is None:
            self.state = (name, state)
            return
        for host in self.hosts:
            mine, theirs = set(state[host].splitlines()), set(self.state[1][host].splitlines())
            if mine != theirs:
                raise SystemExit("\n".join(
                    [f"{host} is not the same after {name} as after {self.state[0]}:",
                     *(f"  {name}: {line}" for line in sorted(mine - theirs)),
                     *(f"  {self.state[0]}: {line}" for line in sorted(theirs - mine))]))
