import CoordinatorAPI

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// How a task ended, in `--output json`.
struct OutcomeView: Encodable {
  var id: String
  var state: String
  var result: Data?
  var error: String?
  var attempts: UInt32?
  var worker: String?

  init(_ end: Muster_V1_TaskEnd, result: Data?) {
    id = end.id
    state = end.state.word
    self.result = result
    error = end.error.isEmpty ? nil : end.error
    attempts = end.attempts
    worker = end.worker.isEmpty ? nil : end.worker
  }

  enum CodingKeys: String, CodingKey {
    case id, state, result, error, attempts, worker
    case base64 = "result_base64"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encode(state, forKey: .state)
    if let result { try Payload(result).encode(into: &container, text: .result, base64: .base64) }
    try container.encodeIfPresent(error, forKey: .error)
    try container.encodeIfPresent(attempts, forKey: .attempts)
    try container.encodeIfPresent(worker, forKey: .worker)
  }
}
