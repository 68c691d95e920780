extension FactsScript {
  /// The kernel's cgroups and modules, SELinux, firewalls, systemd's units.
  static let kernel = #"""
    if [ -r /sys/fs/cgroup/cgroup.controllers ]; then
      first /sys/fs/cgroup/cgroup.controllers
      put cgroup 2 "$line"
    elif [ -r /proc/cgroups ]; then
      put cgroup 1 "$(awk '!/^#/ && $4 == 1 { printf "%s ", $1 }' /proc/cgroups)"
    fi

    release=$(uname -r)
    lists=
    for file in "/lib/modules/$release/modules.builtin" "/lib/modules/$release/modules.dep"; do
      [ ! -r "$file" ] || lists="$lists $file"
    done
    if [ -n "$lists" ]; then put modules yes; else put modules no; fi
    found=$([ -z "$lists" ] || wanted=" $wanted_modules " awk '
      {
        name = $1; sub(/:$/, "", name); sub(/.*\//, "", name); sub(/\.ko.*/, "", name); gsub(/-/, "_", name)
        if (index(ENVIRON["wanted"], " " name " "))
          printf " %s=%s ", name, (FILENAME ~ /builtin$/ ? "built-in" : "available")
      }' $lists)
    for module in $wanted_modules; do
      state=absent
      case $found in
        *" $module=built-in "*) state=built-in ;;
        *" $module=available "*) state=available ;;
      esac
      if [ -d "/sys/module/$module" ]; then state=loaded; fi
      case $module in
        overlay) if grep -q 'overlay$' /proc/filesystems 2>/dev/null; then state=loaded; fi ;;
        br_netfilter) if [ -e /proc/sys/net/bridge/bridge-nf-call-iptables ]; then state=loaded; fi ;;
      esac
      put module "$module" "$state"
    done

    mode=disabled
    if [ -r /sys/fs/selinux/enforce ]; then
      first /sys/fs/selinux/enforce
      if [ "$line" = 1 ]; then mode=enforcing; else mode=permissive; fi
    fi
    policy=no
    if [ -e /usr/share/selinux/packages/k3s.pp ]; then policy=yes; fi
    put selinux "$mode" "$policy"

    if [ -r /etc/ufw/ufw.conf ] && grep -qi '^ENABLED=yes' /etc/ufw/ufw.conf; then put firewall ufw; fi
    if [ -d /run/systemd/system ] && have systemctl; then
      put systemd "$(systemctl --version 2>/dev/null | awk 'NR == 1 { print $2 }')"
      units="firewalld docker containerd k3s k3s-agent rke2-server rke2-agent kubelet k0scontroller k0sworker"
      set -- $units
      systemctl is-active $units 2>/dev/null | while read -r state; do
        [ $# -gt 0 ] || break
        if [ "$state" != inactive ] && [ "$state" != unknown ]; then put unit "$1" "$state"; fi
        shift
      done
    fi

    case $(cat /proc/sys/kernel/osrelease) in
      *WSL2* | *microsoft-standard*) put wsl 2 ;;
      *[Mm]icrosoft*) put wsl 1 ;;
    esac
    first /run/systemd/container
    if [ -n "$line" ]; then put container "$line"; elif [ -e /.dockerenv ]; then put container docker; fi

    """#
}
