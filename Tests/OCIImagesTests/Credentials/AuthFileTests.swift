import Foundation
import MusterCore
import SeededDice
import Testing

@testable import OCIImages

@Suite struct AuthFileTests {
  private static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

  private static func file(_ text: String) throws -> AuthFile { try AuthFile(Array(text.utf8), name: "auth.json") }

  private static func user(_ answer: AuthFile.Answer?) -> String? {
    guard case .credentials(.password(let user, let password))? = answer else { return nil }
    return "\(user):\(password.reveal())"
  }

  @Test("The longest key that fits decides: repository before its parents before the registry")
  func longestKey() throws {
    let auths = ["host.example", "host.example/team", "host.example/team/app", "other.example"].map {
      "\"\($0)\": {\"auth\": \"\(Self.base64("user:\($0)"))\"}"
    }
    let file = try Self.file("{\"auths\": {\(auths.joined(separator: ","))}}")
    func found(_ repository: String) -> String? {
      Self.user(file.answer(registry: "host.example", repository: repository))
    }
    #expect(found("team/app") == "user:host.example/team/app")
    #expect(found("team/app/part") == "user:host.example/team/app")
    #expect(found("team/other") == "user:host.example/team")
    #expect(found("teamwork") == "user:host.example")
    #expect(file.answer(registry: "third.example", repository: "a") == nil)
    #expect(file.answer(registry: "host.example:5000", repository: "a") == nil)
  }

  @Test("A registry whose helper has an empty name has no helper, and not the one for the rest either")
  func noHelper() throws {
    let file = try Self.file(
      #"{"auths": {"b.example": {"auth": "\#(Self.base64("a:b"))"}}, "credsStore": "all", "credHelpers": {"a.example": "", "b.example": ""}}"#
    )
    #expect(file.answer(registry: "a.example", repository: "x") == nil)
    #expect(Self.user(file.answer(registry: "b.example", repository: "x")) == "a:b")
    guard case .helper("all", key: "c.example")? = file.answer(registry: "c.example", repository: "x") else {
      Issue.record("no helper")
      return
    }
  }

  @Test("Docker's old keys, which are whole addresses, name their host")
  func oldKeys() throws {
    let file = try Self.file(#"{"auths": {"https://Host.example/v1/": {"auth": "\#(Self.base64("a:b"))"}}}"#)
    #expect(Self.user(file.answer(registry: "host.example", repository: "x")) == "a:b")
  }

  @Test("A password may hold colons, and zeros at its end are docker's")
  func passwords() throws {
    let file = try Self.file(#"{"auths": {"h.example": {"auth": "\#(Self.base64("a:b:c\0\0"))"}}}"#)
    #expect(Self.user(file.answer(registry: "h.example", repository: "x")) == "a:b:c")
  }

  @Test("Tokens are told from passwords, and an empty entry says nothing")
  func tokens() throws {
    let file = try Self.file(
      #"{"auths": {"a.example": {"auth": "eDp5", "identitytoken": "idt"}, "b.example": {"registrytoken": "rt"}, "c.example": {}}}"#
    )
    guard case .credentials(.identityToken(let identity))? = file.answer(registry: "a.example", repository: "x"),
      case .credentials(.registryToken(let registry))? = file.answer(registry: "b.example", repository: "x")
    else {
      Issue.record("no tokens")
      return
    }
    #expect(identity.reveal() == "idt" && registry.reveal() == "rt")
    #expect(file.answer(registry: "c.example", repository: "x") == nil)
  }

  @Test("A registry's own helper comes before an entry, the helper for all after it")
  func helpers() throws {
    let file = try Self.file(
      #"{"auths": {"a.example": {"auth": "eDp5"}, "b.example": {"auth": "eDp5"}}, "credHelpers": {"a.example": "one"}, "credsStore": "all"}"#
    )
    guard case .helper("one", "a.example")? = file.answer(registry: "a.example", repository: "x"),
      case .helper("all", "c.example")? = file.answer(registry: "c.example", repository: "x")
    else {
      Issue.record("no helpers")
      return
    }
    #expect(Self.user(file.answer(registry: "b.example", repository: "x")) == "x:y")
  }

  @Test(
    "A broken file is one sentence that names it and shows nothing of it",
    arguments: [
      "", "{", "[]", #"{"auths": {"h.example": {"auth": "c2VjcmV0"}}}"#,
      #"{"auths": {"h.example": {"auth": "secret!"}}}"#, #"{"auths": {"h.example": "secret"}}"#,
    ])
  func broken(_ text: String) {
    let error = #expect(throws: OCIError.self) { try Self.file(text) }
    #expect(error?.code == .credentials)
    #expect(error?.message.contains("auth.json") == true && error?.description.contains("secret") == false)
    #expect(error?.description.contains("c2VjcmV0") == false)
  }

  @Test("Whatever is in a file, it is read or refused")
  func fuzz() {
    var random = Dice(seed: 2)
    let seed =
      #"{"auths":{"h.example/a":{"auth":"eDp5"},"https://h/v1/":{"identitytoken":"t"}},"credsStore":"s","credHelpers":{"h":"x"}}"#
    for _ in 0..<5000 {
      do {
        let text = String(decoding: random.damaged(seed), as: UTF8.self)
        _ = try Self.file(text).answer(registry: "h.example", repository: "a/b")
      } catch {
        #expect(error is OCIError)
      }
    }
  }

  @Test("Files are looked for where podman and docker put them")
  func paths() {
    let home = ["HOME": "/h"]
    #expect(
      AuthFilePaths.all(environment: home, userID: 7) == [
        "/run/containers/7/auth.json", "/h/.config/containers/auth.json", "/h/.docker/config.json",
      ])
    let set = home.merging(["XDG_RUNTIME_DIR": "/r", "XDG_CONFIG_HOME": "/c", "DOCKER_CONFIG": "/d"]) { $1 }
    #expect(
      AuthFilePaths.all(environment: set, userID: 7) == [
        "/r/containers/auth.json", "/c/containers/auth.json", "/d/config.json",
      ])
    #expect(AuthFilePaths.all(environment: set.merging(["REGISTRY_AUTH_FILE": "/f"]) { $1 }, userID: 7) == ["/f"])
  }
}
