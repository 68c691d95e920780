import NIOCore
import SeededDice
import Testing

@testable import Kubernetes

@Suite("Refusals read as sentences")
struct RefusalTests {
  let call = Call(APIRequest(.patch, "/x"), verb: "apply", subject: "deployment 'a' in namespace 'lab'")

  func refusal(_ status: Int, _ body: String, retryAfter: String? = nil) -> Refusal {
    Refusal(status: status, header: retryAfter, body: ByteBuffer(string: body), call: call)
  }

  @Test("a conflict says which field, and who owns it")
  func conflict() {
    // Recorded from a server of 1.20.
    let body = #"""
      {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Apply failed with 2 conflicts: ...",
      "reason":"Conflict","details":{"causes":[
      {"reason":"FieldManagerConflict","message":"conflict with \"kubectl\" using apps/v1","field":".spec.replicas"},
      {"reason":"FieldManagerConflict","message":"conflict with \"hpa\"","field":".spec.paused"}]},"code":409}
      """#
    let error = refusal(409, body).error
    #expect(
      error.message
        == "the API server refused to apply deployment 'a' in namespace 'lab': field .spec.replicas is owned by 'kubectl' "
        + "(apps/v1), field .spec.paused is owned by 'hpa'; leave what is not yours out of the object, or apply with force"
    )
    #expect(error.isConflict && error.code == .refused && error.status?.code == 409)
  }

  @Test("an owner that came through a part of the object is named with it")
  func subresource() {
    // As servers since 1.22 say it.
    let body = #"""
      {"kind":"Status","status":"Failure","reason":"Conflict","details":{"causes":[{"reason":"FieldManagerConflict",
      "message":"conflict with \"hpa\" with subresource \"scale\" using apps/v1","field":".spec.replicas"},
      {"reason":"FieldManagerConflict","message":"conflict with \"x\" with subresource \"status\"","field":".a"}]},
      "code":409}
      """#
    #expect(
      refusal(409, body).error.message.hasSuffix(
        "field .spec.replicas is owned by 'hpa' (apps/v1, through scale), field .a is owned by 'x' (through status); "
          + "leave what is not yours out of the object, or apply with force"))
  }

  @Test("a right is only asked for where a right is missing")
  func forbidden() {
    func cure(_ message: String) -> String {
      let body: JSONValue = ["kind": "Status", "reason": "Forbidden", "message": .string(message), "code": 403]
      return refusal(403, JSONWriter.text(body)).error.message.split(separator: "; ").last.map(String.init) ?? ""
    }
    let right = "let an administrator grant the right, as with a Role and a RoleBinding"
    #expect(cure(#"pods is forbidden: User "a" cannot list resource "pods" in API group """#) == right)
    #expect(cure("") == right)
    #expect(cure(#"services "s" is forbidden: "#) == right)
    let rule = "keep to the rule that is named, or let an administrator change it"
    #expect(
      cure(#"pods "p" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1"#) == rule)
    #expect(
      cure(#"pods "p" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true"#) == rule)
    #expect(cure(#"secrets "s" is forbidden: unable to create new content in namespace n because it is being"#) == rule)
  }

  @Test("a right to create that is missing is named also where the server gives no reason")
  func leftOut() {
    let body = #"{"kind":"Status","reason":"Forbidden","message":"services \"s\" is forbidden: ","code":403}"#
    let words = "services \"s\" is forbidden: the right to create it is missing; let an administrator grant the right"
    #expect(refusal(403, body).error.message.contains(words))
    let get = Call(APIRequest(.get, "/x"), verb: "get", subject: "service 's'")
    let refused = Refusal(status: 403, header: nil, body: ByteBuffer(string: body), call: get)
    #expect(refused.error.message.contains("is forbidden: a right is missing; let an administrator"))
  }

  @Test("an object that the server repeats is left out, for it may hold secrets")
  func repeatedObject() {
    let object = #"{\"data\":{\"k\":\"czNjcmV0\"}}"#
    let status: JSONValue = [
      "kind": "Status", "reason": "Invalid", "code": 422,
      "message": .string(
        " \"\" is invalid: patch: Invalid value: \"\(object)\": strict decoding error: unknown field \"a\""),
    ]
    let error = refusal(422, JSONWriter.text(status)).error
    #expect(
      error.message.hasSuffix(
        "in namespace 'lab': \"\" is invalid: patch: Invalid value: (an object): strict decoding error: "
          + "unknown field \"a\"; correct the fields that are named"))
    let open: JSONValue = ["kind": "Status", "message": .string("Invalid value: \"\(object)"), "code": 422]
    #expect(!refusal(422, JSONWriter.text(open)).error.message.contains("czNjcmV0"))
  }

  @Test(
    "in whatever form it is repeated",
    arguments: [
      #"Secret "a" is invalid: data: Invalid value: map[string]string{"key":"canary"}: must be something"#,
      #"Secret "a" is invalid: data: Invalid value: core.Secret{Data:"canary"}"#,
      #"is invalid: : Invalid value: "[\"canary\"]": not one"#,
      #"v1.Secret: decode: readObject: found x, error found in #10 byte of ...|"canary"|..., bigger context ...|canary|..."#,
    ])
  func forms(message: String) {
    let status: JSONValue = ["kind": "Status", "reason": "Invalid", "code": 422, "message": .string(message)]
    let sentence = refusal(422, JSONWriter.text(status)).error.message
    #expect(!sentence.contains("canary"), "\(sentence)")
    #expect(sentence.hasPrefix("the API server refused to apply deployment 'a' in namespace 'lab': "))
  }

  @Test(
    "an apply with a field that the kind does not have is not tried again, though the server calls it its own error")
  func unknownField() {
    let body: JSONValue = [
      "kind": "Status", "code": 500,
      "message":
        "failed to create typed patch object (/d; apps/v1, Kind=Deployment): .spec.x: field not declared in schema",
    ]
    let refused = refusal(500, JSONWriter.text(body))
    #expect(refused.retryFailure == .final)
    #expect(refused.error.message.hasSuffix("field not declared in schema; correct the fields that are named"))
    #expect(refusal(500, "").retryFailure == .answer(status: 500, retryAfter: nil))
  }

  @Test("what the server says is followed by a cure")
  func cures() {
    let missing = refusal(
      404, #"{"kind":"Status","message":"deployments.apps \"a\" not found","reason":"NotFound","code":404}"#)
    #expect(
      missing.error.message
        == "the API server refused to apply deployment 'a' in namespace 'lab': deployments.apps \"a\" not found; "
        + "check the name, the namespace and that the server has this kind")
    #expect(missing.error.isNotFound && !missing.error.isConflict)
    let expired = refusal(410, #"{"kind":"Status","reason":"Expired","code":410}"#)
    #expect(expired.error.isExpired)
    #expect(expired.error.message.contains("Expired; list again"))
    let taken = refusal(409, #"{"kind":"Status","reason":"AlreadyExists","code":409}"#)
    #expect(taken.error.isAlreadyExists && !taken.error.isConflict)
  }

  @Test(
    "a page of a proxy, or anything else, is cut and kept on one line",
    arguments: [
      "", "<html>\n<body>no</body>", "\u{1b}[31mred\u{7}", "[1,2]", "{\"kind\":\"Status\",\"code\":\"x\"}", "null",
    ])
  func notStatus(body: String) {
    let error = refusal(502, body).error
    #expect(error.status?.code == 502)
    #expect(!error.message.contains { $0.isNewline || $0 == "\u{1b}" || $0 == "\u{7}" })
    #expect(error.message.hasPrefix("the API server refused to apply deployment 'a' in namespace 'lab': "))
  }

  @Test("what is long is cut")
  func long() {
    let error = refusal(500, String(repeating: "x", count: 100_000)).error
    #expect(error.message.count < 500)
  }

  @Test("when to come back is read from the header, or from the Status")
  func retryAfter() {
    #expect(refusal(429, "", retryAfter: "7").retryAfter == .seconds(7))
    #expect(refusal(429, #"{"kind":"Status","details":{"retryAfterSeconds":3}}"#).retryAfter == .seconds(3))
    #expect(refusal(429, "", retryAfter: "Wed, 21 Oct 2026 07:28:00 GMT").retryAfter == nil)
    #expect(refusal(429, "", retryAfter: "-5").retryAfter == nil)
    #expect(refusal(429, "", retryAfter: "99999999999999999999").retryAfter == nil)
  }

  @Test("whatever a server sends, it becomes a sentence")
  func fuzz() {
    let seed =
      #"{"kind":"Status","message":"m","reason":"Conflict","details":{"causes":[{"reason":"FieldManagerConflict","message":"conflict with \"k\" using v1","field":".a"}],"retryAfterSeconds":1},"code":409}"#
    var random = Dice(seed: 5)
    for _ in 0..<3000 {
      let body = random.damaged(seed)
      let error = Refusal(status: 500, header: nil, body: ByteBuffer(bytes: body), call: call).error
      #expect(error.message.hasPrefix("the API server refused to "))
    }
  }
}
