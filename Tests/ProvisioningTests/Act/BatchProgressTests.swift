import Synchronization
import Testing

@testable import Provisioning

@Suite("Following a batch by its output")
struct BatchProgressTests {
  @Test("steps are told once and in order, however the output is cut, and other lines mean nothing")
  func anyPieces() {
    let text =
      "@muster done 0\nnoise\n@muster begins\n@muster done 1\n@muster done 0\n@muster begins\nx@muster done 1\n"
      + "@muster done 1\n@muster done 2\n@muster done 7\n"
    for size in 1...text.utf8.count {
      let steps = Mutex<[BatchProgress.Step]>([])
      let progress = BatchProgress(count: 2) { step in steps.withLock { $0.append(step) } }
      var rest = Array(text.utf8)[...]
      while !rest.isEmpty {
        progress.hear(Array(rest.prefix(size)))
        rest = rest.dropFirst(size)
      }
      #expect(steps.withLock { $0 } == [.begins, .done(0), .done(1)])
      #expect(progress.done == 2 && progress.hasBegun)
    }
  }

  @Test("secrets are hidden, the longer ones first, and what is too short is no secret")
  func secrets() {
    let filter = SecretFilter(["pass", "password1", "ab"].map { .init($0) })
    #expect(filter.hide("password1 pass abc") == "<redacted> <redacted> abc")
  }
}
