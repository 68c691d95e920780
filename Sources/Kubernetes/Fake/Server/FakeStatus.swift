/// Writes a `Status` as the server does.
enum FakeStatus {
  static func json(_ status: Status, continueToken: String? = nil) -> [UInt8] {
    JSONWriter.bytes(.object(value(status, continueToken: continueToken)))
  }

  static func value(_ status: Status, continueToken: String? = nil) -> [String: JSONValue] {
    var result: [String: JSONValue] = ["kind": .string("Status"), "apiVersion": .string("v1")]
    result["metadata"] = .object(continueToken.map { ["continue": .string($0)] } ?? [:])
    result["status"] = status.status.map { .string($0) }
    result["message"] = status.message.map { .string($0) }
    result["reason"] = status.reason.map { .string($0) }
    result["code"] = status.code.map { .integer(Int64($0)) }
    if let details = status.details {
      var fields: [String: JSONValue] = [:]
      fields["name"] = details.name.map { .string($0) }
      fields["group"] = details.group.map { .string($0) }
      fields["kind"] = details.kind.map { .string($0) }
      fields["uid"] = details.uid.map { .string($0) }
      fields["retryAfterSeconds"] = details.retryAfterSeconds.map { .integer(Int64($0)) }
      fields["causes"] = details.causes.map { .array($0.map(cause)) }
      result["details"] = .object(fields)
    }
    return result
  }

  private static func cause(_ cause: Status.Cause) -> JSONValue {
    var fields: [String: JSONValue] = [:]
    fields["reason"] = cause.reason.map { .string($0) }
    fields["message"] = cause.message.map { .string($0) }
    fields["field"] = cause.field.map { .string($0) }
    return .object(fields)
  }
}
