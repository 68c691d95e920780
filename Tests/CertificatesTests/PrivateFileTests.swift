import Foundation
import Testing

@testable import Certificates

@Suite struct PrivateFileTests {
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "certificates-\(UUID().uuidString)").path
    try PrivateFile.makeFolder("\(folder)/a/b")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body("\(folder)/a/b")
  }

  private func mode(_ path: String) throws -> Int {
    (try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int) ?? 0
  }

  @Test func modesAreThoseAskedForWhateverTheMask() throws {
    try withFolder { folder in
      let before = umask(0o777)
      defer { umask(before) }
      try PrivateFile.write("k", to: "\(folder)/key.pem", mode: .owner)
      try PrivateFile.write("c", to: "\(folder)/cert.pem", mode: .everyone)
      #expect(try mode("\(folder)/key.pem") == 0o600)
      #expect(try mode("\(folder)/cert.pem") == 0o644)
      #expect(try mode(folder) == 0o700)
    }
  }

  @Test func aKeyThatOthersMayReadIsNone() throws {
    try withFolder { folder in
      let path = "\(folder)/key.pem"
      try PrivateFile.write("k", to: path, mode: .everyone)
      let error = #expect(throws: CertificatesError.self) { try PrivateFile.readKey(path) }
      #expect(error?.message.contains("chmod 600") == true)
      try PrivateFile.write("k", to: path, mode: .owner)
      #expect(try PrivateFile.readKey(path) == "k")
    }
  }

  @Test(
    "root's file may be read by its group, where somebody else reads it",
    arguments: [
      (0o400, 0, 65534, true), (0o440, 0, 65534, true), (0o640, 0, 65534, true), (0o600, 65534, 65534, true),
      (0o444, 0, 65534, false), (0o460, 0, 65534, false), (0o450, 0, 65534, false), (0o441, 0, 65534, false),
      (0o440, 65534, 65534, false), (0o640, 65534, 65534, false), (0o440, 0, 0, false), (0o600, 0, 0, true),
    ] as [(mode_t, uid_t, uid_t, Bool)])
  func whoMayReadAKey(mode: mode_t, owner: uid_t, reader: uid_t, isClosed: Bool) {
    #expect(PrivateFile.isClosed(mode: mode, owner: owner, reader: reader) == isClosed)
  }

  @Test func writingReplacesWholly() throws {
    try withFolder { folder in
      let path = "\(folder)/x"
      try PrivateFile.write(String(repeating: "a", count: 100_000), to: path, mode: .owner)
      let version = PrivateFile.version(path)
      try PrivateFile.write("b", to: path, mode: .owner)
      #expect(try PrivateFile.read(path) == "b")
      #expect(PrivateFile.version(path) != version)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["x"])
      #expect(throws: CertificatesError.self) { try PrivateFile.read("\(folder)/y") }
      #expect(throws: CertificatesError.self) { try PrivateFile.write("b", to: "\(folder)/no/x", mode: .owner) }
    }
  }
}
