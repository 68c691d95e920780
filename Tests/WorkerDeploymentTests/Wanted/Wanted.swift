@testable import WorkerDeployment

/// The least that a deployment of workers must be told, and shorthands for telling more.
enum Wanted {
  static let environment = [
    "IMAGE_REPO": "registry.example/team/provers", "COORDINATOR_EP": "10.0.0.7", "STAGE": "v1", "CLUSTER_NS": "provers",
  ]

  /// Nothing but what ``environment`` says.
  static var values: WorkerValues {
    var values = WorkerValues(
      stage: "v1", deployName: "cli-v1",
      image: ImageTarget(
        delivered: "registry.example/team/provers:client-v1", pulled: "registry.example/team/provers:client-v1",
        pullHost: "registry.example"))
    values.namespace = "provers"
    values.isNamespaceGiven = true
    values.endpoint = CoordinatorEndpoint(host: .address("10.0.0.7"))
    return values
  }

  /// - Parameter environment: added to ``environment``; an empty text says nothing.
  static func input(
    _ environment: [String: String] = [:], file: String? = nil, flags: [String: String] = [:], stage: String? = nil,
    files: [String: String] = [:]
  ) -> WorkerValuesInput {
    WorkerValuesInput(
      environment: Wanted.environment.merging(environment) { $1 },
      file: file.map { WorkerValuesInput.File(name: "workers.yaml", text: $0) }, flags: flags, stage: stage,
      reader: ValueFileReader { path, limit in
        guard let text = files[path] else { return .unreadable("there is no such file") }
        return .bytes(Array(text.utf8.prefix(limit + 1)))
      })
  }

  static func resolve(
    _ environment: [String: String] = [:], file: String? = nil, flags: [String: String] = [:], stage: String? = nil,
    files: [String: String] = [:]
  ) throws -> ResolvedWorkers {
    try WorkerValues.resolve(input(environment, file: file, flags: flags, stage: stage, files: files))
  }

  /// The lines of what is wrong; empty if nothing is.
  static func problems(
    _ environment: [String: String] = [:], file: String? = nil, flags: [String: String] = [:], stage: String? = nil,
    files: [String: String] = [:]
  ) -> [String] {
    do {
      _ = try resolve(environment, file: file, flags: flags, stage: stage, files: files)
      return []
    } catch let error as WorkerDeploymentError {
      return error.message.split(separator: "\n").map(String.init)
    } catch {
      return ["\(error)"]
    }
  }
}
