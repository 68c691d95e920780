import OCIImages
import Yams

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What to build, as a file says it (docs/oci-images.md) or flags do. Unknown fields are refused: a typing error would
/// leave something out of the image, and nobody would see it.
struct ImageRecipeFile {
  var base: String?
  var platforms: [String] = []
  var files: [PlacedFile] = []
  var programs: [PlacedFile] = []
  var environment: [String: String] = [:]
  var entrypoint: [String]?
  var command: [String]?
  var user: String?
  var workdir: String?
  var labels: [String: String] = [:]
  var annotations: [String: String] = [:]
  var ports: [String] = []
  var volumes: [String] = []

  init() {}

  /// - Throws: ``CommandError`` that names the file and what is wrong.
  init(yaml text: String, name: String) throws {
    do {
      guard let fields = try Yams.compose(yaml: text)?.mapping else {
        throw CommandError(.badArgument, "'\(name)' is no recipe of an image: it has no fields")
      }
      for (key, value) in fields {
        guard let key = key.scalar?.string else {
          throw CommandError(.badArgument, "'\(name)' has a field whose name is no text")
        }
        try take(key, value, name)
      }
    } catch let error as YamlError {
      let line = "\(error)".split(separator: "\n").first.map(String.init) ?? ""
      throw CommandError(.badArgument, "'\(name)' is no YAML that can be read: \(line)")
    }
  }

  /// Texts are taken as they are written: a version 1.10 is no number, and `on` no truth.
  private mutating func take(_ key: String, _ value: Node, _ name: String) throws {
    func bad(_ wanted: String) -> CommandError {
      CommandError(.badArgument, "'\(key)' in '\(name)' is to be \(wanted)")
    }
    func texts() throws -> [String] {
      guard let list = value.sequence else { throw bad("a list of texts") }
      return try list.map { item in
        guard let scalar = item.scalar else { throw bad("a list of texts") }
        return scalar.string
      }
    }
    func text() throws -> String {
      guard let scalar = value.scalar else { throw bad("a text") }
      return scalar.string
    }
    func pairs() throws -> [String: String] {
      guard let fields = value.mapping else { throw bad("names with texts") }
      var pairs: [String: String] = [:]
      for (key, value) in fields {
        guard let key = key.scalar?.string, let text = value.scalar?.string else { throw bad("names with texts") }
        pairs[key] = text
      }
      return pairs
    }
    func entries() throws -> [PlacedFile] { try texts().map { try PlacedFile($0, option: "'\(key)' in '\(name)'") } }
    switch key {
    case "base": base = try text()
    case "platforms": platforms = try texts()
    case "files": files = try entries()
    case "programs": programs = try entries()
    case "env": environment = try pairs()
    case "entrypoint": entrypoint = try texts()
    case "cmd": command = try texts()
    case "user": user = try text()
    case "workdir": workdir = try text()
    case "labels": labels = try pairs()
    case "annotations": annotations = try pairs()
    case "ports": ports = try texts()
    case "volumes": volumes = try texts()
    default:
      throw CommandError(
        .badArgument,
        "'\(name)' has a field '\(key)', which no recipe has; there are base, platforms, files, programs, env, entrypoint, cmd, user, workdir, labels, annotations, ports and volumes"
      )
    }
  }
}
