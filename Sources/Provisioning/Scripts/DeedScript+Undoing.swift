/// Scripts of deeds that undo.
extension DeedScript {
  static func undo(_ change: RecordedChange) -> String {
    let strike = "strike '\(change.text)'\n"
    switch change {
    case .directory(let path): return "rmdir \(path) 2>/dev/null || :\n" + settled(path) + strike
    case .newFile(let path): return "rm -f \(path) \(path).muster-new\n" + settled(path) + strike
    case .link(let path): return "[ ! -L \(path) ] || rm -f \(path)\n" + settled(path) + strike
    case .replacedFile(let path):
      // The copy goes last: as long as the line stands, it can be put back again.
      return """
        k=$(copy_of \(path))
        if [ -e "$k" ] || [ -L "$k" ]; then
          rm -f \(path).muster-new
          cp -pP "$k" \(path).muster-new
          safe
          mv -f \(path).muster-new \(path)
        fi
        \(settled(path))\(strike)rm -f "$k"

        """
    case .package(let name): return PackageScript.remove([name])
    case .module(let name): return "modprobe -r \(name) 2>/dev/null || :\n" + strike
    case .sysctl(let name, let before):
      let path = SysctlPath.of(name)
      // What nobody has changed is not written: in a container it may be read-only.
      return """
        if [ -f \(path) ] && [ "$(tr '\\t' ' ' <\(path))" != '\(before)' ]; then echo '\(before)' >\(path); fi
        \(strike)
        """
    case .unit(let name): return "systemctl -q disable \(name) 2>/dev/null || :\n" + strike
    case .trace: return strike
    case .place(let path): return PackageScript.undoPlace(path)
    case .forwarding: return PackageScript.undoForwarding + strike
    case .account(let name): return PackageScript.undoAccount(name)
    }
  }

  /// What was done to a path is on the disk: its file system may be another than that of the record.
  private static func settled(_ path: String) -> String {
    let folder = path.split(separator: "/").dropLast().joined(separator: "/")
    return "[ ! -d /\(folder) ] || safe /\(folder)\n"
  }
}
