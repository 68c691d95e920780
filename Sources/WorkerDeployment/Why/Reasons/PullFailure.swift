/// What kept a node from pulling an image, by what the container runtime says of it.
///
/// Sources: the words of containerd 1.6 to 2, CRI-O and Docker, and those of registries that they quote.
enum PullFailure: Sendable, Hashable {
  case badName
  /// The registry wants other credentials, or any.
  case denied
  case notFound
  /// No registry answers at that host.
  case unreachable
  /// The registry's certificate is not one that the node trusts.
  case untrusted
  /// The registry speaks HTTP where the node wants HTTPS.
  case plain
  /// The registry wants to be asked less often.
  case tooOften
  /// The image has nothing for the node's processor.
  case platform
  case diskFull
  /// The pod may use only what the node has already.
  case neverPulled
  case other

  init(reason: String, message: String) {
    let text = message.lowercased()
    func says(_ words: String...) -> Bool { words.contains { text.contains($0) } }
    switch reason {
    case "InvalidImageName": self = .badName
    case "ErrImageNeverPull": self = .neverPulled
    default:
      if says("x509:", "certificate signed by unknown", "tls: failed to verify") {
        self = .untrusted
      } else if says("server gave http response to https client") {
        self = .plain
      } else if says("toomanyrequests", "429 too many", "rate limit") {
        self = .tooOften
      } else if says("no space left on device") {
        self = .diskFull
      } else if says("no match for platform", "no matching manifest", "exec format error") {
        self = .platform
      } else if says(
        "401 unauthorized", "403 forbidden", "authorization failed", "no basic auth", "unauthorized:",
        "access denied", "authentication required", "denied:", "insufficient_scope", "failed to fetch anonymous token",
        "failed to fetch oauth token")
      {
        self = .denied
      } else if says(
        "no such host", "connection refused", "no route to host", "i/o timeout", "network is unreachable",
        "deadline exceeded", "connection reset", "client.timeout", "tls handshake timeout", "server misbehaving")
      {
        self = .unreachable
      } else if says("not found", "manifest unknown", "name unknown", "404") {
        self = .notFound
      } else {
        self = .other
      }
    }
  }

  /// The end of what the runtime says, which is what the registry or the network said: the rest repeats the image's name.
  static func essence(_ message: String) -> String {
    var text = Wording.cleaned(message, limit: 2000)
    let starts = [
      "failed to do request: ", "failed to resolve reference ", "couldn't parse image reference ", "code = ",
    ]
    for start in starts {
      guard let rest = text.after(start) else { continue }
      text = rest
      // `"HOST/REPO:TAG": what was wrong`
      if start.hasSuffix(" reference "), let words = rest.after("\": ") { text = words }
      if start == "code = ", let words = rest.after(" desc = ") { text = words }
      break
    }
    return Wording.cleaned(text, limit: 240)
  }
}
