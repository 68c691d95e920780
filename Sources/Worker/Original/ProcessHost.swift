import Foundation

/// The machine that this process runs on.
enum ProcessHost {
  /// Its name up to the first dot, as the prover cluster's clients register.
  static var name: String {
    ProcessInfo.processInfo.hostName.split(separator: ".").first.map(String.init) ?? "worker"
  }
}
