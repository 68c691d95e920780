#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The functions of a library that was opened at run time. It stays open as long as the process lives.
struct Symbols {
  private let handle: UnsafeMutableRawPointer
  private let name: String

  init(opening names: [String]) throws(PostgresError) {
    var reasons: [String] = []
    for name in names {
      if let handle = dlopen(name, RTLD_NOW | RTLD_LOCAL) {
        self.handle = handle
        self.name = name
        return
      }
      reasons.append(dlerror().map { String(cString: $0) } ?? name)
    }
    throw PostgresError(
      .library,
      "PostgreSQL's client library (\(names.joined(separator: ", "))) cannot be opened on this machine; "
        + "install it, on Debian and Ubuntu: apt-get install libpq5",
      details: ["tried": reasons.joined(separator: "; ")])
  }

  /// - Parameter F: the function's type, `@convention(c)`; it is believed.
  func callAsFunction<F>(_ symbol: String) throws(PostgresError) -> F {
    guard let address = dlsym(handle, symbol) else {
      throw PostgresError(
        .library,
        "PostgreSQL's client library \(name) has no function \(symbol); install version 14 or later of it, on Debian and "
          + "Ubuntu: apt-get install libpq5")
    }
    return unsafeBitCast(address, to: F.self)
  }
}
