/// Where the kernel shows a sysctl.
enum SysctlPath {
  private static let root = "/proc/sys/"

  /// The sysctl that is shown there.
  static func name(_ path: some StringProtocol) -> String? {
    guard path.hasPrefix(root) else { return nil }
    let name = path.dropFirst(root.count).map { $0 == "/" ? "." : String($0) }.joined()
    return MachinePath.isName(name) ? name : nil
  }

  static func of(_ name: String) -> String {
    root + name.map { $0 == "." ? "/" : String($0) }.joined()
  }
}
