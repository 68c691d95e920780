import RemoteHosts

/// The script that really tries whether a machine's own sources have packages, and changes nothing on it.
///
/// Lists and caches go into a folder of its own under /run, which is memory, and is removed at the end; what is installed is only
/// looked at. apt and dnf are given little time for a source that does not answer.
///
/// Its answer is lines of words (``SourceTrialAnswer``).
enum SourceTrialScript {
  static let header = "muster-sources 1"

  /// - Parameters:
  ///   - needs: their names are checked (``PackageManager/isName(_:)``); others are left out.
  ///   - repository: a source that is tried with those of the machine. Its key is what the script reads on its input, if there is one.
  static func script(
    _ needs: [PackageNeed], _ manager: PackageManager, repository: PackageRepository? = nil, key: RepositoryKey? = nil
  ) -> RemoteScript {
    let names = needs.map { $0.names.filter(PackageManager.isName).joined(separator: " ") }
    let text = [
      "set -- \(names.map(ShellWord.quoted).joined(separator: " "))\n", head(manager),
      source(repository, key, manager), manager == .apt ? apt : dnf, "put end\n",
    ].joined()
    return RemoteScript(
      "tries its sources of packages", text, input: key?.bytes ?? [], limit: .seconds(240), mostOutput: 1 << 20)
  }

  private static func head(_ manager: PackageManager) -> String {
    let query =
      manager == .apt
      ? #"case $(dpkg-query -W -f '${Status}' "$1" 2>/dev/null) in *' ok installed') true ;; *) false ;; esac"#
      : #"rpm -q "$1" >/dev/null 2>&1"#
    return """
      LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
      export LC_ALL PATH
      unset IFS
      umask 077
      cd / || exit 1
      put() { printf '%s\\n' "$*" | tr -c ' -~\\n' '?' | cut -c 1-500; }
      # Complaints of the package manager, each once.
      complain() { sed -n "$1" "$2" | awk '!seen[$0]++ && n++ < 20' | while IFS= read -r line; do put say "$line"; done; }
      installed() { \(query); }
      for d in /run/muster-sources.*; do
        [ ! -d "$d" ] || [ -d "/proc/${d##*.}" ] || rm -rf "$d"
      done
      S=/run/muster-sources.$$
      mkdir "$S" && chmod 0711 "$S" || exit 1
      trap 'rm -rf "$S"' EXIT
      trap 'exit 1' HUP INT TERM
      put '\(header)'
      pending=
      i=0
      for need; do
        for name in $need; do
          if installed "$name"; then
            put installed $i "$name"
            i=$((i + 1))
            continue 2
          fi
        done
        pending="$pending $i"
        i=$((i + 1))
      done

      """
  }

  /// The machine's own sources, with the one that Muster would add.
  private static func source(_ repository: PackageRepository?, _ key: RepositoryKey?, _ manager: PackageManager)
    -> String
  {
    guard let repository else { return "more=\n" }
    let place = key.map { "\"$S/key\($0.ending)\"" }
    let read = place.map { "cat >\($0)\nchmod 0644 \($0)\n" } ?? ""
    let text = repository.text(key: key.map { "@S@/key\($0.ending)" })
    let file = manager == .apt ? "$S/parts/muster-docker.list" : "$S/parts/muster-docker.repo"
    let from = manager == .apt ? "/etc/apt/sources.list.d" : "/etc/yum.repos.d"
    return """
      \(read)mkdir "$S/parts"
      for f in \(from)/*; do [ ! -f "$f" ] || cp -L "$f" "$S/parts/"; done
      sed "s,@S@,$S," >"\(file)" <<'SOURCE'
      \(text)SOURCE
      more=$S/parts

      """
  }

