#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Dumps of this process's memory.
enum CoreDumps {
  /// Lets a crash leave none.
  static func turnOff() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = 0
    _ = setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
  }
}
