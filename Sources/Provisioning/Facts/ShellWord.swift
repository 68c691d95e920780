/// Words of a shell's command.
enum ShellWord {
  /// The text as one word, whatever is in it but a NUL, which no shell can hold.
  static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }
}
