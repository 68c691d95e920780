#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How many files and connections this process may have open.
enum FileLimit {
  /// What the store, the programs and the libraries need beside the connections.
  static let reserve = 512

  /// Raises it as far as the system lets this process. Programs that were started before keep theirs.
  ///
  /// - Returns: what it is now.
  @discardableResult
  static func raise() -> Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
    if limit.rlim_cur < limit.rlim_max {
      var raised = limit
      raised.rlim_cur = limit.rlim_max
      if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 { limit = raised }
    }
    return Int(clamping: limit.rlim_cur)
  }
}
