/// The beginning of a session: from the start of the SSH client to a root shell that takes scripts.
struct Greeting: Sendable {
  enum Stage: Sendable, Hashable, Comparable {
    /// Nothing has come from the machine's shell yet.
    case connecting
    /// The user is in.
    case user
    /// The root shell waits for its program.
    case root
    case ready
  }

  enum Step: Sendable, Hashable {
    case sendPassword
    case sendProgram
    case isReady
    /// The password was asked for again.
    case wrongPassword
  }

  private(set) var stage = Stage.connecting
  /// What came on each stream, the last of it.
  private(set) var output = ""
  private(set) var errors = ""
  private let hasPassword: Bool
  private var line: [UInt8] = []
  private var errorBytes: [UInt8] = []
  /// Where in ``errorBytes`` looking for a question begins.
  private var seen = 0
  private var hasAnswered = false
  private var steps: [Step] = []

  /// A machine may greet people with pages of text; more of it nobody reads.
  private static let most = 64 << 10

  init(hasPassword: Bool) { self.hasPassword = hasPassword }

  /// What to do next, each once.
  mutating func nextStep() -> Step? { steps.isEmpty ? nil : steps.removeFirst() }

  mutating func receive(_ piece: some Sequence<UInt8>, on stream: RemoteStream) {
    switch stream {
    case .output: for byte in piece { receive(output: byte) }
    case .errors:
      errorBytes.append(contentsOf: piece)
      if errorBytes.count > Self.most {
        let cut = errorBytes.count - Self.most / 2
        errorBytes.removeFirst(cut)
        seen = max(0, seen - cut)
      }
      errors = String(decoding: errorBytes, as: UTF8.self)
      lookForQuestion()
    }
  }

  private mutating func receive(output byte: UInt8) {
    guard byte == 0x0A else {
      if line.count < 4096 { line.append(byte) }
      return
    }
    let text = String(decoding: line, as: UTF8.self)
    line = []
    switch text {
    case RemoteProgram.user where stage == .connecting:
      stage = .user
      // What the client said until here belongs to the login.
      seen = errorBytes.count
    case RemoteProgram.root where stage == .user:
      stage = .root
      steps.append(.sendProgram)
    case RemoteProgram.ready where stage == .root:
      stage = .ready
      steps.append(.isReady)
    default: output = String((output + text + "\n").suffix(4096))
    }
  }

  /// `sudo` asks with our words; some modules of PAM insist on their own, which end in a colon and no newline.
  private mutating func lookForQuestion() {
    guard stage == .user, hasPassword else { return }
    let text = String(decoding: errorBytes[seen...], as: UTF8.self)
    let last = text.split(separator: "\n", omittingEmptySubsequences: false).last.map(String.init) ?? ""
    let isForeign = last.lowercased().contains("password") && last.trimmingSuffix(" ").hasSuffix(":")
    guard text.contains(RemoteProgram.prompt) || isForeign else { return }
    seen = errorBytes.count
    steps.append(hasAnswered ? .wrongPassword : .sendPassword)
    hasAnswered = true
  }
}

extension String {
  fileprivate func trimmingSuffix(_ character: Character) -> Substring {
    var rest = self[...]
    while rest.last == character { rest.removeLast() }
    return rest
  }
}
