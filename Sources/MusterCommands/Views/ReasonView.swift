import CoordinatorAPI

/// A coded sentence in `--output json`.
struct ReasonView: Encodable {
  let code: String
  let message: String

  init(_ reason: Muster_V1_Reason) {
    code = reason.code
    message = reason.message
  }

  init(_ problem: Muster_V1_Problem) {
    code = problem.code
    message = problem.message
  }
}
