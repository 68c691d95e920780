#!/usr/bin/env bash
# What can be broken on a machine, and how it is mended: part of 'machines', which reads this file.
# shellcheck disable=SC2154 # what 'machines' sets

fault_help() {
  cat <<'TEXT'
stop            a power cut                              start: starts it again, its disk as it was
cut             the cable is pulled: no answer at all    refuse: port 22 refuses connections
blackhole       port 22 says nothing                     loss PERCENT: of the packets to the machine, so many are lost
slow RATE       both ways, as 10mbit
proxy PORT OPTION…   127.0.0.1:PORT leads to the machine's SSH: delay=MS rate=BYTES cut=BYTES stall=BYTES
full [FREE]     the disk is full, but for FREE bytes     ro: the disk can only be read
hostkey         another host key                         nokey: no key may log in
badsudo         sudo wants a password                    nosudo: the user may not use sudo
nopython        there is no python3
os ID VERSION   /etc/os-release says another system      arch: uname -m says i686, from the next boot on
clock SECONDS   'date' is off by that much               noroute: there is no default route
dpkglock        somebody holds dpkg's lock               noport PORT: somebody listens there already
swap            /proc/swaps has an area                  gpu: a device of NVIDIA's and its runtime, as far as can be seen
TEXT
}

fault() {
  local host=${1:-help} kind=${2:-} arg=${3:-} network root used
  if [ "$host" = help ]; then
    fault_help
    return
  fi
  network=$(network_of "$host") root=$(root_of "$host")
  case $kind in
    stop) power_off "$host" ;;
    start)
      ip link set "$network" up
      rm -f "$STATE/hosts/$host/off"
      await "$host"
      ;;
    cut) ip link set "$network" down ;;
    refuse) filter "$network" 'tcp dport 22 reject with tcp reset' ;;
    blackhole) filter "$network" 'tcp dport 22 drop' ;;
    loss) filter "$network" "numgen random mod 100 < $arg drop" ;;
    slow)
      ip netns exec "$network" tc qdisc replace dev eth0 root tbf rate "$arg" burst 32k latency 400ms
      tc qdisc replace dev "$network" root tbf rate "$arg" burst 32k latency 400ms
      ;;
    proxy) proxy "$host" "${@:3}" ;;
    full)
      used=$(nsenter -t "$(nspawn_of "$host")" -m df -B1 --output=used "$STATE/hosts/$host/disk" | tail -n 1)
      resize "$host" $((used + ${arg:-0} + 4096))
      ;;
    ro) in_host "$host" mount -o remount,ro / ;;
    hostkey)
      rm -f "$root"/etc/ssh/ssh_host_ed25519_key*
      ssh-keygen -q -t ed25519 -N '' -C "$host" -f "$root/etc/ssh/ssh_host_ed25519_key"
      in_host "$host" systemctl restart ssh
      ;;
    nokey) : >"$root/home/$RIG_USER/.ssh/authorized_keys" ;;
    badsudo) echo "$RIG_USER ALL=(ALL) ALL" >"$root/etc/sudoers.d/machines" ;;
    nosudo) : >"$root/etc/sudoers.d/machines" ;;
    nopython) mv "$root/usr/bin/python3" "$root/usr/bin/python3.hidden" ;;
    os) sed -i "s/^ID=.*/ID=$arg/; s/^VERSION_ID=.*/VERSION_ID=\"${4:-0}\"/" "$root/usr/lib/os-release" ;;
    arch) echo --personality=x86 >"$STATE/hosts/$host/nspawn-arguments" ;;
    clock) in_host_shell "$host" "$(clock_script "$arg")" ;;
    noroute) ip -n "$network" route del default ;;
    dpkglock)
      in_host "$host" systemd-run -q --unit=machines-dpkglock -p Type=notify -p NotifyAccess=all python3 -c "$(ready_then \
        'import fcntl; f = open("/var/lib/dpkg/lock-frontend", "w"); fcntl.lockf(f, fcntl.LOCK_EX)')"
      ;;
    noport)
      in_host "$host" systemd-run -q --unit="machines-port-$arg" -p Type=notify -p NotifyAccess=all python3 -c "$(ready_then \
        "s = socket.socket(); s.setsockopt(1, 2, 1); s.bind(('0.0.0.0', $arg)); s.listen()")"
      ;;
    swap)
      printf 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n/dev/sda5 partition\t2097148\t\t0\t\t-2\n' >"$root/run/machines-swaps"
      in_host "$host" mount --bind /run/machines-swaps /proc/swaps
      ;;
    gpu)
      # shellcheck disable=SC2016 # for the machine
      in_host_shell "$host" 'mknod -m 666 /dev/nvidia0 c 1 3
        printf "#!/bin/sh\nexec runc \"\$@\"\n" >/usr/bin/nvidia-container-runtime
        printf "#!/bin/sh\necho \"GPU 0: NVIDIA Fake (UUID: GPU-0)\"\n" >/usr/bin/nvidia-smi
        chmod 755 /usr/bin/nvidia-container-runtime /usr/bin/nvidia-smi'
      ;;
    *) die "there is no fault '$kind'; 'machines fault help' lists them" ;;
  esac
}

