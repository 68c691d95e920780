"""The tests' own measure: that it sees what is changed on a machine, and nothing where nothing is."""

import unittest

import fleet

# What is done by hand, and what has to be said of it.
CHANGES = [
    ("echo more >>/etc/issue", "file /etc/issue was .*digest"),
    ("chmod 600 /etc/hosts", "file /etc/hosts was .*mode"),
    ("chown 1000 /usr/bin/tar", "file /usr/bin/tar was .*owner"),
    ("touch -d yesterday /usr/bin/ls", "file /usr/bin/ls was .*time"),
    ("mkdir -p /opt/left", "file /opt/left is new"),
    ("rm /etc/motd", "file /etc/motd is gone"),
    ("ln -s k3s /usr/local/bin/kubectl", "file /usr/local/bin/kubectl is new"),
    ("mkdir -p /run/flannel", "file /run/flannel is new"),
    ("useradd somebody", "user new: somebody:x:"),
    ("sysctl -q -w net.ipv4.ip_forward=1", "sysctl net.ipv4.ip_forward was 0 and is 1"),
    ("sysctl -q -w vm.panic_on_oom=1", "sysctl vm.panic_on_oom was 0 and is 1"),
    ("iptables -N KUBE-X && iptables -A INPUT -j KUBE-X", r"firewall rule new: iptables-save \*filter -A INPUT -j KUBE-X"),
    ("ip6tables -t nat -N CNI-X", r"firewall rule new: ip6tables-save \*nat :CNI-X -"),
    ("ip link add cni0 type bridge", "link new: cni0"),
    ("ip route add 10.42.0.0/16 dev lo", "route new: 10.42.0.0/16"),
    ("ip netns add cni-1", "network namespace new: cni-1"),
    ("mount -t tmpfs left /mnt", "mount new: /mnt tmpfs"),
    ("systemctl -q disable ssh", "unit gone: ssh.service enabled"),
    ("systemd-run -q --unit=left sleep 1000", "unit new: left.service active"),
    ("setsid sleep 1000 </dev/null >/dev/null 2>&1 &", "process new: sleep 1000"),
    ("dpkg --force-all -P ca-certificates >/dev/null 2>&1", "package gone: ca-certificates"),
]


class Snapshot(unittest.TestCase):
    def test_sees(self):
        """A snapshot sees every change of a machine, none where nothing was done, and a new machine is like the old one"""
        machines = fleet.shared()
        before = machines.snapshots()
        self.assertEqual(fleet.differences(before, machines.snapshots()), [])
        fleet.machines("reboot", "h2")
        self.assertEqual(fleet.differences(before, machines.snapshots()), [])
        machines.on("h1", "sh", "-ec", "\n".join(change for change, _ in CHANGES))
        seen = "\n".join(fleet.differences(before, machines.snapshots()))
        for change, words in CHANGES:
            self.assertRegex(seen, f"(?m)^h1: {words}", change)
        self.assertNotRegex(seen, "(?m)^h[23]")
        machines.fresh("h1")
        self.assertEqual(fleet.differences(before, machines.snapshots()), [])
