import MusterCore
import TaskModel
import Testing

@testable import Settings

@Suite struct SandboxReaderTests {
  private func sandbox(_ keys: String) throws -> Sandbox? {
    try coordinator("kinds: {k: {\(keys)}}").kinds.first?.sandbox
  }

  private func problem(_ keys: String) throws -> String? { try problems("kinds: {k: {\(keys)}}").first }

  @Test func theModes() throws {
    #expect(try sandbox("executor: [x]") == Sandbox(.none))
    #expect(try sandbox("sandbox: none") == Sandbox(.none))
    #expect(try sandbox("sandbox: user") == Sandbox(.user))
    #expect(try sandbox("sandbox: user, user: prover") == Sandbox(.user, user: "prover"))
    #expect(try sandbox("sandbox: isolated, user: 5000") == Sandbox(.isolated, user: "5000"))
  }

  @Test func whatIsRefused() throws {
    #expect(
      try problem("sandbox: strict")?.hasSuffix(
        "kinds.k.sandbox: 'strict' is not possible here; give one of none, user, isolated") == true)
    for keys in ["user: prover", "sandbox: none, user: prover"] {
      #expect(
        try problem(keys)?.hasSuffix(
          "kinds.k.user: a user is given, but no sandbox, and without one nothing changes users; add sandbox: user or "
            + "sandbox: isolated") == true)
    }
    for user in ["root", "0", "00"] {
      #expect(
        try problem("sandbox: user, user: \"\(user)\"")?.hasSuffix(
          "kinds.k.user: '\(user)' is root, and no sandbox holds root; give another user") == true)
    }
    for user in ["a b", "a:b", "/a", "-a", "4294967295", "99999999999"] {
      #expect(try problem("sandbox: user, user: \"\(user)\"")?.contains("kinds.k.user: '\(user)' ") == true)
    }
  }

  @Test func whatIsShown() throws {
    func shown(_ keys: String) throws -> [String] {
      try coordinator("kinds: {k: {\(keys)}}").shown.filter { ["kinds.k.sandbox", "kinds.k.user"].contains($0.name) }
        .map(\.value)
    }
    #expect(try shown("executor: [x]") == ["none"])
    #expect(try shown("sandbox: isolated") == ["isolated", "nobody"])
    #expect(try shown("sandbox: user, user: prover") == ["user", "prover"])
  }
}
