/// The values that are names with texts. An entry's full name has the map's before it: `requests.cpu`.
enum ValueMap: String, CaseIterable, Sendable {
  case requests, limits, environment, labels, annotations

  /// One entry of a map: without dashes.
  var flag: String {
    switch self {
    case .requests: "request"
    case .limits: "limit"
    case .environment: "env"
    case .labels: "label"
    case .annotations: "annotation"
    }
  }

  /// What an entry looks like, for messages.
  var example: String {
    switch self {
    case .requests, .limits: "cpu: 4"
    case .environment: "RUST_LOG: info"
    case .labels: "team: proofs"
    case .annotations: "team.example/contact: proofs"
    }
  }
}
