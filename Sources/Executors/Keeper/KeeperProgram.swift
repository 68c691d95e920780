import CKeeper
import MusterCore

/// One program as the keeper is asked to start it.
struct KeeperProgram: Sendable {
  /// Folders of PATH when the environment names none.
  static let defaultPath = "/usr/local/bin:/usr/bin:/bin"

  var directory: String
  /// At least the program's name or path; a relative path counts from `directory`.
  var argv: [String]
  /// `NAME=value`.
  var variables: [String]
  var searchPath: String
  var timeout: Duration?
  var grace: Duration
  var memoryLimit: UInt64
  var sandbox: Sandbox.Mode = .none
  /// Of the program; nil without a sandbox.
  var user: RunUser?
  /// Folders that an isolated program does not see.
  var hidden: [String] = []

  /// Where the program may be: itself if it is a path, else in each folder of the search path.
  var candidates: [String] {
    guard let name = argv.first else { return [] }
    if name.utf8.contains(UInt8(ascii: "/")) { return [name] }
    return searchPath.split(separator: ":").map { "\($0)/\(name)" }
  }

  /// The message to the keeper, or nil if it is too long for one. The run's number is put in by ``number(_:_:)``.
  func message() -> [UInt8]? {
    let candidates = candidates
    var request = muster_request()
    request.kind = MUSTER_REQUEST_START.rawValue
    request.candidates = UInt32(candidates.count)
    request.arguments = UInt32(argv.count)
    request.variables = UInt32(variables.count)
    // 0 means none to the keeper: time that has run out already becomes the shortest there is.
    request.timeout = timeout.map { UInt64(max($0.wholeNanoseconds, 1)) } ?? 0
    request.grace = UInt64(max(grace.wholeNanoseconds, 0))
    request.memory_limit = memoryLimit
    request.sandbox =
      switch sandbox {
      case .none: MUSTER_SANDBOX_NONE.rawValue
      case .user: MUSTER_SANDBOX_USER.rawValue
      case .isolated: MUSTER_SANDBOX_ISOLATED.rawValue
      }
    // Without a user the keeper refuses, because 0 is none to it.
    request.uid = user?.uid ?? 0
    request.gid = user?.gid ?? 0
    request.hidden = UInt32(hidden.count)
    var bytes = withUnsafeBytes(of: &request) { Array($0) }
    for strings in [[directory], candidates, argv, variables, hidden] {
      for string in strings {
        bytes.append(contentsOf: string.utf8)
        bytes.append(0)
      }
    }
    return bytes.count <= Int(MUSTER_MESSAGE_LIMIT) ? bytes : nil
  }

  static func number(_ message: inout [UInt8], _ run: UInt64) {
    guard let offset = MemoryLayout<muster_request>.offset(of: \.run) else { return }
    message.withUnsafeMutableBytes { $0.storeBytes(of: run, toByteOffset: offset, as: UInt64.self) }
  }

  static func stopMessage(run: UInt64) -> [UInt8] {
    var request = muster_request()
    request.kind = MUSTER_REQUEST_STOP.rawValue
    request.run = run
    return withUnsafeBytes(of: &request) { Array($0) }
  }
}
