import NIOCore
import Testing

@testable import Kubernetes

@Suite("Messages that wait for their reader")
struct SocketInboxTests {
  private let inbox = SocketInbox()
  private let large = ByteBuffer(repeating: 1, count: SocketInbox.limit)

  @Test("what came before the end is read, what comes after it is forgotten")
  func afterTheEnd() async throws {
    inbox.put(ByteBuffer(string: "before"))
    inbox.finish(.success(()))
    inbox.put(large)
    #expect(inbox.wantsMore())
    #expect(try await inbox.take {} == ByteBuffer(string: "before"))
    #expect(try await inbox.take {} == nil)
  }

  @Test("a reader who wants no more leaves nothing behind")
  func abandoned() async throws {
    inbox.put(large)
    #expect(!inbox.wantsMore())
    inbox.abandon()
    #expect(inbox.wantsMore())
    inbox.put(large)
    #expect(try await inbox.take {} == nil)
  }
}
