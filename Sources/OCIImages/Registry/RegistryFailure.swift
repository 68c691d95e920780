/// What a registry's refusal means for who asked.
struct RegistryFailure: Sendable {
  let registry: String
  let status: UInt
  let errors: RegistryErrors
  /// What was asked for: `the manifest 1.0 of team/app`.
  let what: String

  var error: OCIError {
    let said = errors.text.map { " (\($0))" } ?? ""
    let details = ["status": "\(status)", "registry_codes": errors.codes]
    return OCIError(code, "\(sentence)\(said); \(advice)", details: details)
  }

  private var code: OCIError.Code {
    switch status {
    case 404: .notFound
    case 401: .credentials
    default: .refused
    }
  }

  private var sentence: String {
    switch status {
    case 404: "\(registry) does not have \(what)"
    case 403: "\(registry) does not allow us \(what)"
    case 413: "\(what) is larger than \(registry), or what stands before it, takes in one request"
    case 429: "\(registry) has had too many requests from here, and does not give or take \(what)"
    default: "\(registry) answers with status \(status) to \(what)"
    }
  }

  private var advice: String {
    switch status {
    case 404: "see that the name and the tag or digest are right"
    case 401, 403: "see that the user has the right to it"
    case 405: "it is not offered there"
    case 413: "ask for a higher limit"
    case 429, 500...599: "try again later"
    default: "see what the registry's log says"
    }
  }
}
