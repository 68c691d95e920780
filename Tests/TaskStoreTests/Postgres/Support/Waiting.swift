import MusterCore
import Testing

/// Returns when `condition` holds; a failure of the test if it does not come to that.
func until(_ what: String, seconds: Double = 30, _ condition: () async throws -> Bool) async throws {
  let end = SystemTime().moment() + .seconds(seconds)
  while try await !condition() {
    try #require(SystemTime().moment() < end, "after \(seconds) s it is still not so that \(what)")
    try await SystemTime().sleep(for: .milliseconds(5))
  }
}
