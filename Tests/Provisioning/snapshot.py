"""What a machine is: files with owner, mode, times and digest; units, packages, users, sysctls, firewall rules, links, routes, mounts,
processes. Run on a machine (`python3 - <snapshot.py`), it prints that as JSON; imported, it tells two of them apart.

Left out is what changes while nothing is done: logs, caches, what systemd and sshd keep about who is logged in, databases of dpkg's that
say no more than its list of packages.
"""

import hashlib
import json
import os
import re
import stat
import subprocess
import sys

VOLATILE = re.compile(
    r"^/(proc|sys|dev|tmp|var/tmp|var/cache|lost\+found)$"
    r"|^/run/(systemd|log|user|host|lock|dbus|udev|credentials|initctl|sudo|shm|mount|machines-.*|motd.*|utmp|nologin)$"
    r"|^/run/(sshd|systemd|credentials|agetty)[^/]*$|^/var/(lock|run)$"
    r"|^/var/log/(wtmp|btmp|lastlog|faillog|journal|private|dpkg\.log|alternatives\.log|apt)$"
    r"|^/var/lib/(systemd|sudo|private)$|^/etc/(machine-id|\.updated|ld\.so\.cache)$|^/var/\.updated$"
    r"|^/var/lib/dpkg/(status|status-old|lock|lock-frontend|triggers|available|available-old|statoverride-old|diversions-old)$"
    r"|/\.ansible$|/\.cache$|/__pycache__$")
# Elsewhere size and times have to do: reading all would take seconds.
READ = re.compile(r"^/(etc|root|home|opt|srv|run|usr/local|var/lib/(muster|rancher|kubelet|cni|dpkg/info))(/|$)")
VOLATILE_SYSCTL = re.compile(
    r"/(nf_conntrack_count|nf_conntrack_buckets|nf_conntrack_max|nf_conntrack_expect_max|flush|tcp_fastopen_key|neigh/.*|"
    r"mptcp/.*|stable_secret|nf_log/.*)$|/ipv[46]/conf/(?!all/|default/|lo/|eth0/)|/ipv[46]/neigh/|/unix/|netns_ok|/tipc/|/core/")


def files():
    found, ahead = {}, ["/"]
    while ahead:
        folder = ahead.pop()
        try:
            entries = list(os.scandir(folder))
        except OSError:
            continue
        for entry in entries:
            path = entry.path
            if VOLATILE.search(path):
                continue
            try:
                state = entry.stat(follow_symlinks=False)
                found[path] = facts(path, state)
            except OSError:
                continue
            if stat.S_ISDIR(state.st_mode) and not (os.path.ismount(path) and path != "/run"):
                ahead.append(path)
    return found


def facts(path, state):
    what = {"mode": oct(state.st_mode), "owner": f"{state.st_uid}:{state.st_gid}"}
    if stat.S_ISLNK(state.st_mode):
        what["target"] = os.readlink(path)
    elif stat.S_ISREG(state.st_mode):
        what |= {"size": state.st_size, "time": state.st_mtime_ns}
        if READ.search(path):
            with open(path, "rb") as file:
                what["digest"] = hashlib.sha256(file.read()).hexdigest()[:16]
    return what


def lines(*words):
    done = subprocess.run(words, capture_output=True, text=True)
    return done.stdout.splitlines()


def sysctls():
    found = {}
    places = ["/proc/sys/net"] + [
        f"/proc/sys/{name.replace('.', '/')}" for name in
        (os.listdir("/run/machines-sysctls") if os.path.isdir("/run/machines-sysctls") else []) if not name.startswith("net")]
    for place in places:
        for folder, _, names in os.walk(place) if os.path.isdir(place) else [(os.path.dirname(place), [], [os.path.basename(place)])]:
            for name in names:
                path = f"{folder}/{name}"
                if not VOLATILE_SYSCTL.search(path):
                    try:
                        with open(path) as file:
                            found[path[len("/proc/sys/"):].replace("/", ".")] = " ".join(file.read().split())
                    except (OSError, ValueError):
                        continue
    return found


