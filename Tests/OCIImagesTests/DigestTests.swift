import Testing

@testable import OCIImages

@Suite("Digests")
struct DigestTests {
  @Test("is that of sha256sum, and nothing else is taken for one")
  func forms() throws {
    let empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    #expect(Digest.of([]).description == empty)
    #expect(try Digest(empty) == .of([]))
    for wrong in ["", "sha256:", "sha512:\(empty.dropFirst(7))", empty.uppercased(), "\(empty)0", "md5:00"] {
      #expect(throws: OCIError.self) { try Digest(wrong) }
    }
  }
}
