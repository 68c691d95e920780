/// Answers of real machines, and what other machines would answer.
enum RecordedAnswer {
  /// Fields with two blanks between them, for people; `|` is an empty one.
  static func bytes(_ text: String) -> [UInt8] {
    Array((text.split(separator: "\n").map(line).joined(separator: "\n") + "\n").utf8)
  }

  private static func line(_ text: Substring) -> String {
    String(text).replacing("  ", with: "\t").replacing("|", with: "")
  }

  /// A Debian in a container, on which much is wrong: a taken port, swap, a held lock, a GPU that is none.
  static let debian = """
    muster-facts  1
    user  0
    clock  1795850777
    architecture  x86_64
    kernel  6.18.44
    host  h2
    machine  0e905c8c615a42859383e867fb07fab5
    boot  9704775f-a0cd-46e8-887a-4cc181250951
    system  debian  12  |  |
    cores  2
    memory  24684084
    swap  /dev/sda5  2097148
    disk  /  /  overlay  --  4096  524288  524247  3085510  3085455
    disk  /var/lib/rancher  /  overlay  r-  4096  524288  524247  3085510  3085455
    interface  eth0  up  ae:8e:13:c1:1c:a5
    interface  lo  unknown  00:00:00:00:00:00
    address  lo  127.0.0.1/8  host
    address  lo  ::1/128  host
    address  eth0  10.92.0.12/24  global
    address  eth0  fe80::ac8e:13ff:fec1:1ca5/64  link
    route  4  eth0  0
    listen  tcp  00000000  6443  9781974
    listen  tcp  0100007F  22  9762582
    listen  tcp  00000000000000000000000000000000  22  9762584
    listen  udp  0000000000000000FFFF00000100007F  53  9762590
    owner  9781974  125  python3  rig-port-6443.service
    cgroup  2  |
    modules  yes
    module  overlay  loaded
    module  br_netfilter  loaded
    module  vxlan  built-in
    module  nf_conntrack  absent
    selinux  disabled  no
    systemd  252
    container  systemd-nspawn
    tool  ip  /usr/sbin/ip
    tool  nvidia-smi  /usr/bin/nvidia-smi
    ssh  OpenSSH_9.2p1 Debian-2+deb12u10, OpenSSL 3.0.20 7 Apr 2026
    kubernetes  k3s  /etc/rancher/k3s
    gpu  /dev/nvidia0  |
    lock  /var/lib/dpkg/lock-frontend  123  python3
    end
    """

  /// A server with two GPUs and a firewall, on which Muster's k3s runs.
  static let rocky = """
    muster-facts  1
    user  0
    clock  1795850000
    architecture  aarch64
    kernel  5.14.0-503.el9.aarch64
    host  gpu-1.lab.example
    machine  3d1219c7c4c5404aaa1f6d2a48adfda4
    boot  6f85530a-341e-40d2-b46e-71f6dcc7b201
    system  rocky  9.5  rhel centos fedora  Rocky Linux 9.5 (Blue Onyx)
    cores  64
    memory  527000000
    disk  /tmp/my work  /tmp  tmpfs  -x  4096  66053021  15678302  0  0
    interface  enp1s0f0  up  52:54:00:12:34:56
    address  enp1s0f0  2001:db8::5/64  global
    address  enp1s0f0  172.16.0.5/12  global
    route  6  enp1s0f0  00000400
    route  4  enp1s0f0  100
    listen  tcp  00000000000000000000000000000000  10250  5150
    listen  udp  00000000  8472  0
    owner  5150  4711  k3s-server  k3s.service
    cgroup  2  cpuset cpu io memory hugetlb pids rdma misc
    modules  yes
    selinux  enforcing  yes
    systemd  252
    unit  firewalld  active
    unit  k3s  active
    kubernetes  k3s  /usr/local/bin/k3s
    kubernetes  k3s  /var/lib/rancher/k3s
    record  yes
    uninstaller  /usr/local/bin/k3s-uninstall.sh
    gpu  0000:01:00.0  0x20b0
    gpu  0000:41:00.0  0x20b0
    nvidia  550.127.05
    end
    """
}
