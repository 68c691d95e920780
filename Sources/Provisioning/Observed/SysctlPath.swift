/// Where the kernel shows a sysctl.
enum SysctlPath {
  static func of(_ name: String) -> String {
    "/proc/sys/" + name.map { $0 == "." ? "/" : String($0) }.joined()
  }
}