filter() {
  ip netns exec "$1" nft -f - <<RULES
table inet machines { chain input { type filter hook input priority 0; $2; }; }
RULES
}

resize() { nsenter -t "$(nspawn_of "$1")" -m mount -o "remount,size=$2" "$STATE/hosts/$1/disk"; }

# A program that does something, says that it is done, and stays.
ready_then() {
  cat <<PROGRAM
import os, socket, time
$1
n = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
n.sendto(b"READY=1", os.environ["NOTIFY_SOCKET"].replace("@", "\\0", 1))
time.sleep(1e6)
PROGRAM
}

# No container has a clock of its own: a 'date' that says another time.
clock_script() {
  cat <<SCRIPT
cp /usr/bin/date /usr/local/lib/machines/date
cat >/run/machines-date <<'DATE'
#!/bin/sh
for a; do case \$a in -d* | --date* | -r* | -s* | -f*) exec /usr/local/lib/machines/date "\$@" ;; esac; done
exec /usr/local/lib/machines/date -d "$(printf '%+d' "$1") seconds" "\$@"
DATE
chmod 755 /run/machines-date
mount --bind /run/machines-date /usr/bin/date
SCRIPT
}

proxy() {
  local host=$1 port=$2
  setsid python3 "$(dirname "$SELF")/proxy.py" "$port" "$(address_of "$host")" 22 "${@:3}" </dev/null >"$STATE/proxy-$port.log" 2>&1 &
  echo $! >"$STATE/proxy-$port.pid"
  disown
  for _ in $(seq 600); do
    ! grep -qx ready "$STATE/proxy-$port.log" || return 0
    kill -0 "$(cat "$STATE/proxy-$port.pid")" 2>/dev/null || break
    sleep 0.05
  done
  die "the proxy does not start: $(cat "$STATE/proxy-$port.log")"
}

unproxy() {
  local file
  for file in "$STATE"/proxy-*.pid; do
    [ -e "$file" ] || continue
    kill "$(cat "$file")" 2>/dev/null || true
    rm -f "$file"
  done
}

heal() {
  local host=$1 network root seed=$STATE/hosts/$1/seed
  network=$(network_of "$host")
  ip link set "$network" up
  [ -n "$(leader_of "$host")" ] || fault "$host" start
  root=$(root_of "$host")
  tc qdisc del dev "$network" root 2>/dev/null || true
  ip netns exec "$network" tc qdisc del dev eth0 root 2>/dev/null || true
  ip netns exec "$network" nft delete table inet machines 2>/dev/null || true
  ip -n "$network" route replace default via "$RIG_NET.1"
  resize "$host" "$RIG_DISK"
  in_host "$host" mount -o remount,rw / 2>/dev/null || true
  cp -a "$seed/etc/sudoers.d/machines" "$root/etc/sudoers.d/machines"
  cp -a "$seed/home/$RIG_USER/.ssh/authorized_keys" "$root/home/$RIG_USER/.ssh/"
  cp -a "$BASE/usr/lib/os-release" "$root/usr/lib/os-release"
  if ! cmp -s "$seed/etc/ssh/ssh_host_ed25519_key" "$root/etc/ssh/ssh_host_ed25519_key"; then
    cp -a "$seed/etc/ssh/." "$root/etc/ssh/"
    in_host "$host" systemctl restart ssh
  fi
  [ ! -e "$root/usr/bin/python3.hidden" ] || mv "$root/usr/bin/python3.hidden" "$root/usr/bin/python3"
  in_host_shell "$host" 'umount /proc/swaps; umount /usr/bin/date; systemctl stop "machines-port-*" machines-dpkglock
    rm -f /dev/nvidia0 /usr/bin/nvidia-container-runtime /usr/bin/nvidia-smi /usr/local/lib/machines/date /run/machines-swaps \
      /run/machines-date' >/dev/null 2>&1 || true
  await "$host"
}
