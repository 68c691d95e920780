/// Ends and removes what k3s leaves on a machine when its service is stopped.
enum RemovalScript {
  /// - Parameter places: folders of k3s's own that were not there before.
  static func text(_ places: [String]) -> String {
    let shared = places.filter(MachinePlaces.shared.contains)
    let own = places.filter { !MachinePlaces.shared.contains($0) }
    return """
      set +e
      tree() { for c in $(pgrep -P $1 2>/dev/null); do tree $c; done; echo $1; }
      for p in $(pgrep -f '^/var/lib/rancher/k3s/data/[^ ]*/bin/containerd-shim' 2>/dev/null); do kill -9 $(tree $p) 2>/dev/null; done
      for m in $(sed -n 's/^[^ ]* \\([^ ]*\\) .*/\\1/p' /proc/self/mounts | sort -r); do
        case $m in
          /run/k3s/*|/var/lib/kubelet/pods/*|/var/lib/kubelet/plugins/*|/run/netns/cni-*|/var/lib/rancher/k3s/*/tmpmounts/*) umount -f "$m" 2>/dev/null || umount -l "$m" 2>/dev/null ;;
        esac
      done
      for n in /run/netns/cni-*; do [ ! -e "$n" ] || ip netns delete "${n##*/}" 2>/dev/null || rm -f "$n"; done
      if command -v ip >/dev/null; then
        for l in $(ip -o link show master cni0 2>/dev/null | sed 's/^[0-9]*: \\([^:@]*\\).*/\\1/'); do ip link delete $l 2>/dev/null; done
        for l in cni0 flannel.1 flannel-v6.1 kube-ipvs0 flannel-wg flannel-wg-v6; do
          [ ! -d /sys/class/net/$l ] || ip link delete $l
        done
      fi
      # Where the system has no iptables, k3s took its own.
      (PATH=$PATH:\(MachinePlaces.data)/data/current/bin/aux
      for t in iptables ip6tables; do
        command -v $t-save >/dev/null || continue
        r=$($t-save 2>/dev/null) || continue
        case $r in *KUBE-*|*CNI-*|*flannel*|*FLANNEL*) printf '%s\\n' "$r" | grep -v -e KUBE- -e CNI- -e flannel -e FLANNEL | $t-restore ;; esac
      done)
      # What is mounted there is somebody's, and stays: also a folder of the same disk, which find does not tell from others.
      nl='
      '
      M="$nl$(sed -n 's/^[^ ]* \\([^ ]*\\) .*/\\1/p' /proc/self/mounts | sed -e 's/\\\\040/ /g' -e 's/\\\\011/	/g' -e 's/\\\\134/\\\\/g')$nl"
      clear() {
        for e in "$1"/* "$1"/.[!.]* "$1"/..?*; do
          [ -e "$e" ] || [ -L "$e" ] || continue
          case $M in
            *"$nl$e$nl"*) ;;
            *"$nl$e/"*) clear "$e" ;;
            *) find "$e" -xdev -depth ! -type d -exec rm -f {} +; find "$e" -xdev -depth -type d -exec rmdir {} + 2>/dev/null ;;
          esac
        done
        case $M in *"$nl$1$nl"*) ;; *) rmdir "$1" 2>/dev/null ;; esac
      }
      for p in \(own.joined(separator: " ")); do
        [ -d $p ] && [ ! -L $p ] || continue
        clear "$(readlink -f $p)"
      done
      for p in \(shared.joined(separator: " ")); do rmdir $p 2>/dev/null; done
      set -e

      """
  }
}
