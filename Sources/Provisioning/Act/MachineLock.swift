import MusterCore

/// Keeps two runs from changing a machine at once: the file `/run/muster/lock` there.
///
/// Its one line names the run, the process of the root shell that holds it with its start time, when it was taken and until when it
/// holds (seconds since 1970 by the machine's clock), and the owner. A lock whose process is gone holds no longer, so that a run that was
/// killed leaves none behind; nor does one past its time, should the process hang on a connection that nobody ends. It does not
/// outlast a reboot.
public struct MachineLock: Sendable, Equatable {
  /// Letters and digits, unlike those of all other runs.
  public var run: String
  /// For people: `alice@laptop`.
  public var owner: String
  /// Whether a lock of another run is taken away, and what that run does on the machine is stopped.
  public var breaks: Bool

  /// - Parameters:
  ///   - run: letters, digits and `-`; others are dropped.
  ///   - owner: any text; what is no letter, digit or one of `@._-` becomes `-`.
  public init(run: String, owner: String, breaks: Bool = false) {
    self.run = run.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    self.owner = String(
      owner.prefix(100).map { $0.isASCII && ($0.isLetter || $0.isNumber || "@._-".contains($0)) ? $0 : "-" })
    self.breaks = breaks
  }

  static let folder = "/run/muster"
  /// The status with which a script ends that does not get the lock. Its last line of standard error says why.
  static let heldStatus = 75

  /// Takes the lock. Ends the script if another run has it.
  ///
  /// - Parameter limit: how long the lock holds without being taken on.
  func takes(for limit: Duration) -> String {
    opening
      + """
      if [ -n "$lowner" ] && [ "$lrun" != \(run) ]; then
        case "$lpid$luntil$lsince" in *[!0-9]*) luntil=0 lpid=0 lsince=0 ;; esac
        if [ "$luntil" -gt $now ] && [ -n "$lborn" ] && [ "$(born $lpid)" = "$lborn" ]; then
          \(breaks ? breaking : refusal)
        fi
      fi
      if [ "$lrun" != \(run) ]; then lsince=$now; fi

      """ + closing(limit)
  }

  /// Takes the lock on for a script: the run may have another root shell than before. Ends the script if this run has it no more, whoever
  /// had it in between: what was planned may not be what there is to do now.
  func keeps(for limit: Duration) -> String {
    opening
      + """
      if [ "$lrun" != \(run) ]; then
        if [ -n "$lowner" ]; then
          echo "$lowner has taken the lock away from this run; see what that run does, and run the same command again" >&2
        else
          echo "the lock of this run is gone: the machine was restarted, or another run has had it; run the same command again" >&2
        fi
        exit \(Self.heldStatus)
      fi

      """ + closing(limit)
  }

  private var opening: String {
    """
    L=\(Self.folder)/lock
    mkdir -p \(Self.folder) && chmod 0700 \(Self.folder) || die "\(Self.folder) cannot be made"
    exec 8>\(Self.folder)/mutex
    flock -w 20 8 || die "\(Self.folder)/mutex is held for long; see who runs there"
    born() { { read -r s </proc/$1/stat; } 2>/dev/null || return 0; set -- ${s##*) }; echo ${20}; }
    lrun= lpid= lborn= lsince= luntil= lowner=
    [ ! -f $L ] || read -r lrun lpid lborn lsince luntil lowner <$L || :
    now=$(date +%s)

    """
  }

  private func closing(_ limit: Duration) -> String {
    """
    echo "\(run) $REMOTE_SHELL $(born $REMOTE_SHELL) $lsince $((now + \(limit.wholeMilliseconds / 1000 + 60))) \(owner)" >$L.new
    mv -f $L.new $L
    exec 8>&-

    """
  }

  /// What the other run does there ends a while after its shell.
  private var breaking: String { "! kill -KILL $lpid 2>/dev/null || sleep 5" }

  private var refusal: String {
    """
    echo "$lowner has locked it since $(date -u -d @$lsince '+%Y-%m-%d %H:%M:%S UTC' 2>/dev/null || echo $lsince), at most \
    until $(date -u -d @$luntil '+%H:%M:%S UTC' 2>/dev/null || echo $luntil); wait for that run, or take the lock away with \
    --break-lock" >&2; exit \(Self.heldStatus)
    """
  }

  /// Gives the lock back, if this run has it.
  ///
  /// - Parameter removes: nothing of Muster's is to be left on the machine.
  func release(removes: Bool) -> String {
    """
    L=\(Self.folder)/lock
    r=; [ ! -f $L ] || read -r r rest <$L || :
    if [ "$r" = \(run) ]; then rm -f $L; \(removes ? "rm -rf \(Self.folder)" : ":"); fi
    exit 0

    """
  }
}
