import Foundation
import MusterCore
import Testing

@testable import Provisioning

@Suite("What scripts read")
struct ContentStreamTests {
  @Test("contents follow each other to the byte; a file that has become shorter is an error")
  func bytes() async throws {
    let folder = NSTemporaryDirectory() + "muster-contents-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let large = [UInt8]((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
    try Data(large).write(to: URL(fileURLWithPath: "\(folder)/k3s"))
    func artifact(_ size: Int) -> WantedFile.Content {
      .artifact(BundleArtifact(path: "k3s", kind: .k3s(.amd64), size: size, digest: ""))
    }
    let stream = ContentStream(
      contents: [.bytes(Secret([1, 2])), artifact(large.count), .bytes(Secret([])), .bytes(Secret([3]))], folder: folder
    )
    var all: [UInt8] = []
    for try await piece in stream { all += piece }
    #expect(all == [1, 2] + large + [3] && stream.length == all.count)
    for content in [
      artifact(large.count + 1), .artifact(BundleArtifact(path: "no", kind: .chart, size: 1, digest: "")),
    ] {
      await #expect(throws: ProvisioningError.self) {
        for try await _ in ContentStream(contents: [content], folder: folder) {}
      }
    }
  }
}
