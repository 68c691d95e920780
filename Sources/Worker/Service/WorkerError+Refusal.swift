import CoordinatorAPI
import GRPCCore

extension WorkerError {
  /// What an error in answer to a hello means, if it would be the same the next time; nil if trying again makes sense.
  static func refusal(_ error: any Error, by address: CoordinatorAddress) -> WorkerError? {
    guard let error = error as? RPCError else { return nil }
    let said = error.message.isEmpty ? "\(error.code)" : error.message
    let details = ["coordinator": address.description]
    switch error.code {
    case .alreadyExists:
      return WorkerError(
        .nameTaken,
        "The coordinator at \(address) has a worker of this name already (\(said)); stop that one, or give this one "
          + "another name with --name.",
        details: details, cause: error)
    case .unimplemented:
      return WorkerError(
        .refused,
        "What listens at \(address) is not a Muster coordinator (\(said)); to serve a coordinator of the original "
          + "prover cluster use --client-config.",
        details: details, cause: error)
    case .failedPrecondition, .invalidArgument, .permissionDenied, .unauthenticated, .outOfRange:
      return WorkerError(
        .refused, "The coordinator at \(address) refused this worker: \(said)", details: details, cause: error)
    default: return nil
    }
  }
}
