/// Parts of the scripts that install and remove packages.
///
/// - `await_lock`: waits, for so long, until nobody holds a lock of dpkg or rpm; names who does, if that takes longer.
/// - `patient COMMAND…`: runs a command, and again if somebody else was quicker to take the lock.
/// - `mend`: finishes what an earlier run has begun and was cut in.
/// - `is_installed NAME`, `version_of NAME`; `there NAME`: whether anything of it is.
/// - `unnote`: when an installation has failed, takes out of the record what the script has noted of packages of which nothing came. Else what
///   somebody installs afterwards would be taken for Muster's, and go with a reset.
enum PackageScript {
  /// Seconds that a lock is waited for.
  static let patience = 300
  /// What is downloaded, for as long as it is needed. apt reads and writes in it as a user who may nothing else.
  static let place = "/var/cache/muster"

  static func prelude(_ manager: PackageManager) -> String { notes + locks + (manager == .apt ? dpkg : rpm) }

  private static let notes = #"""
    noted=
    unnote() {
      came=
      while IFS= read -r l; do
        case $l in
          "package "*) if there "${l#package }"; then came=yes; else strike "$l"; fi ;;
        esac
      done <<NOTED
    $noted
    NOTED
      [ -z "$came" ] || return 0
      while IFS= read -r l; do
        case $l in ""|"package "*) ;; *) strike "$l" ;; esac
      done <<NOTED
    $noted
    NOTED
    }

    """#

  private static let locks = #"""
    mkdir -p \#(MachineLock.folder)
    L=\#(MachineLock.folder)/packages.log
    # Who holds a lock: the kernel's own list, as trying would be taking it.
    lock_holder() {
      f=
      for w in /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock /var/cache/apt/archives/lock \
        /var/lib/rpm/.rpm.lock /usr/lib/sysimage/rpm/.rpm.lock; do [ ! -f $w ] || f="$f $w"; done
      [ -n "$f" ] || return 0
      inodes=$(stat -c '%i %n' $f 2>/dev/null) awk '
        BEGIN { n = split(ENVIRON["inodes"], word, /[ \n]/); for (i = 1; i < n; i += 2) name[word[i]] = word[i + 1] }
        $2 != "->" { m = split($6, part, ":"); if (part[m] in name) { print $5, name[part[m]]; exit } }' /proc/locks 2>/dev/null
    }
    await_lock() {
      n=0
      while h=$(lock_holder); [ -n "$h" ]; do
        if [ $n -ge \#(patience) ]; then
          p=${h%% *}; c=
          [ ! -r /proc/$p/comm ] || read -r c </proc/$p/comm || :
          unnote
          die "${c:-a process} (process $p) has held ${h#* } for \#(patience) s; wait until it ends, or end it, and apply again"
        fi
        n=$((n + 1)); sleep 1
      done
    }
    patient() {
      t=0
      while :; do
        await_lock
        if "$@" </dev/null >$L 2>&1; then return 0; fi
        t=$((t + 1))
        [ $t -lt 5 ] && grep -qi 'could not get lock\|unable to lock\|is locked by\|waiting for .*lock' $L || return 1
      done
    }

    """#

  private static let dpkg = #"""
    DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1; export DEBIAN_FRONTEND NEEDRESTART_SUSPEND
    is_installed() { case $(dpkg-query -W -f '${Status}' "$1" 2>/dev/null) in *' ok installed') ;; *) return 1 ;; esac; }
    there() { case $(dpkg-query -W -f '${Status}' "$1" 2>/dev/null) in ''|*' not-installed') return 1 ;; esac; }
    version_of() { dpkg-query -W -f '${Version}' "$1" 2>/dev/null; }
    # Takes away what dpkg has begun to unpack and cannot go on with; only what Muster brings.
    drop_halves() {
      for h in $(dpkg-query -W -f '${Status} ${Package}\n' | sed -n 's/^[^ ]* reinstreq [^ ]* //p'); do
        ! has "package $h" || patient dpkg --force-remove-reinstreq --force-depends --purge $h || :
      done
    }
    mend() {
      [ -n "$(dpkg --audit 2>&1)" ] || [ -n "$(ls /var/lib/dpkg/updates 2>/dev/null)" ] || return 0
      drop_halves
      # What cannot be configured now may be once the rest is installed.
      patient dpkg --force-confold --configure -a || :
    }

    """#

  private static let rpm = #"""
    is_installed() { rpm -q "$1" >/dev/null 2>&1; }
    there() { is_installed "$1"; }
    version_of() { rpm -q --qf '%{VERSION}-%{RELEASE}' "$1" 2>/dev/null; }
    mend() { :; }
    drop_halves() { :; }

    """#

  /// Ends what dpkg was cut in. What it had only begun to unpack has to be fetched anew, which is for the next run.
  static func finish(_ names: [String]) -> String {
    """
    mend
    w=
    for p in \(names.joined(separator: " ")); do is_installed $p || w="$w $p"; done
    [ -z "$w" ] || die "the installation of$w was cut in the middle, and what was there of it is taken away; apply again"
    rm -f $L

    """
  }

  /// Notes what packages of a set leave behind when they go, as far as it is not there yet: places, users with their groups, and what
  /// Docker changes in the kernel when it starts.
  static func leftovers(_ sets: Set<PackageSet>) -> String {
    var text = ""
    if sets.contains(.docker) {
      text += """
        for p in /etc/cni /etc/cni/net.d; do [ -e $p ] || [ -L $p ] || note "dir $p"; done
        if ! command -v dockerd >/dev/null && ! grep -q '^forwarding .* [.]$' $R; then
          p=none
          if command -v iptables-save >/dev/null; then
            case $(iptables-save 2>/dev/null | sed -n '/^[*]filter/,/^COMMIT/p') in
              *:FORWARD\\ ACCEPT*) p=ACCEPT ;;
              *:FORWARD*) p= ;;
            esac
          fi
          [ -z "$p" ] || note "forwarding $p"
        fi
        for p in \(MachinePlaces.ofDocker.joined(separator: " ")); do [ -e $p ] || [ -L $p ] || note "place $p"; done
        note_sysctl net.ipv4.ip_forward \(SysctlPath.of("net.ipv4.ip_forward"))

        """
    }
    for account in accounts where sets.contains(account.set) {
      text += """
        getent passwd \(account.name) >/dev/null || getent group \(account.name) >/dev/null || note 'account \(account.name)'

        """
    }
    return text
  }

  private static let accounts: [(set: PackageSet, name: String)] = [
    (.docker, "docker"), (.nvidiaDriver, "nvidia-persistenced"),
  ]

  /// In a shell of its own: what it sets is not for the deeds that follow in the same script.
  static func alone(_ text: String) -> String { "(\n\(text))\n" }

  static func remove(_ names: [String]) -> String { alone(removal(names)) }

  private static func removal(_ names: [String]) -> String {
    let list = names.joined(separator: " ")
    let strikes = names.map { "strike 'package \($0)'\n" }.joined()
    return """
      if command -v dpkg-query >/dev/null; then
      \(prelude(.apt))
      take() { dpkg --force-remove-reinstreq --purge "$@"; }
      else
      \(prelude(.dnf))
      take() { rpm -e "$@"; }
      fi
      rm -rf \(place)
      mend
      set --
      for p in \(list); do ! there $p || set -- "$@" $p; done
      case " $* " in *" docker-ce "*|*" docker.io "*|*" moby-engine "*)
      \(quietDocker);;
      esac
      if [ $# -gt 0 ]; then
        patient take "$@" || {
          w=$(grep -m 1 -e 'depends on' -e 'is needed by' $L | sed 's/^[[:blank:]]*//' | cut -c 1-200)
          [ -n "$w" ] || w=$(tail -n 1 $L | cut -c 1-200)
          die "the packages $* cannot be removed: $w"; }
      fi
      \(strikes)rm -f $L

      """
  }

  /// Ends what Docker runs, and takes away its networks and rules, while the programs for it are still there.
  private static let quietDocker = #"""
    systemctl stop docker.socket docker.service containerd.service >/dev/null 2>&1 || :
    for p in $(pgrep -f 'containerd-shim' 2>/dev/null); do
      case $(tr '\0' ' ' </proc/$p/cmdline 2>/dev/null) in *'-namespace moby '*) kill -9 $p 2>/dev/null || : ;; esac
    done
    if command -v ip >/dev/null && [ -d /sys/class/net/docker0 ]; then ip link delete docker0 || :; fi
    for t in iptables ip6tables; do
      command -v $t-save >/dev/null || continue
      r=$($t-save 2>/dev/null) || continue
      case $r in *DOCKER*|*docker0*) printf '%s\n' "$r" | grep -v -e DOCKER -e docker0 -e '172[.]17[.]0[.]0/16' | $t-restore || : ;; esac
    done

    """# + undoForwarding

  /// Where there were no tables, those that are empty now go, too.
  static let undoForwarding = #"""
    if command -v iptables >/dev/null; then
      if has 'forwarding ACCEPT' || has 'forwarding none'; then iptables -P FORWARD ACCEPT 2>/dev/null || :; fi
      case $(iptables --version 2>/dev/null) in *nf_tables*) t=nft ;; *) t= ;; esac
      if [ "$t" = nft ] && command -v nft >/dev/null && has 'forwarding none'; then
        for t in nat filter; do
          [ -n "$(iptables-save -t $t 2>/dev/null | grep -e '^-A' -e '^:[^ ]* -' -e '^:[^ ]* DROP')" ] || nft delete table ip $t 2>/dev/null || :
        done
      fi
    fi

    """#

  /// Across no mount: what is mounted there is taken off first.
  static func undoPlace(_ path: String) -> String {
    """
    for m in $(sed -n 's/^[^ ]* \\([^ ]*\\) .*/\\1/p' /proc/self/mounts | sort -r); do
      case $m in \(path)/*) umount "$m" 2>/dev/null || umount -l "$m" 2>/dev/null || : ;; esac
    done
    if [ -d \(path) ] && [ ! -L \(path) ]; then
      find \(path) -xdev -depth ! -type d -exec rm -f {} + || :
      find \(path) -xdev -depth -type d -exec rmdir {} + 2>/dev/null || :
    else
      rm -f \(path)
    fi
    strike 'place \(path)'

    """
  }

  static func undoAccount(_ name: String) -> String {
    """
    if getent passwd \(name) >/dev/null; then userdel \(name) >/dev/null 2>&1 || die "the user \(name) cannot be removed"; fi
    if getent group \(name) >/dev/null; then groupdel \(name) >/dev/null 2>&1 || die "the group \(name) cannot be removed"; fi
    strike 'account \(name)'

    """
  }
}
