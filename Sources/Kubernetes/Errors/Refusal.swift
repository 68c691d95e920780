import MusterCore
import NIOCore
import NIOFoundationCompat

import class Foundation.JSONDecoder

/// An answer that is no success, understood.
struct Refusal {
  let httpStatus: Int
  /// How long the server wants to be left alone.
  let retryAfter: Duration?
  let error: KubernetesError
  /// Whether another attempt can only fail in the same way, though the HTTP status speaks of the server.
  let isFinal: Bool

  /// How a retry plan sees it.
  var retryFailure: RetryPlan.Failure { isFinal ? .final : .answer(status: httpStatus, retryAfter: retryAfter) }

  /// A refusal is read to this size and for this long: its body is a courtesy, not worth a program's memory or time.
  static let largestBody = 1 << 20
  static let patience = Duration.seconds(5)

  /// Reads the account that the server gives. Never fails: whatever cannot be read is left out.
  static func read(_ response: APIResponse, of call: Call, time: any Timekeeper) async -> Refusal {
    let body =
      (try? await Deadline.run(within: patience, time: time, sentence: "") {
        try await response.body.collect(upTo: largestBody)
      }) ?? ByteBuffer()
    return Refusal(status: response.status, header: response.header("Retry-After"), body: body, call: call)
  }

  init(status httpStatus: Int, header: String?, body: ByteBuffer, call: Call) {
    self.httpStatus = httpStatus
    let status = Self.status(in: body, httpStatus: httpStatus)
    let seconds = header.flatMap { Int($0.filter { $0 != " " }) } ?? status.details?.retryAfterSeconds
    retryAfter = seconds.flatMap { $0 >= 0 ? .seconds(min($0, 86_400)) : nil }
    var details = ["doing": call.words, "http_status": String(httpStatus)]
    details["reason"] = status.reason
    details["retry_after_s"] = retryAfter.map { String($0.components.seconds) }
    let sentence = RefusalSentence(status: status, call: call)
    isFinal = sentence.isUnknownField
    error = KubernetesError(.refused, sentence.text, status: status, details: details)
  }

  /// An error that comes as an event of a watch, whose answer had been a success.
  init(event object: ByteBuffer, call: Call) { self.init(status: 500, header: nil, body: object, call: call) }

  /// What the server said; or, if it is not a Status (a proxy's page, plain text), its beginning as the message.
  private static func status(in body: ByteBuffer, httpStatus: Int) -> Status {
    var status: Status
    if ObjectHead(body)?.kind == "Status",
      let decoded = try? JSONDecoder().decode(Status.self, from: body)
    {
      status = decoded
    } else {
      status = Status(status: "Failure", message: RefusalSentence.cleaned(String(buffer: body), limit: 200))
    }
    status.code = status.code.flatMap { $0 == 0 ? nil : $0 } ?? httpStatus
    return status
  }
}
