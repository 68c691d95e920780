"""What k3s leaves on a machine: files, mounts, networks, firewall rules, processes that outlive it."""

import base64
import os
import secrets
import shutil
import subprocess

from wire import DATA

PROGRAMS = f"{DATA}/data/0123456789abcdef/bin"
SHIM = f"{PROGRAMS}/containerd-shim-runc-v2"
POD = "/var/lib/kubelet/pods/11111111-2222-3333-4444-555555555555"


def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w") as file:
        os.fchmod(file.fileno(), mode)
        file.write(text)
    os.replace(path + ".new", path)


def password():
    path = "/etc/rancher/node/password"
    if not os.path.exists(path):
        write(path, secrets.token_hex(16) + "\n", 0o600)
    with open(path) as file:
        return file.read().strip()


def unpack(images):
    """Its own programs, and the images that lie there."""
    os.makedirs(PROGRAMS, exist_ok=True)
    if not os.path.exists(SHIM):
        shutil.copy("/bin/sleep", SHIM + ".new")
        os.replace(SHIM + ".new", SHIM)
    place = f"{DATA}/agent/images"
    names = sorted(os.listdir(place)) if os.path.isdir(place) else []
    found = [f"{name} {os.path.getsize(f'{place}/{name}')}" for name in names if ".tar" in name]
    write(f"{DATA}/agent/containerd/images", "".join(each + "\n" for each in found))
    for name in ("kubelet", "kubeproxy", "k3scontroller"):
        write(f"{DATA}/agent/{name}.kubeconfig", "apiVersion: v1\nkind: Config\n", 0o600)


def server(settings, token):
    for name in ("token", "node-token", "agent-token"):
        write(f"{DATA}/server/{name}", token + "\n", 0o600)
    write(f"{DATA}/server/tls/server-ca.crt", "the certificate of the stand-in\n")
    write(f"{DATA}/server/tls/server-ca.key", "the key of the stand-in\n", 0o600)
    text = {each: base64.b64encode(f"the {each} of the stand-in".encode()).decode() for each in ("ca", "certificate", "key")}
    write("/etc/rancher/k3s/k3s.yaml", f"""apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: {text["ca"]}
    server: https://127.0.0.1:6443
  name: default
contexts:
- context:
    cluster: default
    user: default
  name: default
current-context: default
kind: Config
preferences: {{}}
users:
- name: default
  user:
    client-certificate-data: {text["certificate"]}
    client-key-data: {text["key"]}
""", int(settings.get("write-kubeconfig-mode", "600"), 8))
    write(f"{DATA}/server/manifests/coredns.yaml", "# the stand-in's own\n", 0o600)


def call(*words, text=None):
    """Trouble is no matter: each of these may be there already."""
    return subprocess.run(words, input=text, capture_output=True, text=True).stdout


def mount(path):
    os.makedirs(path, exist_ok=True)
    if not os.path.ismount(path):
        call("mount", "-t", "tmpfs", "-o", "size=64k", "stand-in", path)


def kernel():
    """What kube-proxy and k3s set."""
    for name, value in (("net/ipv4/conf/all/route_localnet", 1), ("net/ipv4/conf/default/forwarding", 1),
                        ("net/netfilter/nf_conntrack_tcp_timeout_established", 86400),
                        ("net/netfilter/nf_conntrack_tcp_timeout_close_wait", 3600), ("kernel/keys/root_maxkeys", 1000001)):
        try:
            with open(f"/proc/sys/{name}", "w") as file:
                file.write(f"{value}\n")
        except OSError:
            pass  # not in every network


def run():
    """What begins to run with the first pod."""
    kernel()
    mount(f"{POD}/volumes/kubernetes.io~projected/kube-api-access")
    mount("/run/k3s/containerd/io.containerd.runtime.v2.task/k8s.io/pod/rootfs")
    write("/run/flannel/subnet.env", "FLANNEL_NETWORK=10.42.0.0/16\n")
    write("/var/lib/cni/networks/cbr0/last_reserved_ip.0", "10.42.0.2")
    write("/var/log/pods/kube-system_pod/pod/0.log", "the pod has started\n")
    os.makedirs("/var/log/containers", exist_ok=True)
    if not os.path.lexists("/var/log/containers/pod.log"):
        os.symlink("/var/log/pods/kube-system_pod/pod/0.log", "/var/log/containers/pod.log")
    write("/var/lib/kubelet/cpu_manager_state", '{"policyName":"none"}')
    if not os.path.exists("/run/netns/cni-stand-in"):
        os.makedirs("/run/netns", exist_ok=True)
        open("/run/netns/cni-stand-in", "w").close()
        call("unshare", "--net", "mount", "--bind", "/proc/self/ns/net", "/run/netns/cni-stand-in")
    if not os.path.exists("/sys/class/net/cni0"):
        call("ip", "link", "add", "cni0", "type", "bridge")
        call("ip", "addr", "add", "10.42.0.1/24", "dev", "cni0")
    if not os.path.exists("/sys/class/net/flannel.1"):
        call("ip", "link", "add", "flannel.1", "type", "vxlan", "id", "1", "dev", "eth0", "dstport", "8472")
    for program in ("iptables", "ip6tables"):
        if "KUBE-SERVICES" not in call(f"{program}-save"):
            call(f"{program}-restore", "--noflush", text="""*filter
:KUBE-SERVICES - [0:0]
:FLANNEL-FWD - [0:0]
-A INPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A FORWARD -m comment --comment "flanneld forward" -j FLANNEL-FWD
COMMIT
*nat
:KUBE-POSTROUTING - [0:0]
:CNI-HOSTPORT-DNAT - [0:0]
-A POSTROUTING -j KUBE-POSTROUTING
-A PREROUTING -j CNI-HOSTPORT-DNAT
COMMIT
""")
    if SHIM not in call("ps", "-e", "-o", "args"):
        subprocess.Popen([SHIM, "infinity"], start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                         stderr=subprocess.DEVNULL)
