import MusterCore

/// Reads `sandbox` and `user` of a kind.
enum SandboxReader {
  static func read(_ kind: Section) -> Sandbox {
    let mode = kind.value("sandbox", Parse.choice(Sandbox.Mode.self))
    let user = kind.value("user", self.user)
    // One of them alone would be taken for protection that is not there.
    if let user, !kind.has("sandbox") || mode?.value == Sandbox.Mode.none {
      kind.problems.add(
        user.source, kind.fullName("user"),
        "a user is given, but no sandbox, and without one nothing changes users; add sandbox: user or sandbox: isolated"
      )
    }
    return Sandbox(mode?.value ?? .none, user: user?.value)
  }

  @Sendable private static func user(_ text: String) throws(BadValue) -> String {
    let text = try Parse.text(text)
    if text.contains(where: { $0.isWhitespace || ":/,".contains($0) }) || text.hasPrefix("-") {
      throw BadValue("'\(text)' cannot be a user; give a name or a number")
    }
    if text == "root" || UInt32(text) == 0 {
      throw BadValue("'\(text)' is root, and no sandbox holds root; give another user")
    }
    if text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), UInt32(text).map({ $0 == .max }) ?? true {
      throw BadValue("'\(text)' is larger than a user's number can be; give at most \(UInt32.max - 1)")
    }
    return text
  }
}
