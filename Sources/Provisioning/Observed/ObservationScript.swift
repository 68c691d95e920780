import RemoteHosts

/// The script that reads what is there of that which a machine shall have. It changes nothing.
///
/// Its answer begins with `muster-observed 1` and ends with `@end`. Between, sections begin with `@` and a word, and every
/// line of a section with a blank, so that nothing that stands on the machine can be taken for a section.
public enum ObservationScript {
  static let header = "muster-observed 1"
  static let mostOutput = 8 << 20

  /// - Parameter asksCluster: whether it is to ask k3s for the nodes, if that runs there.
  public static func script(_ machine: WantedMachine, asksCluster: Bool = false) -> RemoteScript {
    RemoteScript(
      "reads what is there of that which it shall have", text(machine, asksCluster: asksCluster), limit: .seconds(180),
      mostOutput: mostOutput)
  }

  /// Reads what Muster has made on a machine, whatever it shall have: for a reset.
  public static func recordScript(asksCluster: Bool = false) -> RemoteScript {
    let text = [
      prelude, record(), times, folders([]), files([]), services(), asksCluster ? cluster : "", "echo @end\n",
    ].joined()
    return RemoteScript("reads what Muster has made there", text, limit: .seconds(180), mostOutput: mostOutput)
  }

  static func text(_ machine: WantedMachine, asksCluster: Bool) -> String {
    [
      prelude, record(), times, folders(machine.directories.map(\.path)),
      files(paths(machine)), token,
      commands(machine.links.map(\.command) + ["docker", "nvidia-smi"]),
      packages(machine.packages.map(\.file.name) + machine.own.needs.flatMap(\.names)), sources(machine),
      kernel(machine.modules, machine.sysctls.keys.sorted()), services(),
      asksCluster ? cluster : "", "echo @end\n",
    ].joined()
  }

  /// Whether the ports for requests are wanted depends on whether the cluster was told any before, so that they are looked for in any case.
  private static func paths(_ machine: WantedMachine) -> [String] {
    let paths = (machine.files + machine.repository).map(\.path) + machine.links.map(\.path)
    return paths.contains(MachinePlaces.ingress) || !machine.isServer ? paths : paths + [MachinePlaces.ingress]
  }

  private static let prelude = """
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH
    LC_ALL=C; export LC_ALL
    umask 077
    cd / || exit 1
    nl='
    '
    part() { [ ! -f "$1" ] || { head -c \(MachineRecord.largest) "$1" && echo; } | sed 's/^/ /'; }
    echo '\(header)'

    """

  private static func record() -> String {
    """
    echo @record; part \(MachinePlaces.record)
    echo @remains
    for d in \(MachinePlaces.muster) \(MachineLock.folder); do [ ! -e $d ] || echo " $d"; done
    echo @marks; part \(MachinePlaces.marks)
    echo @started
    for u in \(WantedUnit.names.joined(separator: " ")); do
      if [ -f \(MachinePlaces.started)/$u ]; then d=; read -r d < \(MachinePlaces.started)/$u; echo " $u $d"; fi
    done
    echo @store
    # The folder alone is there as soon as a server tries to join.
    if [ -d \(MachinePlaces.data)/server/db/etcd/member/wal ]; then echo ' etcd'
    elif [ -f \(MachinePlaces.data)/server/db/state.db ]; then echo ' sqlite'
    elif [ -f \(MachinePlaces.data)/server/token ]; then echo ' token'
    fi

    """
  }

  /// What the clock says now; how long the kernel runs, from which systemd counts; and when what Muster keeps was changed.
  private static let times = """
    echo @times
    u=; read -r u rest </proc/uptime
    echo " clock $(date +%s) $u"
    stat -c ' changed %Y' \(MachinePlaces.record) \(MachinePlaces.marks) \(MachinePlaces.verified) \(MachinePlaces.started)/* 2>/dev/null

    """

  private static func folders(_ paths: [String]) -> String {
    """
    echo @folders
    for d in \(words(paths)); do [ ! -d $d ] || echo " $d"; done

    """
  }