def firewall():
    """Rules, chains that somebody made, policies that are not the usual one: tables that are there without any do nothing."""
    found = []
    for program in ("iptables-save", "ip6tables-save"):
        table = ""
        for line in lines(program):
            if line.startswith("*"):
                table = line
            elif line.startswith("-A") or re.match(r":\S+ (-|DROP|REJECT) ", line):
                found.append(f"{program} {table} {re.sub(r' *.[0-9]+:[0-9]+.', '', line)}")
    return sorted(found)


def processes():
    """Programs that run, but for those that come and go with logins and with this."""
    passing = re.compile(r"^(sshd|sudo|\(sd-pam\)|\(sd-.*|systemd-exec.*|systemd-userwor|sftp-server|python3 -|ps )|^systemd --user|"
                         r"^/lib/systemd/systemd --user|^sh -c |^-?bash|^/usr/lib/systemd|^/lib/systemd")
    return sorted({line for line in lines("ps", "-e", "-o", "args=") if not passing.search(line)})


def units():
    enabled = [" ".join(line.split()[:2]) for line in lines("systemctl", "list-unit-files", "--no-legend", "--no-pager")]
    running = []
    for line in lines("systemctl", "list-units", "--all", "--plain", "--no-legend", "--no-pager"):
        name, load, active, sub = (line.split() + [""] * 4)[:4]
        # Sessions, devices, mounts (which are listed as such), what is started for a moment.
        if name.endswith((".service", ".socket", ".timer", ".path", ".target")) and not re.match(
                r"session|user@|user-runtime|run-|network-online.target|systemd-(tmpfiles|hostnamed|timedated|localed|logind)|dbus-org", name):
            if load != "not-found":
                running.append(f"{name} {active} {sub}")
    return sorted(enabled + running)


def take():
    return {
        "file": files(), "sysctl": sysctls(), "unit": units(), "firewall rule": firewall(), "process": processes(),
        "package": lines("dpkg-query", "-W", "-f", "${Package} ${Version} ${Status}\n"),
        "user": lines("getent", "passwd") + lines("getent", "group") + lines("getent", "shadow"),
        "link": [re.sub(r"^\d+: ([^:@]+).*", r"\1", line) for line in lines("ip", "-o", "link", "show")],
        "route": lines("ip", "route", "show"), "network namespace": lines("ip", "netns", "list"),
        "mount": sorted({" ".join(line.split()[1:3]) for line in open("/proc/self/mounts")
                         if not re.match(r"\S+ /(run/(user|credentials|systemd)|proc|sys|dev)", line)}),
    }


def difference(before, after, ignoring=None, times=True):
    """A sentence for each thing in which they differ.

    ignoring: a pattern of what is passed over, tried on the sentences. times: whether times of files count.
    """
    found = []
    for kind in before:
        old, new = before[kind], after[kind]
        if kind == "file" and not times:
            old, new = ({path: {**facts, "time": 0} for path, facts in each.items()} for each in (old, new))
        if isinstance(old, dict):
            for name in sorted(old.keys() | new.keys()):
                if name not in new:
                    found.append(f"{kind} {name} is gone")
                elif name not in old:
                    found.append(f"{kind} {name} is new")
                elif old[name] != new[name]:
                    found.append(f"{kind} {name} was {told(old[name], new[name])}")
        else:
            found += [f"{kind} gone: {each}" for each in sorted(set(old) - set(new))]
            found += [f"{kind} new: {each}" for each in sorted(set(new) - set(old))]
    return [each for each in found if not (ignoring and re.search(ignoring, each))]


def told(old, new):
    if not isinstance(old, dict):
        return f"{old} and is {new}"
    keys = [key for key in sorted(old.keys() | new.keys()) if old.get(key) != new.get(key)]
    return "; ".join(f"{old.get(key)} and is {new.get(key)} ({key})" for key in keys)


if __name__ == "__main__":
    json.dump(take(), sys.stdout)
