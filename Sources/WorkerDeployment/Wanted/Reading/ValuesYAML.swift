import Yams

/// Takes YAML apart as far as its root mapping, and says what is wrong in words of this program.
enum ValuesYAML {
  /// - Returns: nil of an empty file.
  /// - Throws: ``WorkerDeploymentError`` (`bad_workers_value`): one sentence with the file and the line.
  static func mapping(_ text: String, name: String, largest: Int) throws(WorkerDeploymentError) -> Node.Mapping? {
    func error(_ line: Int, _ reason: String) -> WorkerDeploymentError {
      let place = ValueSource.file(name, line: line)
      return WorkerDeploymentError(.badValue, "\(place): \(reason)", details: ["file": name, "line": String(line)])
    }
    guard text.utf8.count <= largest else {
      throw error(0, "the file has over \(largest >> 10) KiB, which no such file has; is it the right one?")
    }
    let root: Node?
    do {
      root = try Parser(yaml: text).singleRoot()
    } catch let fault {
      let (line, reason) = explain(fault)
      throw error(line, reason)
    }
    switch root {
    case nil: return nil
    case .mapping(let mapping): return mapping
    case .scalar(let scalar) where scalar.style == .plain && ["", "~", "null"].contains(scalar.string): return nil
    case .some(let node): throw error(node.mark?.line ?? 0, "the file must be a YAML mapping (key: value)")
    }
  }

  private static func explain(_ fault: any Error) -> (line: Int, reason: String) {
    switch fault {
    case YamlError.scanner(let context, let problem, let mark, _),
      YamlError.parser(let context, let problem, let mark, _),
      YamlError.composer(let context, let problem, let mark, _):
      let text = context.map { "\(problem) \($0.text)" } ?? problem
      return (
        mark.line, "this is not valid YAML: \(text); check the indentation, quotes and brackets here and just above"
      )
    case YamlError.duplicatedKeysInMapping(let keys, let context):
      let names = keys.map { BadText.quoted("\($0)") }.joined(separator: ", ")
      return (context.mark.line, "\(names) is given twice in one mapping; keep one")
    default: return (0, "this is not valid YAML; look for characters that no editor shows")
    }
  }
}
