/// Where things are on a machine.
public enum MachinePlaces {
  /// What Muster keeps on a machine: its record, copies of what was there before, what services were started with.
  public static let muster = "/var/lib/muster"
  public static let record = "\(muster)/record"
  public static let before = "\(muster)/before"
  public static let started = "\(muster)/started"
  public static let verified = "\(muster)/verified"
  public static let marks = "\(muster)/marks"
  /// With which sources of packages Docker was looked for in vain.
  public static let tried = "\(muster)/tried"
  static let binary = "/usr/local/bin/k3s"
  static let configuration = "/etc/rancher/k3s/config.yaml"
  static let registries = "/etc/rancher/k3s/registries.yaml"
  static let sysctls = "/etc/sysctl.d/90-muster.conf"
  static let modules = "/etc/modules-load.d/muster.conf"
  static let units = "/etc/systemd/system"
  static let data = "/var/lib/rancher/k3s"
  static let images = "\(data)/agent/images"
  static let manifests = "\(data)/server/manifests"
  static let ingress = "\(manifests)/muster-ingress.yaml"
  static let charts = "\(data)/server/static/charts"
  /// Others keep things in them: they only go when they are empty.
  static let shared = ["/root/.kube", "/run/netns"]
  /// What k3s makes. What of it was not there before goes with a reset. /var/lib/rancher itself may be a disk that was mounted for it.
  public static let traces =
    [
      data, "/etc/rancher/k3s", "/etc/rancher/node", "/var/lib/kubelet", "/var/lib/cni", "/run/k3s", "/run/flannel",
      "/var/log/pods", "/var/log/containers", "/root/.kube/cache",
    ] + shared
  /// What stood for some of them in records of earlier builds.
  static let earlierTraces = [earlierData, "/etc/rancher"]
  static let earlierData = "/var/lib/rancher"
  /// What k3s and the kubelet and kube-proxy in it set when they run, beyond what Muster sets itself: pkg/agent/syssetup of k3s, and
  /// Kubernetes' cmd/kube-proxy and container manager.
  static let sysctlsOfK3s = [
    "kernel.keys.root_maxbytes", "kernel.keys.root_maxkeys", "net.core.devconf_inherit_init_net",
    "net.ipv4.conf.all.route_localnet", "net.ipv4.conf.default.forwarding", "net.ipv6.conf.all.forwarding",
    "net.ipv6.conf.default.forwarding", "net.netfilter.nf_conntrack_max",
    "net.netfilter.nf_conntrack_tcp_timeout_close_wait", "net.netfilter.nf_conntrack_tcp_timeout_established",
  ]
  /// What Docker makes when it runs. What of it was not there before goes with a reset, if Muster has brought Docker.
  public static let ofDocker = [
    "/var/lib/docker", "/var/lib/containerd", "/etc/docker", "/opt/containerd", "/run/docker", "/run/containerd",
    "/run/docker.sock", "/run/docker.pid",
  ]
  /// Users, with groups of their names, that packages make and leave behind.
  public static let accounts = ["docker", "nvidia-persistenced"]
}
