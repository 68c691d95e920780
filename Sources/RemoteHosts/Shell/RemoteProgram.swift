/// What runs on a machine: three programs for `/bin/sh`, each of which starts the next.
///
/// They need `dd` with `iflag=fullblock` (GNU, busybox, uutils), `setsid`, `sleep`, `cat`, `/proc`, and write no file:
/// a full disk and a read-only root do not hinder them. Secrets and scripts reach them on standard input only.
enum RemoteProgram {
  /// What announces each stage on standard output, at the beginning of a line.
  static let user = "@remote-shell user"
  static let root = "@remote-shell root"
  static let ready = "@remote-shell ready"
  /// With what `sudo` asks for the password.
  static let prompt = "@remote-shell password:"
  /// The statuses with which the first stage ends when the next cannot come.
  static let noSudo = 93

  /// The first stage, for the user's login shell, whichever that is: no newline, no quote within the quotes.
  ///
  /// - Parameters:
  ///   - becomesRoot: false: the next stages run as the user.
  ///   - asks: `sudo` may ask for the password.
  static func starter(becomesRoot: Bool, asks: Bool, shell: String = "/bin/sh") -> String {
    let next = #"b="echo \"\#(root)\"; read -r n && p=\$(dd bs=\$n count=1 iflag=fullblock) && eval \"\$p\"""#
    let sudo = asks ? #"sudo -S -p "\#(prompt)""# : "sudo -n"
    let up =
      becomesRoot
      ? #"[ "$(id -u)" = 0 ] && exec \#(shell) -c "$b"; command -v sudo >/dev/null || exit \#(noSudo); exec \#(sudo) \#(shell) -c "$b""#
      : #"exec \#(shell) -c "$b""#
    return "exec \(shell) -c '" + #"export LC_ALL=C; cd /; \#(next); echo; echo "\#(user)"; \#(up)"# + "'"
  }

  /// The second stage, read from standard input by the root shell: runs scripts one after the other.
  static func dispatcher(shell: String = "/bin/sh") -> String {
    #"""
    export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin REMOTE_SHELL=$$
    unset b n p
    umask 022
    cd /
    command -v setsid >/dev/null || { echo "setsid: not found" >&2; exit 1; }
    exec 6>&1
    echo "\#(ready)"
    while :; do
      set -- $(setsid \#(shell) -c '\#(runner)' 5>&1 1>&6 6>&-)
      [ "$2" = done ] && continue
      [ "$1" ] || exit 0
      echo "$1 closed ${2:-killed}"
      echo "$1 closed ${2:-killed}" >&2
      exit 1
    done

    """#
  }

  /// The third stage: one script, in a session of its own, so that it can be ended with all that it started. Its first
  /// line is `MARK LENGTH LIMIT`; behind it come the script and pieces of its input, until one says `done`.
  ///
  /// Reading goes on while the script runs: the end of the connection ends the script. While the script does not read what it
  /// was sent, that end is not seen by reading; so a word is written every two seconds, which fails then, and the second
  /// stage is looked for, which whoever breaks a lock kills. On descriptor 5 the second stage is told why it ended. When the script has ended, what comes of its input is thrown away, so that reading stays in step.
  private static let runner = #"""
    finish() {
      if [ "$1" != done ]; then
        all=" $$ " strays= more=1
        while [ "$more" ]; do
          more=
          for f in /proc/[0-9]*/stat; do
            p=${f#/proc/} p=${p%/stat}
            case $all in *" $p "*) continue ;; esac
            { read -r s <"$f"; } 2>/dev/null || continue
            set -- "$1" ${s##*) }
            case $all in *" $3 "*) ;; *) continue ;; esac
            all="$all$p " more=1
            [ "$5" = $$ ] || strays="$strays $p"
          done
        done
        [ -z "$strays" ] || kill -KILL $strays
      fi
      echo "$1" >&5
      kill -KILL 0
    }
    read -r mark length limit || exit 0
    echo "$mark" >&5
    (exec </dev/null >/dev/null 2>&1; sleep "$limit" 5>&-; finish deadline) &
    (exec </dev/null >/dev/null
      trap "" PIPE
      while sleep 2 5>&- 2>/dev/null; do
        { read -r s </proc/$REMOTE_SHELL/stat; } 2>/dev/null || finish eof
        case ${s##*) } in [ZX]*) finish eof ;; esac
        echo "$mark beat" >&2 2>/dev/null || finish eof
      done) &
    {
      dd bs="$length" count=1 iflag=fullblock 2>/dev/null
      while read -r word n; do
        case $word in
        full) dd bs=65536 count=64 iflag=fullblock 2>/dev/null ;;
        some) dd bs="$n" count=1 iflag=fullblock 2>/dev/null ;;
        eof) exec >/dev/null ;;
        done) finish done ;;
        esac
      done
      finish eof
    } | (
      exec 5>&-
      text=$(dd bs="$length" count=1 iflag=fullblock 2>/dev/null)
      echo "$mark begin"
      echo "$mark begin" >&2
      (eval "unset text mark length limit
    $text")
      set -- $?
      echo "$mark end $1"
      echo "$mark end $1" >&2
      exec cat >/dev/null
    )
    """#

  /// The bytes of a `full` piece of input.
  static let fullPiece = 65536 * 64
}
