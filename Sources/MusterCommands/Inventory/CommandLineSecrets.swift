/// Takes secrets out of the list of arguments that every user of the machine can read (`ps`).
enum CommandLineSecrets {
  /// Overwrites every argument of this process that is `argument`, or ends with `=` and it.
  static func wipe(_ argument: String) {
    let secret = Array(argument.utf8)
    for index in 0..<Int(CommandLine.argc) {
      guard let start = CommandLine.unsafeArgv[index] else { continue }
      var length = 0
      while start[length] != 0 { length += 1 }
      let bytes = UnsafeMutableRawBufferPointer(start: start, count: length)
      guard bytes.count >= secret.count, bytes.suffix(secret.count).elementsEqual(secret) else { continue }
      for place in (bytes.count - secret.count)..<bytes.count { bytes[place] = UInt8(ascii: "*") }
    }
  }
}
