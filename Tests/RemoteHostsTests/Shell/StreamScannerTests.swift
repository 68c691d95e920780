import Testing

@testable import RemoteHosts

@Suite("What comes over one stream")
struct StreamScannerTests {
  private static let mark = "0123456789abcdef0123456789abcdef"

  private static func scan(_ text: String, most: Int = 1000, pieces: Int = 1000) -> StreamScanner {
    var scanner = StreamScanner(mark: mark, most: most)
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      scanner.receive(rest.prefix(pieces))
      rest = rest.dropFirst(pieces)
    }
    return scanner
  }

  @Test("is split at the lines with the mark, however it arrives", arguments: [1, 2, 3, 7, 31, 32, 33, 1000])
  func pieces(_ size: Int) {
    let scanner = Self.scan(
      "junk \(Self.mark)\(Self.mark) begin\nab\(Self.mark.dropLast())\n\(Self.mark) end 7\nlater", pieces: size)
    #expect(String(decoding: scanner.bytes, as: UTF8.self) == "ab\(Self.mark.dropLast())\n")
    #expect(scanner.end == .status(7))
  }

  @Test("is told of at once, but for what may be the beginning of a mark")
  func atOnce() {
    #expect(String(decoding: Self.scan("\(Self.mark) begin\ndone 7\n").bytes, as: UTF8.self) == "done 7\n")
    #expect(String(decoding: Self.scan("\(Self.mark) begin\ndone 7\n0123").bytes, as: UTF8.self) == "done 7\n")
    #expect(String(decoding: Self.scan("\(Self.mark) begin\n012301").bytes, as: UTF8.self) == "0123")
    #expect(Self.scan("\(Self.mark) begin\n\(Self.mark)").bytes.isEmpty)
  }

  @Test("has nothing of the words by which the machine learns whether anybody reads")
  func beats() {
    let beat = "\(Self.mark) beat\n"
    let scanner = Self.scan("\(beat)\(Self.mark) begin\nab\(beat)c\n\(beat)\(Self.mark) end 0\n", pieces: 5)
    #expect(String(decoding: scanner.bytes, as: UTF8.self) == "abc\n")
    #expect(scanner.end == .status(0))
  }

  @Test("ends with what the shell says")
  func ends() {
    #expect(Self.scan("\(Self.mark) begin\nabc").end == nil)
    #expect(Self.scan("\(Self.mark) begin\nabc\(Self.mark) closed deadline\n").end == .closed("deadline"))
    #expect(Self.scan("\(Self.mark) closed eof\n").end == .closed("eof"))
    #expect(Self.scan("\(Self.mark) begin\nabc\(Self.mark) end 0\n", most: 3).end == .status(0))
    #expect(Self.scan("\(Self.mark) begin\nabcd\(Self.mark) end 0\n", most: 3).end == .tooMuch)
  }

  @Test(
    "is refused when it makes no sense",
    arguments: [
      "end 256", "end -1", "end x", "end", "end 1 2", "begin 1", "", "stop", "begin\n\(mark) begin",
      String(repeating: "x", count: 40),
    ])
  func nonsense(_ words: String) {
    let prefix = words.hasPrefix("begin") || words.isEmpty ? "" : "\(Self.mark) begin\n"
    #expect(Self.scan("\(prefix)\(Self.mark) \(words)\n").end == .nonsense)
  }

  @Test("never crashes, never exceeds its bound, and does not depend on how it arrives")
  func fuzz() {
    var generator = SystemRandomNumberGenerator()
    let words = [Self.mark, Self.mark + " ", "begin", " end 0", "\n", "closed", " ", "\0", "é", "17", "0123", "abcdef"]
    for _ in 0..<2000 {
      let text = (0..<Int.random(in: 0..<30)).map { _ in words.randomElement(using: &generator) ?? "" }.joined()
      let whole = Self.scan("\(Self.mark) begin\n" + text, most: 50)
      let split = Self.scan("\(Self.mark) begin\n" + text, most: 50, pieces: Int.random(in: 1...5))
      #expect(whole.bytes.count <= 50)
      #expect(whole.end == split.end, "\(text.debugDescription)")
      if case .status? = whole.end { #expect(whole.bytes == split.bytes) }
    }
  }
}
