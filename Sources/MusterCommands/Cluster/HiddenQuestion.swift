import MusterCore

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Asks whoever sits at the terminal for something that must not be seen there.
enum HiddenQuestion {
  /// - Throws: ``CommandError`` (`not_available`) without a terminal, and for an answer that is none.
  static func ask(_ question: String) throws -> Secret<String> {
    // Not standard input, which may be a pipe.
    let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
    guard terminal >= 0 else {
      throw CommandError(
        .notAvailable, "there is no terminal to ask for the password at; give it with --become-password-file FILE")
    }
    defer { close(terminal) }
    var settings = termios()
    guard tcgetattr(terminal, &settings) == 0 else {
      throw CommandError(.notAvailable, "the terminal cannot hide a password; give it with --become-password-file FILE")
    }
    var silent = settings
    // Keys come one by one, Ctrl-C too: ended by the signal, the terminal would stay silent.
    silent.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
    _ = tcsetattr(terminal, TCSAFLUSH, &silent)
    defer {
      _ = tcsetattr(terminal, TCSAFLUSH, &settings)
      put("\n", terminal)
    }
    put(question, terminal)
    return try answer {
      var byte: UInt8 = 0
      return systemRead(terminal, &byte, 1) == 1 ? byte : nil
    }
  }

  /// - Parameter key: the next byte, nil at the end.
  static func answer(_ key: () -> UInt8?) throws -> Secret<String> {
    var bytes: [UInt8] = []
    while let byte = key(), byte != 0x0A, byte != 0x0D, bytes.count <= 1024 {
      switch byte {
      case 0x03: throw QuietExit(status: ExitStatus.detached)
      case 0x08, 0x7F:
        // A whole character, which may be several bytes.
        while let last = bytes.popLast(), last & 0xC0 == 0x80 {}
      case 0x15: bytes = []
      default: bytes.append(byte)
      }
    }
    guard !bytes.isEmpty, bytes.count <= 1024 else {
      throw CommandError(.badArgument, "no password was given; run the command again")
    }
    return Secret(String(decoding: bytes, as: UTF8.self))
  }

  private static func put(_ text: String, _ terminal: Int32) {
    let bytes = Array(text.utf8)
    _ = write(terminal, bytes, bytes.count)
  }
}
