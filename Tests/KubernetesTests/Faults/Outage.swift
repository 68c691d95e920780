import Testing

@testable import Kubernetes

/// A way in which a server fails for a while, and how calm a client has to stay.
struct Outage: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let script: FaultyProxy.Script
  /// So many requests in a row take at least this long.
  let requests: Int
  let atLeast: Duration

  /// For pauses of 50, 100, 200 and then always 400 ms, each less up to half.
  static let all = [
    Outage(
      testDescription: "ill", script: { _ in .refuse(503, "ServiceUnavailable") }, requests: 8,
      atLeast: .milliseconds(975)),
    Outage(
      testDescription: "ends watches at once", script: { $0.isWatch ? .truncate(after: 0) : nil }, requests: 8,
      atLeast: .milliseconds(975)),
    // Watches and lists in turn; the first list need not wait.
    Outage(
      testDescription: "forgetful", script: { $0.isWatch ? .errorEvent(410, "Expired") : nil }, requests: 8,
      atLeast: .milliseconds(350)),
    Outage(
      testDescription: "busy", script: { _ in .refuse(429, "TooManyRequests", retryAfter: 1) }, requests: 3,
      atLeast: .seconds(2)),
  ]
}
