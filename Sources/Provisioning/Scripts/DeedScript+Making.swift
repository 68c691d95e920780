/// Scripts of deeds that make.
extension DeedScript {
  /// The new file lies beside the old one until it is whole, has its digest and is on disk; then it takes its name. What is noted of it after
  /// that saves reading it again, and no more: a part of a line counts for nothing.
  static func put(_ file: WantedFile) -> String {
    let new = "\(file.path).muster-new"
    return """
      [ ! -d \(file.path) ] || die "\(file.path) is a folder"
      keep \(file.path)
      rm -f \(new)
      take \(file.size) >\(new) || die "\(file.path) could not be written; see how full its disk is"
      if ! is_whole \(new) \(file.digest) \(file.size); then rm -f \(new); die "what arrived for \(file.path) is damaged"; fi
      chmod \(octal(file.mode)) \(new)
      chown 0:0 \(new)
      safe \(new)
      mv -f \(new) \(file.path)
      v=$(grep -sv ' \(file.path)$' \(MachinePlaces.verified) || :)
      echo "${v:+$v$nl}$(stat -c '\(file.digest) %s %Y %Z %n' \(file.path))" >\(MachinePlaces.verified)

      """
  }

  static func link(_ link: WantedLink) -> String {
    """
    if has 'link \(link.path)' || { [ ! -e \(link.path) ] && [ ! -L \(link.path) ]; }; then
      note 'link \(link.path)'
      rm -f \(link.path)
      ln -s \(link.target) \(link.path)
    fi

    """
  }

  static func setSysctl(_ name: String, _ value: String) -> String {
    let path = SysctlPath.of(name)
    return """
      [ -f \(path) ] || die "the kernel has no \(name)"
      note_sysctl \(name) \(path)
      echo '\(value)' >\(path) || die "\(name) cannot be set"

      """
  }

  /// From here on the service can start, if only by a boot: what it will set is noted before.
  static func enable(_ unit: String) -> String {
    let notes = MachinePlaces.sysctlsOfK3s.map { name in
      let path = SysctlPath.of(name)
      return "[ -z \"$(cat \(path) 2>/dev/null)\" ] || note_sysctl \(name) \(path)\n"
    }
    return """
      \(notes.joined())systemctl -q is-enabled \(unit) >/dev/null 2>&1 || note 'unit \(unit)'
      systemctl -q enable \(unit)

      """
  }

  /// Not waited for: an agent's start ends only when it has joined.
  static func start(_ unit: WantedUnit, _ verb: String) -> String {
    """
    systemctl reset-failed \(unit.name) 2>/dev/null || :
    systemctl --no-block \(verb) \(unit.name)
    mkdir -p \(MachinePlaces.started)
    echo \(unit.startDigest) >\(MachinePlaces.started)/\(unit.name).new
    mv -f \(MachinePlaces.started)/\(unit.name).new \(MachinePlaces.started)/\(unit.name)

    """
  }

  /// k3s gives up and is started again while another server joins; more often than this it will not come.
  private static let mostRestarts = 12

  static func awaitRunning(_ unit: WantedUnit) -> String {
    let answers =
      unit.name == "k3s.service"
      ? "\(MachinePlaces.binary) kubectl get --raw=/readyz </dev/null >/dev/null 2>&1" : ":"
    // A node's password is k3s's own: the server keeps the one with which a node of this name came first. k3s asks again for ever, and
    // has said nothing else for a while: what it said before the old node was taken out does not count.
    return """
      last() { journalctl -q --no-pager -o cat -n 20 _SYSTEMD_UNIT=\(unit.name) 2>/dev/null | grep -v '^$' | tail -n 1; }
      n=0 rejected=0
      until systemctl -q is-active \(unit.name) && \(answers); do
        n=$((n + 1))
        case $((n % 25)) in 0) r=$(systemctl show -p NRestarts \(unit.name)) ;; *) r= ;; esac
        if [ $n -ge 1500 ] || [ "${r#*=}" -ge \(mostRestarts) ] 2>/dev/null; then
          w=$(last)
          die "\(unit.name) does not run${w:+; its last words: $w}"
        fi
        if [ $((n % 25)) -eq 0 ]; then
          case $(last) in *'Node password rejected'*) rejected=$((rejected + 1)) ;; *) rejected=0 ;; esac
        fi
        if [ $rejected -ge 3 ]; then
          die "the cluster has a node of its name with another password; if this machine was set up anew, take the old node out \
      ('kubectl delete node NAME'), and apply again"
        fi
        sleep 0.2
      done

      """
  }

  /// What was given is noted only afterwards: what is noted and not there would not be given again.
  static func mark(_ node: String, _ give: [NodeMark], _ take: [NodeMark]) -> String {
    func commands(_ kind: NodeMark.Kind) -> String {
      let all =
        give.filter { $0.kind == kind }.map { "'\($0.key)=\($0.value)'" }
        + take.filter { $0.kind == kind }.map { "'\($0.key)-'" }
      guard !all.isEmpty else { return "" }
      let verb = "\(MachinePlaces.binary) kubectl \(kind.rawValue)"
      let orGone = give.contains { $0.kind == kind } || kind == .label ? "" : " || :"
      return "\(verb) --overwrite node \(node) \(all.joined(separator: " ")) </dev/null >/dev/null\(orGone)\n"
    }
    let gone = (give + take).map { "  -e '^\($0.kind.rawValue) \(node) \($0.key)=' \\\n" }.joined()
    return """
      n=0
      until \(MachinePlaces.binary) kubectl get node \(node) </dev/null >/dev/null 2>&1; do
        n=$((n + 1)); [ $n -lt 300 ] || die "the node \(node) does not appear in the cluster"
        sleep 0.2
      done
      \(commands(.label))\(commands(.taint))M=\(MachinePlaces.marks)
      mkdir -p \(MachinePlaces.muster)
      [ -f $M ] || : >$M
      grep -v \\
      \(gone)  $M >$M.new || :
      \(give.map { "echo '\($0.text) .' >>$M.new\n" }.joined())mv -f $M.new $M

      """
  }
}
