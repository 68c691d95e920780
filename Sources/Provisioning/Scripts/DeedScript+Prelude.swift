extension DeedScript {
  /// What all scripts share.
  ///
  /// - `note LINE`: writes a line into the record, once. A torn last line is ended first, and then is none.
  /// - `note_sysctl NAME PATH`: notes what a sysctl is, unless it is noted already. Not read with `read`, which asks for one byte after the
  ///   other: of a sysctl the kernel gives no second one.
  /// - `folder MODE PATH`: makes a folder, and notes it.
  /// - `keep PATH`: notes what is at a path, with a copy if there is anything, unless it is noted already.
  /// - `strike LINE`: takes a line out of the record. What it tells of must be undone on the disk by then.
  /// - `take SIZE`: gives so many bytes of the input, and leaves those that follow to the next.
  /// - `is_whole FILE DIGEST SIZE`: whether a file of this size has the digest. openssl, where there is one, takes a fifth of the processor
  ///   time that coreutils take, as it uses the instructions that processors have for it; but only a good word of it counts.
  static let prelude = """
    set -u
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH
    LC_ALL=C; export LC_ALL
    umask 077
    cd /
    R=\(MachinePlaces.record)
    nl='
    '
    die() { echo "$*" >&2; exit 1; }
    safe() { sync "$@" 2>/dev/null || sync; }
    has() { [ -f $R ] && grep -qxF "$1 ." $R; }
    note() {
      [ -f $R ] || die "there is no record at $R"
      has "$1" && return 0
      [ -z "$(tail -c 1 $R)" ] || echo >>$R || die "the record $R cannot be written"
      echo "$1 ." >>$R || die "the record $R cannot be written"
      safe $R
      noted="${noted:-}$nl$1"
    }
    note_sysctl() {
      grep -q "^sysctl $1 .* [.]$" $R && return 0
      b=$(tr '\\t' ' ' <"$2") && [ -n "$b" ] || die "$1 cannot be read"
      note "sysctl $1 $b"
    }
    strike() {
      has "$1" || return 0
      grep -vxF "$1 ." $R >$R.new || [ $? -eq 1 ] || die "the record $R cannot be written"
      safe $R.new; mv -f $R.new $R
    }
    folder() {
      [ -d "$2" ] && return 0
      { [ ! -e "$2" ] && [ ! -L "$2" ]; } || die "$2 is no folder"
      note "dir $2"
      mkdir "$2" && chmod "$1" "$2" || die "$2 cannot be made"
    }
    copy_of() { echo "\(MachinePlaces.before)/$(echo "$1" | sed 's,/,%,g')"; }
    keep() {
      if has "new $1" || has "kept $1" || has "link $1"; then return 0; fi
      if [ -e "$1" ] || [ -L "$1" ]; then
        { [ -f "$1" ] || [ -L "$1" ]; } || die "$1 is no file"
        mkdir -p \(MachinePlaces.before); k=$(copy_of "$1")
        rm -f "$k.new" && cp -pP "$1" "$k.new" && safe && mv -f "$k.new" "$k" && safe \(MachinePlaces.before) || die "what is at $1 cannot be kept"
        note "kept $1"
      else
        note "new $1"
      fi
    }
    take() {
      [ $1 -lt 1048576 ] || dd bs=1048576 count=$(($1 / 1048576)) iflag=fullblock 2>/dev/null || return 1
      [ $(($1 % 1048576)) -eq 0 ] || dd bs=$(($1 % 1048576)) count=1 iflag=fullblock 2>/dev/null
    }
    is_whole() {
      if [ $3 -ge 1048576 ]; then
        case $(openssl dgst -sha256 -r "$1" 2>/dev/null || :) in "$2 "*) return 0 ;; esac
      fi
      case $(sha256sum "$1" 2>/dev/null || :) in "$2 "*) return 0 ;; esac
      return 1
    }
    set -e

    """

  static let openRecord = """
    mkdir -p \(MachinePlaces.muster)
    chmod 0700 \(MachinePlaces.muster)
    if ! head -n 1 $R 2>/dev/null | grep -qxF '\(MachineRecord.header) .'; then
      {
        echo '\(MachineRecord.header) .'
        for t in \(MachinePlaces.traces.joined(separator: " ")); do
          if [ ! -e $t ] && [ ! -L $t ]; then echo "trace $t ."; fi
        done
      } >$R.new
      safe $R.new; mv -f $R.new $R; safe
    fi

    """

  static func forget(_ units: [String]) -> String {
    units.map { unit in
      let place = "\(MachinePlaces.started)/\(unit)"
      return "if [ -f \(place) ]; then rm -f \(place); safe; fi\n"
    }.joined()
  }
}
