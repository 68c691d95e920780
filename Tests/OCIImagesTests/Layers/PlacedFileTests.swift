import Testing

@testable import OCIImages

@Suite("Files and where they go")
struct PlacedFileTests {
  @Test("are read from one text")
  func reading() throws {
    #expect(try PlacedFile("./a:/b", option: "x") == PlacedFile(source: "./a", path: "/b"))
    #expect(try PlacedFile("a:/b:4755", option: "x") == PlacedFile(source: "a", path: "/b", mode: 0o4755))
    #expect(try PlacedFile("/bin/a", option: "x", needsPath: false) == PlacedFile(source: "/bin/a", path: "/bin/a"))
    #expect(try PlacedFile("a:/b", option: "x").content.mode == .normal)
    #expect(try PlacedFile("a:/b", option: "x").programContent.mode == .exactly(0o755))
  }

  @Test(
    "are refused in a sentence that says where",
    arguments: ["a", "a:b", "a:/b:", ":/b", "a:/b:9", "a:/b:10000", "a:/b:1:2", ""])
  func refused(text: String) {
    let error = #expect(throws: OCIError.self) { try PlacedFile(text, option: "--add") }
    #expect(error?.code == .badRecipe && error?.message.hasPrefix("--add ") == true)
  }
}
