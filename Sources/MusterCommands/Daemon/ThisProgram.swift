#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The running program and its machine.
enum ThisProgram {
  /// How to start this program again as the keeper of executors.
  static var keeperCommand: [String] { [path, "--keeper"] }

  /// The file of this program. When it has been replaced since the start, a name that still leads to the old one, so that
  /// both sides of the keeper's pipe stay of one version.
  static var path: String {
    #if os(Linux)
      let link = "/proc/self/exe"
      guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: link),
        !target.hasSuffix(" (deleted)")
      else { return link }
      return target
    #else
      return CommandLine.arguments.first ?? "muster"
    #endif
  }

  /// The machine's name, as the system has it: no resolver is asked, which might take long.
  static var hostName: String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
    return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Overwrites an argument of this process where others can read it (`ps`).
  static func hide(argument: String) {
    let secret = argument.utf8
    for index in 0..<Int(CommandLine.argc) {
      guard let place = CommandLine.unsafeArgv[index] else { continue }
      // `--token=TEXT` is one argument: what it ends with is the secret.
      let length = strlen(place)
      guard length >= secret.count, String(cString: place + (length - secret.count)) == argument else { continue }
      memset(place + (length - secret.count), Int32(UInt8(ascii: "x")), secret.count)
    }
  }

  /// Cores that this process may use.
  static var cores: Int { max(ProcessInfo.processInfo.activeProcessorCount, 1) }

  /// Bytes of the machine's memory.
  static var memory: UInt64 { ProcessInfo.processInfo.physicalMemory }
}