  private static let apt = #"""
    list=/etc/apt/sources.list
    parts=${more:-/etc/apt/sources.list.d}
    config=$(apt-config dump 2>/dev/null)
    sed -n 's/[[:blank:]]*#.*//; /^[[:blank:]]*deb-src/d; s,.*[[:blank:]=:]\([a-z+]*:/[^[:blank:]]*\).*,\1,p' "$list" "$parts"/*.list "$parts"/*.sources 2>/dev/null |
      sort -u >"$S/uris"
    # A name that nobody knows need not be tried, with its long waits, unless a proxy does the asking.
    if [ -n "$pending" ] && [ -s "$S/uris" ] && ! grep -qv '^https\{0,1\}://' "$S/uris"; then
      case $config in
        *Proxy*) ;;
        *)
          known=
          for host in $(sed 's,^[a-z]*://,,; s,/.*,,; s,.*@,,; s,:[0-9]*$,,' "$S/uris" | sort -u); do
            if timeout 10 getent ahosts "$host" >/dev/null 2>&1; then known=yes; else put say "Could not resolve '$host'"; fi
          done
          if [ -z "$known" ]; then
            for i in $pending; do put lacks $i; done
            pending=
          fi
          ;;
      esac
    fi
    if [ -n "$pending" ]; then
      mkdir -p "$S/lists/partial" "$S/cache/archives/partial" "$S/conf"
      chmod 0755 "$S/lists" "$S/lists/partial" "$S/cache" "$S/cache/archives" "$S/cache/archives/partial"
      for f in /etc/apt/apt.conf.d/*; do [ ! -f "$f" ] || cp -L "$f" "$S/conf/"; done
      # What others do after every update is not for this one: it would write outside of the folder.
      for hook in Pre-Invoke Post-Invoke Post-Invoke-Success; do echo "#clear APT::Update::$hook;"; done >"$S/conf/zzzz-muster"
      echo "Dir::Etc::Parts \"$S/conf\";" >"$S/apt.conf"
      APT_CONFIG=$S/apt.conf
      export APT_CONFIG
      try() {
        verb=$1
        shift
        timeout 200 apt-get -q "$verb" -o Dir::State::lists="$S/lists" -o Dir::Cache="$S/cache" -o Dir::Cache::pkgcache= \
          -o Dir::Cache::srcpkgcache= -o Dir::Etc::sourceparts="$parts" -o Acquire::Languages=none -o Acquire::GzipIndexes=true \
          -o Acquire::Retries=0 -o Acquire::http::Timeout=15 -o Acquire::https::Timeout=15 -o Acquire::IndexTargets::deb-src::Sources::DefaultEnabled=false \
          -o Debug::NoLocking=true "$@" </dev/null >"$S/out" 2>"$S/log"
      }
      plan() { try install -s --no-install-recommends --no-remove "$@"; }
      try update || :
      complain 's/^[WE]: //p' "$S/log"
      if [ -z "$(ls "$S/lists" | grep _Packages)" ]; then
        put none
        for i in $pending; do put lacks $i; done
        pending=
      fi
      found=
      for i in $pending; do
        n=0
        for need; do
          [ $n = "$i" ] || { n=$((n + 1)); continue; }
          for name in $need; do
            if plan "$name"; then
              put found "$i" "$name"
              found="$found $name"
              continue 3
            fi
            complain 's/^E: \(.*\)/\1/p' "$S/log"
            complain 's/^ *\([^ ]* : .*\)/\1/p' "$S/out"
          done
          break
        done
        put lacks "$i"
      done
      if [ -n "$found" ] && plan $found; then
        sed -n 's/^Inst \([^ ]*\) (\([^ ]*\).*/new \1 \2/p; s/^Inst \([^ ]*\) \[\([^]]*\)\] (.*/change \1 \2/p' "$S/out" | head -n 1000
      fi
    fi

    """#

  private static let dnf = #"""
    tool=dnf
    command -v dnf >/dev/null 2>&1 || tool=yum
    if [ -n "$pending" ]; then
      try() {
        timeout 200 $tool $quiet --setopt=cachedir="$S/cache" --setopt=install_weak_deps=False --setopt=timeout=15 --setopt=retries=1 \
          --setopt=skip_if_unavailable="$skip" ${more:+--setopt=reposdir="$more"} "$@" </dev/null >"$S/out" 2>&1
      }
      $tool -q repolist 2>/dev/null | grep -q . || put none
      # Where a source may be passed over, or dnf is quiet, it does not say what is wrong with one.
      skip=False quiet=
      try makecache || :
      skip=True quiet=-q
      complain 's/^\(Errors* .*\)/\1/p; s/^ *- \(.*\)/\1/p' "$S/out"
      for i in $pending; do
        n=0
        for need; do
          [ $n = "$i" ] || { n=$((n + 1)); continue; }
          for name in $need; do
            # It ends with 1 either way; that it asked says that it could.
            try install --assumeno "$name" || :
            if grep -qi 'operation aborted' "$S/out"; then put found "$i" "$name"; continue 3; fi
            complain 's/^\(Error: .*\)/\1/p; s/^ *- \(.*\)/\1/p' "$S/out"
          done
          break
        done
        put lacks "$i"
      done
    fi

    """#
}
