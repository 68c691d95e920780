import Yams

/// The keys at the top of a YAML file that somebody gave.
enum TopLevel {
  /// A ConfigMap takes 1 MiB in all.
  static let largest = 512 << 10

  /// - Throws: ``WorkerDeploymentError`` in one line, which repeats nothing of the file.
  static func mapping(of text: String, name: String) throws(WorkerDeploymentError) -> Node.Mapping {
    guard text.utf8.count <= largest else {
      throw WorkerDeploymentError(
        .badValue,
        "\(name) has \(text.utf8.count) bytes, and at most \(largest) go into a ConfigMap; move what is large into the image"
      )
    }
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch {
      throw WorkerDeploymentError(.badValue, "\(name) is no YAML that can be read\(place(error)); correct it")
    }
    guard let root, let mapping = root.mapping else {
      throw WorkerDeploymentError(.badValue, "\(name) has no keys at its top; write it as 'key: value', one a line")
    }
    return mapping
  }

  private static func place(_ error: any Error) -> String {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _)?, .parser(_, let problem, let mark, _)?,
      .composer(_, let problem, let mark, _)?:
      ": line \(mark.line), \(problem)"
    case .duplicatedKeysInMapping?: ": a key stands twice in it"
    default: ""
    }
  }
}
