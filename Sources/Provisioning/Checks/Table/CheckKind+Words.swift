extension CheckKind {
  /// What is a problem, for documents.
  public var problemText: String {
    switch self {
    case .servers: "no machine is in `driver` or `server`, or an even number"
    case .token: "machines have different tokens"
    case .bundle: "the bundle is incomplete or damaged"
    case .role: "–"
    case .ssh: "no connection, another host key, the login is refused, or the answer means nothing"
    case .root: "the user may not become root"
    case .system: "other than Ubuntu 16.04+, Debian 11+, or RHEL 8+ and what is made from it"
    case .architecture: "other than x86_64, aarch64, armv7l"
    case .systemd: "systemd does not run"
    case .cores: "a server has fewer than 2"
    case .memory: "a server has less than 2 GB, an agent less than 512 MB"
    case .disk:
      "read-only; programs may not run in `/usr/local/bin` or `/var/lib/rancher`; too little space or too few files free where "
        + "`/var/lib/rancher` is"
    case .hostName: "not to be used as a node's name, or that of another machine too"
    case .machineID: "none, or that of another machine too"
    case .clock: "the clocks are over 30 s apart, and this one is off"
    case .tools: "`tar`, `sha256sum`, `ip`, `modprobe` or `sysctl` is missing"
    case .interface: "`my_iface` is not there, is down, has no address, or has another machine's address"
    case .networks: "an address of the machine is in the cluster's own networks"
    case .defaultRoute: "there is none"
    case .portsFree: "somebody else listens on a port that the cluster needs"
    case .portsOpen: "a port does not answer another machine that needs it"
    case .swap: "–"
    case .cgroups: "cpu, cpuset, memory or pids is missing"
    case .modules: "overlay, br_netfilter, vxlan or nf_conntrack cannot be had"
    case .seLinux: "enforcing, without the rules for k3s"
    case .firewall: "–"
    case .kubernetes: "another Kubernetes, or a k3s that Muster did not make"
    case .containers: "–"
    case .packageLock: "somebody holds a lock of the package manager, or its last work broke off"
    case .packages: "neither the bundle nor the machine's own sources have what it needs"
    case .gpu: "`has_gpu`, and no GPU, or no driver and none is to be installed"
    case .sshClient: "there is none"
    case .wsl: "–"
    }
  }

  /// What is only warned of, for documents.
  public var warningText: String {
    switch self {
    case .role: "in none of the groups that Muster knows"
    case .cores: "fewer than 2"
    case .memory: "less than 4 GB"
    case .disk: "less than 10 GB, on the provisioner 25 GB; less than 5 % free"
    case .clock: "cannot be said, as the answer took too long"
    case .networks: "a network of the machine holds one of the cluster's own"
    case .portsOpen: "could not be tried"
    case .swap: "there is any"
    case .firewall: "firewalld or ufw runs"
    case .kubernetes: "a k3s program and nothing else of it"
    case .packages: "could not be tried"
    case .gpu: "a GPU without `has_gpu`; nouveau is loaded and the machine must start anew"
    case .wsl: "what to know of WSL"
    case .system: "the same, with `--force`"
    case .cgroups, .modules: "the same, in a container"
    default: "–"
    }
  }
}
