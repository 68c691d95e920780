/// What a ``FakeCluster`` answers.
enum FakeAnswer: Sendable {
  case whole(status: Int, headers: [(name: String, value: String)], body: [UInt8])
  case watch(FakeWatch)

  static func json(_ status: Int, _ body: [UInt8]) -> FakeAnswer {
    .whole(status: status, headers: [("Content-Type", "application/json")], body: body)
  }

  static func json(_ status: Int, _ value: [String: JSONValue]) -> FakeAnswer {
    json(status, JSONWriter.bytes(.object(value)))
  }

  static func text(_ status: Int, _ body: String) -> FakeAnswer {
    .whole(status: status, headers: [("Content-Type", "text/plain; charset=utf-8")], body: Array(body.utf8))
  }

  /// A `Status` with the headers that go with it: `Retry-After`, when it says how long to wait.
  static func status(_ status: Status, continueToken: String? = nil) -> FakeAnswer {
    var headers = [(name: "Content-Type", value: "application/json")]
    if let seconds = status.details?.retryAfterSeconds { headers.append(("Retry-After", String(seconds))) }
    return .whole(
      status: status.code ?? 500, headers: headers, body: FakeStatus.json(status, continueToken: continueToken))
  }
}
