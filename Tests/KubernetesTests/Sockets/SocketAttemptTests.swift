import NIOCore
import NIOEmbedded
import Testing

@testable import Kubernetes

@Suite("An attempt to open a WebSocket")
struct SocketAttemptTests {
  private let attempt = SocketAttempt()
  private let channels = [EmbeddedChannel(), EmbeddedChannel(), EmbeddedChannel()]

  private func connect(_ index: Int) throws {
    channels[index].connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1 + index), promise: nil)
    attempt.begin(channels[index], .seconds(5))
  }

  private var areOpen: [Bool] { channels.map(\.isActive) }

  @Test("one connection is kept, the others are closed, and one that comes later too")
  func winner() throws {
    try connect(0)
    try connect(1)
    #expect(areOpen == [true, true, false])
    #expect(attempt.succeed(channels[1]))
    #expect(areOpen == [false, true, false])
    attempt.end()
    try connect(2)
    #expect(areOpen == [false, true, false])
  }

  @Test("a cancelled attempt closes all connections, and cannot succeed any more")
  func cancelled() throws {
    try connect(0)
    try connect(1)
    attempt.end()
    try connect(2)
    #expect(areOpen == [false, false, false])
    #expect(!attempt.succeed(channels[1]) && !attempt.isLate)
  }

  @Test("an attempt whose time is over closes all connections")
  func late() throws {
    try connect(0)
    try connect(1)
    channels[0].embeddedEventLoop.advanceTime(by: .seconds(5))
    attempt.end()
    #expect(areOpen == [false, false, false])
    #expect(attempt.isLate)
  }
}
