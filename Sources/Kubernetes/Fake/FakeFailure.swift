/// Requests that a ``FakeCluster`` was told to fail.
struct FakeFailure: Sendable {
  enum What: Sendable {
    case status(Status)
    case error(KubernetesError)
  }
  var count: Int
  var what: What
  var matches: @Sendable (APIRequest) -> Bool
}
