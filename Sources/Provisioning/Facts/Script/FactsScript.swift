/// The script that reads everything about a machine that the checks need, and changes nothing on it.
///
/// It is POSIX shell for dash, bash and busybox, needs awk, stat and little else, and ends within a second. Its answer is lines
/// of fields with tabs between them (``FactsRecords``); every field is printable ASCII of at most 512 bytes, whatever the machine
/// says, so that a host name with a line break in it makes no records of its own. It runs as root; without, only who holds a
/// port or a lock may be missing.
enum FactsScript {
  /// - Parameters:
  ///   - paths: absolute; of each, the file system that it is or would be on.
  ///   - ports: the holders of these are named.
  ///   - modules: kernel modules, as `br_netfilter`.
  static func text(paths: [String], ports: [Int], modules: [String]) -> String {
    let settings = """
      set +e
      wanted_ports='\(ports.map(String.init).joined(separator: " "))'
      wanted_modules=\(ShellWord.quoted(modules.joined(separator: " ")))
      set -- \(paths.map(ShellWord.quoted).joined(separator: " "))

      """
    return [settings, head, system, network, kernel, software].joined()
  }

  private static let head = #"""
    LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    export LC_ALL PATH
    unset IFS
    tab=$(printf '\t')

    # put KEY FIELD…: one record. What is not printable ASCII becomes '?', so that no value can make a record of its own.
    put() {
      record=$1
      shift
      for field; do
        case $field in *[!\ -~]*) field=$(printf '%s' "$field" | tr -c ' -~' '?') ;; esac
        [ ${#field} -le 512 ] || field=$(printf '%.512s' "$field")
        record=$record$tab$field
      done
      printf '%s\n' "$record"
    }
    # first FILE: its first line as $line; empty if there is none.
    first() {
      line=
      if [ -f "$1" ] && [ -r "$1" ]; then IFS= read -r line <"$1" 2>/dev/null || :; fi
    }
    have() { command -v "$1" >/dev/null 2>&1; }

    put muster-facts 1
    put user "$(id -u)"
    put clock "$(date +%s)"
    put architecture "$(uname -m)"
    put kernel "$(uname -r)"
    first /proc/sys/kernel/hostname
    put host "$line"
    first /etc/machine-id
    put machine "$line"
    first /proc/sys/kernel/random/boot_id
    put boot "$line"

    """#
}
