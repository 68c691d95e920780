import Testing

@testable import Terminal

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite struct TerminalStreamTests {
  @Test(
    arguments: [
      (nil, "xterm", true), ("", "xterm", true), ("1", "xterm", false), (nil, "dumb", false), (nil, nil, true),
    ] as [(String?, String?, Bool)])
  func coloursFollowTheEnvironment(noColour: String?, term: String?, allowed: Bool) {
    #expect(TerminalStream.allowsColours(noColour: noColour, term: term) == allowed)
  }

  @Test func textIsWrittenBetweenTheLiveLine() throws {
    let screen = TerminalStream.memory(isTerminal: true)
    screen.setLiveLine("10%")
    try screen.write("note\n")
    screen.setLiveLine("10%")
    screen.setLiveLine("")
    #expect(screen.contents == "\r10%\u{1B}[K" + "\r\u{1B}[Knote\n10%" + "\r\u{1B}[K")
  }

  @Test func withoutATerminalThereIsNoLiveLine() {
    let pipe = TerminalStream.memory()
    pipe.setLiveLine("10%")
    #expect(pipe.contents == "")
    #expect(pipe.width == nil)
  }

  @Test func aReaderThatHasGoneIsAnErrorOfItsOwn() throws {
    TerminalStream.ignoreBrokenPipes()
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    close(ends[0])
    defer { close(ends[1]) }
    let error = #expect(throws: TerminalError.self) {
      try TerminalStream.writeAll(Array("x".utf8), to: ends[1], name: "standard output")
    }
    #expect(error?.code == .brokenPipe)
  }

  @Test func aFullDiskIsSaid() throws {
    let full = open("/dev/full", O_WRONLY)
    try #require(full >= 0)
    defer { close(full) }
    let error = #expect(throws: TerminalError.self) {
      try TerminalStream.writeAll(Array("x".utf8), to: full, name: "standard output")
    }
    #expect(error?.code == .writeFailed)
    #expect(error?.message == "cannot write to standard output: No space left on device")
  }

  @Test func aNonBlockingPipeThatIsFullIsWaitedFor() async throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    #expect(fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0)
    let (reading, writing) = (ends[0], ends[1])
    let size = 300_000
    let reader = Task.detached {
      var total = 0
      var buffer = [UInt8](repeating: 0, count: 65_536)
      while total < size {
        let count = read(reading, &buffer, buffer.count)
        if count <= 0 { break }
        total += count
      }
      return total
    }
    try TerminalStream.writeAll([UInt8](repeating: 7, count: size), to: writing, name: "pipe")
    close(writing)
    #expect(await reader.value == size)
    close(reading)
  }
}
