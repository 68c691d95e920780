extension FactsScript {
  /// Programs, clusters that are or were there, GPUs, and locks of the package managers.
  static let software = #"""
    for tool in ip iptables tar sha256sum modprobe sysctl systemctl bash perl python3 apt-get dnf yum zypper docker containerd \
      nvidia-smi nvidia-container-runtime apparmor_parser ssh; do
      path=$(command -v "$tool" 2>/dev/null) && put tool "$tool" "$path"
    done
    if [ -x /usr/libexec/platform-python ]; then put tool platform-python /usr/libexec/platform-python; fi
    if have ssh; then put ssh "$(ssh -V 2>&1)"; fi

    first /sys/module/apparmor/parameters/enabled
    if [ "$line" = Y ] && [ -d /sys/kernel/security/apparmor ]; then put apparmor on; fi

    sign() { if [ -e "$2" ]; then put kubernetes "$1" "$2"; fi; }
    for path in /etc/systemd/system/k3s.service /etc/systemd/system/k3s-agent.service /usr/local/bin/k3s /usr/bin/k3s \
      /etc/rancher/k3s /var/lib/rancher/k3s; do sign k3s "$path"; done
    for path in /etc/rancher/rke2 /var/lib/rancher/rke2; do sign RKE2 "$path"; done
    for path in /etc/kubernetes/admin.conf /etc/kubernetes/kubelet.conf /etc/kubernetes/manifests/kube-apiserver.yaml \
      /var/lib/kubelet/config.yaml; do sign kubeadm "$path"; done
    for path in /var/snap/microk8s /snap/microk8s; do sign MicroK8s "$path"; done
    for path in /etc/k0s /var/lib/k0s; do sign k0s "$path"; done
    sign MicroShift /etc/microshift/config.yaml
    for path in /var/lib/muster/*; do
      [ ! -e "$path" ] || { put record yes; break; }
    done
    if [ -x /usr/local/bin/k3s-uninstall.sh ]; then put uninstaller /usr/local/bin/k3s-uninstall.sh; fi
    if [ -x /usr/local/bin/k3s-agent-uninstall.sh ]; then put uninstaller /usr/local/bin/k3s-agent-uninstall.sh; fi

    count=0
    for device in /sys/bus/pci/devices/*; do
      [ -r "$device/vendor" ] || continue
      first "$device/vendor"
      [ "$line" = 0x10de ] || continue
      first "$device/class"
      case $line in 0x0300* | 0x0302*) ;; *) continue ;; esac
      first "$device/device"
      count=$((count + 1))
      [ $count -gt 64 ] || put gpu "${device##*/}" "$line"
    done
    if [ $count = 0 ]; then
      for device in /dev/nvidia[0-9]*; do
        if [ -c "$device" ]; then put gpu "$device" ''; fi
      done
    fi
    first /sys/module/nvidia/version
    if [ -n "$line" ]; then put nvidia "$line"; fi
    if [ -d /sys/module/nouveau ]; then put nouveau loaded; fi

    # Who holds a lock of the package managers: the kernel's own list, as trying would be taking it.
    files=
    for file in /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock /var/cache/apt/archives/lock \
      /var/lib/rpm/.rpm.lock /usr/lib/sysimage/rpm/.rpm.lock; do
      [ ! -f "$file" ] || files="$files $file"
    done
    [ -z "$files" ] || inodes=$(stat -c '%i %n' $files 2>/dev/null) awk '
      BEGIN { n = split(ENVIRON["inodes"], word, /[ \n]/); for (i = 1; i < n; i += 2) name[word[i]] = word[i + 1] }
      $2 != "->" { m = split($6, part, ":"); if (part[m] in name) print name[part[m]], $5 }' /proc/locks 2>/dev/null |
      while read -r file pid; do
        line=
        case $pid in *[!0-9]* | '') ;; *) first "/proc/$pid/comm" ;; esac
        put lock "$file" "$pid" "$line"
      done
    first /run/yum.pid
    case $line in
      *[!0-9]* | '') ;;
      *)
        pid=$line
        if [ -d "/proc/$pid" ]; then
          first "/proc/$pid/comm"
          put lock /run/yum.pid "$pid" "$line"
        fi
        ;;
    esac
    for file in /var/lib/dpkg/updates/[0-9]*; do
      if [ -e "$file" ]; then put interrupted dpkg; break; fi
    done
    put end

    """#
}