  /// A file whose size and times are those with which its digest was found out is not read again. `/` is always there: without
  /// it in the answer, stat is not, and nothing would be known.
  private static func files(_ paths: [String]) -> String {
    """
    echo @files
    s=$(stat -c '%f %u %g %s %Y %Z %n' / \(words(paths)) 2>/dev/null)
    v=; [ ! -f \(MachinePlaces.verified) ] || v="$nl$(head -c \(MachineRecord.largest) \(MachinePlaces.verified))$nl"
    set --
    while read -r mode user group size mtime ctime path; do
      [ -n "$path" ] || continue
      echo " f $mode $user $group $size $path"
      case $mode in
        8???)
          k=" $size $mtime $ctime $path$nl"
          case $v in
            *"$k"*) d=${v%%"$k"*}; echo " d ${d##*"$nl"} $path" ;;
            *) set -- "$@" "$path" ;;
          esac ;;
        a???) printf ' l %s %s\\n' "$path" "$(readlink "$path")" ;;
      esac
    done <<STAT
    $s
    STAT
    [ $# -eq 0 ] || sha256sum "$@" 2>/dev/null | while read -r d path; do echo " d $d $path"; done
    echo @configuration
    if [ -f \(MachinePlaces.configuration) ]; then
      head -c \(K3sConfiguration.largest + 1) \(MachinePlaces.configuration) | od -An -v -tx1
    fi

    """
  }

  private static let token = """
    echo @token
    for u in \(WantedUnit.names.joined(separator: " ")); do
      f=\(MachinePlaces.units)/$u.env; [ ! -f $f ] || head -c \(UnitTexts.largest) $f | od -An -v -tx1
    done

    """

  private static func commands(_ names: [String]) -> String {
    """
    echo @commands
    for c in \(words(names)); do
      for d in /usr/local/sbin /usr/local/bin /usr/sbin /usr/bin /sbin /bin /snap/bin; do
        [ ! -x $d/$c ] && [ ! -L $d/$c ] || echo " $c $d/$c"
      done
    done

    """
  }

  /// Of those that Muster has brought too: one that was cut in between must be finished.
  private static func packages(_ names: [String]) -> String {
    """
    echo @packages
    set -- \(words(names.filter(PackageManager.isName))) $(sed -n 's/^package \\([^ ]*\\) [.]$/\\1/p' \(MachinePlaces.record) 2>/dev/null)
    if [ $# -eq 0 ]; then :
    elif command -v dpkg-query >/dev/null; then dpkg-query -W -f ' ${Package} ${Status} ${Version}\\n' "$@" 2>/dev/null
    elif command -v rpm >/dev/null; then
      rpm -q --qf ' %{NAME} install ok installed %{VERSION}-%{RELEASE}\\n' "$@" 2>/dev/null | grep '^ .* install ok installed '
    fi

    """
  }

  /// By names, sizes and times: reading the lists would take longer than all the rest.
  private static func sources(_ machine: WantedMachine) -> String {
    guard machine.own.needs.contains(where: { !$0.isRequired }) else { return "" }
    return """
      echo @sources
      s=$(stat -c '%n %s %Y' /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/sources.list.d/* /etc/apt/apt.conf.d/* \
        /var/lib/apt/lists /etc/yum.repos.d/* 2>/dev/null | cksum | tr ' ' -)
      echo " now $s"
      s=; [ ! -f \(MachinePlaces.tried) ] || read -r s <\(MachinePlaces.tried) || :
      [ -z "$s" ] || echo " tried $s"

      """
  }

  /// The shell's own `read` takes byte after byte, and of these files the kernel gives only the first.
  private static func kernel(_ modules: [String], _ sysctls: [String]) -> String {
    """
    echo @modules
    b=/lib/modules/$(uname -r)/modules.builtin
    for m in \(words(modules)); do
      if [ -d /sys/module/$m ]; then echo " $m loaded"
      elif grep -q "/$m[.]ko" $b 2>/dev/null; then echo " $m builtin"
      fi
    done
    echo @sysctls
    grep -H . \(words(sysctls.map(SysctlPath.of))) /dev/null 2>/dev/null | sed 's/^/ /'

    """
  }

  private static func services() -> String {
    """
    echo @units
    systemctl show -p Id -p LoadState -p ActiveState -p UnitFileState -p NeedDaemonReload -p StateChangeTimestampMonotonic \(words(WantedUnit.names)) | sed 's/^/ /'

    """
  }

  /// The labels and taints of a node are written as JSON by kubectl.
  private static let cluster = """
    echo @nodes
    if systemctl -q is-active k3s.service && [ -x \(MachinePlaces.binary) ]; then
      if n=$(timeout 30 \(MachinePlaces.binary) kubectl get nodes --no-headers -o jsonpath='\(NodeLines.template)' 2>/dev/null </dev/null); then
        printf '%s\\n' "$n" | head -c \(4 << 20) | sed 's/^/ /'
        echo ' @answered'
      fi
    fi

    """

  private static func words(_ words: [String]) -> String { words.joined(separator: " ") }
}
