/// The script that installs packages from the sources that a machine has itself.
///
/// Lists and downloads lie in a folder of their own, so that those of the machine stay what they are. Before anything is installed, the
/// record gets every package that would come and is not there: those that were asked for, and those that they need.
enum OwnPackagesScript {
  static func text(_ deed: OwnPackages) -> String {
    let names = deed.names.joined(separator: " ")
    let isApt = deed.manager == .apt
    return [
      PackageScript.prelude(deed.manager), "set -- \(names)\n", folder, isApt ? apt : dnf,
      // Before the packages, so that a reset comes to it after they are gone.
      PackageScript.leftovers(Set(deed.sets)), isApt ? installDebs : installRPMs,
      """
      for p; do is_installed $p || die "$p is not installed, though the package manager had no complaint; see what it says there"; done
      rm -f $L

      """,
    ].joined()
  }

  private static let folder = """
    C=\(PackageScript.place)
    rm -rf $C
    mkdir -p $C/lists/partial $C/cache/archives/partial $C/conf
    trap 'rm -rf $C' EXIT
    chmod 0755 $C $C/lists $C/lists/partial $C/cache $C/cache/archives $C/cache/archives/partial
    why() {
      tr '\\r' '\\n' <$L | grep -e '^E: ' -e '^W: ' -e '^Err' -e '[Ee]rror' -e ' : Depends: ' -e ' depends on ' -e '^Killed' | tail -n 4 |
        cut -c 1-300 | tr '\\n' ' '
    }

    """

  private static let apt = #"""
    mend
    for f in /etc/apt/apt.conf.d/*; do [ ! -f "$f" ] || cp -L "$f" $C/conf/; done
    for hook in Pre-Invoke Post-Invoke Post-Invoke-Success; do echo "#clear APT::Update::$hook;"; done >$C/conf/zzzz-muster
    echo "Dir::Etc::Parts \"$C/conf\";" >$C/apt.conf
    APT_CONFIG=$C/apt.conf; export APT_CONFIG
    # Which of them came along is in Muster's own record.
    [ ! -f /var/lib/apt/extended_states ] || cp -p /var/lib/apt/extended_states $C/
    get() {
      v=$1; shift
      apt-get -q -y --no-install-recommends --no-remove $v -o Dir::State::lists=$C/lists -o Dir::State::extended_states=$C/extended_states \
        -o Dir::Cache=$C/cache -o Acquire::Languages=none -o Acquire::GzipIndexes=true -o Acquire::Retries=2 \
        -o Acquire::http::Timeout=30 -o Acquire::https::Timeout=30 -o Dpkg::Options::=--force-confold "$@"
    }
    get update </dev/null >$L 2>&1 || :
    u=$(why)
    get install -s "$@" </dev/null >$L 2>&1 || die "its own sources do not give $*: $(why)$u"
    c=$(sed -n 's/^Inst \([^ ]*\) \[\([^]]*\)\] (.*/\1 \2/p' $L | head -n 5 | tr '\n' ' ')
    [ -z "$c" ] || die "installing $* would change what is installed ($c); bring the system up to date, and apply again"
    new=$(sed -n 's/^Inst \([^ ]*\) .*/\1/p' $L)

    """#

  private static let installDebs = """
    for p in $new; do is_installed $p || note "package $p"; done
    patient get install "$@" || { w=$(why); unnote; die "apt-get could not install $*: $w"; }

    """

  private static let dnf = #"""
    tool=dnf
    command -v dnf >/dev/null || tool=yum
    get() {
      $tool -q -y --setopt=cachedir=$C/cache --setopt=install_weak_deps=False --setopt=timeout=30 --setopt=skip_if_unavailable=True "$@"
    }
    new= missing=
    for p; do is_installed $p || missing=yes; done
    if [ -n "$missing" ]; then
      get install --downloadonly --downloaddir=$C/files "$@" </dev/null >$L 2>&1 || die "its own sources do not give $*: $(why)"
      for f in $C/files/*.rpm; do
        [ -f "$f" ] || continue
        p=$(rpm -qp --nosignature --qf '%{NAME}' "$f" 2>/dev/null)
        ! is_installed "$p" || die "installing $* would change what is installed ($p); bring the system up to date, and apply again"
        new="$new $p"
      done
    fi

    """#

  private static let installRPMs = """
    for p in $new; do note "package $p"; done
    [ -z "$missing" ] || patient get install "$@" || { w=$(why); unnote; die "dnf could not install $*: $w"; }

    """
}
