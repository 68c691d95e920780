import Yams

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The root mapping of a YAML file.
struct YAMLDocument {
  /// As the user named it: stands in front of every problem.
  let path: String
  let root: Section

  /// Settings files are small; a larger one was named by mistake.
  static let largest = 1 << 20

  /// Parses `bytes`. Nil, with a problem reported, if they are no YAML mapping; an empty file is an empty mapping.
  static func parse(_ bytes: [UInt8], path: String, problems: ProblemList) -> YAMLDocument? {
    let whole = SettingSource.file(path: path, line: 0)
    guard bytes.count <= largest else {
      problems.add(whole, "", "the file is over \(largest >> 20) MiB; settings are smaller: is this the right file?")
      return nil
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      problems.add(whole, "", "the file is not UTF-8 text; save it as UTF-8")
      return nil
    }
    do {
      guard let node = try Parser(yaml: text).singleRoot() else { return empty(path, problems) }
      switch node {
      case .mapping(let mapping):
        return YAMLDocument(path: path, root: Section(mapping, path: path, name: "", problems: problems))
      case .scalar(let scalar) where scalar.isNull: return empty(path, problems)
      default:
        problems.add(
          .file(path: path, line: node.mark?.line ?? 0), "", "the file must be a YAML mapping of settings (key: value)")
        return nil
      }
    } catch {
      let (line, reason) = YAMLDocument.explain(error)
      problems.add(.file(path: path, line: line), "", reason)
      return nil
    }
  }

  private static func empty(_ path: String, _ problems: ProblemList) -> YAMLDocument {
    YAMLDocument(path: path, root: Section(Node.Mapping([]), path: path, name: "", problems: problems))
  }

  private static func explain(_ error: any Error) -> (line: Int, reason: String) {
    switch error {
    case YamlError.scanner(let context, let problem, let mark, _),
      YamlError.parser(let context, let problem, let mark, _),
      YamlError.composer(let context, let problem, let mark, _):
      let text = context.map { "\(problem) \($0.text)" } ?? problem
      return (
        mark.line, "this is not valid YAML: \(text); check the indentation, quotes and brackets here and just above"
      )
    case YamlError.duplicatedKeysInMapping(let keys, let context):
      let names = keys.map { "'\($0)'" }.joined(separator: ", ")
      return (context.mark.line, "\(names) is given twice in one mapping; keep one")
    case YamlError.reader(let problem, _, _, _):
      return (0, "this is not valid YAML: \(problem); remove the characters that no editor shows")
    default: return (0, "this is not valid YAML: \(error)")
    }
  }
}

extension Node.Scalar {
  /// Whether the scalar says "nothing": empty, `~` or `null`, not quoted.
  var isNull: Bool { style == .plain && ["", "~", "null", "Null", "NULL"].contains(string) }
}
