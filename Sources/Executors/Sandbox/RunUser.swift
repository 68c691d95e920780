import MusterCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The user whose rights a program in a sandbox has. Never root.
struct RunUser: Sendable, Equatable {
  var name: String
  var uid: uid_t
  var gid: gid_t

  /// Looks the user up; may ask a directory service, and wait for it.
  ///
  /// - Parameter own: the user of this process.
  /// - Returns: nil for a program without a sandbox.
  /// - Throws: `Refusal` for a user that cannot be had.
  static func of(_ sandbox: Sandbox, own: uid_t = geteuid()) throws(Refusal) -> RunUser? {
    guard sandbox.mode != .none else { return nil }
    let named: RunUser? = if let user = sandbox.user { try find(user) } else { nil }
    if let named, named.uid == 0 {
      throw Refusal(
        "The kind's programs are to run as user '\(named.name)', which is root, and no sandbox holds root; name another user for the kind."
      )
    }
    if own == 0 { return if let named { named } else { try find(Sandbox.defaultUser) } }
    let me = name(of: own)
    guard sandbox.mode == .isolated else {
      throw Refusal(
        "The kind asks for 'sandbox: user', but this runs as user '\(me)', and only root can change to another user; start it as root, or set 'sandbox: isolated' for the kind."
      )
    }
    if let named, named.uid != own {
      throw Refusal(
        "The kind's programs are to run as user '\(named.name)', but this runs as user '\(me)', and only root can change to another user; start it as root, or remove the kind's 'user'."
      )
    }
    return RunUser(name: me, uid: own, gid: getegid())
  }

  /// By name, or by number; a number need not be known, and its group is then of the same number.
  static func find(_ user: String) throws(Refusal) -> RunUser {
    if let found = entry({ getpwnam_r(user, $0, $1, $2, $3) }) { return found }
    if let number = uid_t(user), number != .max {
      return entry { getpwuid_r(number, $0, $1, $2, $3) } ?? RunUser(name: user, uid: number, gid: number)
    }
    throw Refusal(
      "The kind's programs are to run as user '\(user)', which this machine does not know; make it (useradd --system \(user)), or name another for the kind."
    )
  }

  private static func name(of uid: uid_t) -> String {
    entry { getpwuid_r(uid, $0, $1, $2, $3) }?.name ?? String(uid)
  }

  private typealias Found = UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>

  private static func entry(
    _ look: (UnsafeMutablePointer<passwd>, UnsafeMutablePointer<CChar>, Int, Found) -> Int32
  ) -> RunUser? {
    var buffer = [CChar](repeating: 0, count: 16_384)
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    return buffer.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress, look(&entry, base, buffer.count, &found) == 0, found != nil else {
        return nil
      }
      return RunUser(name: String(cString: entry.pw_name), uid: entry.pw_uid, gid: entry.pw_gid)
    }
  }
}
