import Foundation
import Yams

/// k3s's config.yaml: flags without their dashes, and values.
public struct K3sConfiguration: Sendable, Equatable {
  public var settings: [String: ConfigurationValue]

  public init(_ settings: [String: ConfigurationValue]) { self.settings = settings }

  /// Take effect when a node joins, and never again: to change them no service need be restarted.
  static let readAtJoining: Set = ["node-label", "node-taint"]
  /// k3s passes over them as soon as there is a store of etcd.
  static let readWithoutStore: Set = ["cluster-init", "server"]
  /// Their values may be secrets.
  static let secret: Set = [
    "token", "agent-token", "datastore-endpoint", "etcd-s3-access-key", "etcd-s3-secret-key", "etcd-s3-session-token",
    "vpn-auth",
  ]

  /// Keys in alphabetical order; every text in quotes, so that none is taken for a number or a truth value.
  public var yaml: String {
    var lines = ["# Written by Muster, which sets back what is changed here."]
    for (key, value) in settings.sorted(by: { $0.key < $1.key }) {
      switch value {
      case .text(let text), .other(let text): lines.append("\(key): \(Self.quoted(text))")
      case .flag(let flag): lines.append("\(key): \(flag)")
      case .list(let list):
        lines.append("\(key):")
        lines += list.map { "  - \(Self.quoted($0))" }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        quoted += "\\x\(scalar.value < 16 ? "0" : "")\(String(scalar.value, radix: 16))"
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  /// The largest file that is read, in bytes.
  static let largest = 64 << 10

  /// What a machine's file says; nil if it is too large or no YAML mapping, so that it can only be written anew.
  public init?(reading bytes: [UInt8]) {
    guard bytes.count <= Self.largest, let text = String(validating: bytes, as: UTF8.self) else { return nil }
    guard let node = try? Yams.compose(yaml: text) else {
      // A file without content, or with comments only, sets nothing.
      let lines = text.split(whereSeparator: \.isNewline)
      guard lines.allSatisfy({ $0.allSatisfy(\.isWhitespace) || $0.hasPrefix("#") }) else { return nil }
      settings = [:]
      return
    }
    guard case .mapping(let mapping) = node else { return nil }
    var settings: [String: ConfigurationValue] = [:]
    for (key, value) in mapping {
      guard case .scalar(let name) = key else { return nil }
      settings[name.string] = Self.value(value)
    }
    self.settings = settings
  }

  private static func value(_ node: Node) -> ConfigurationValue {
    switch node {
    case .scalar(let scalar):
      let isPlain = scalar.style == .plain || scalar.style == .any
      if isPlain, ["true", "false"].contains(scalar.string) { return .flag(scalar.string == "true") }
      return .text(scalar.string)
    case .sequence(let sequence):
      var list: [String] = []
      for element in sequence {
        guard case .scalar(let scalar) = element else { return .other("a list of more than texts") }
        list.append(scalar.string)
      }
      return .list(list)
    default: return .other("a mapping")
    }
  }

  /// What differs, by name. Values that may be secrets are hidden.
  public func changes(from old: K3sConfiguration) -> [SettingChange] {
    Set(settings.keys).union(old.settings.keys).sorted().compactMap { key in
      guard settings[key] != old.settings[key] else { return nil }
      func shown(_ value: ConfigurationValue?) -> String? {
        value.map { Self.secret.contains(key) ? "<redacted>" : String($0.text.prefix(200)) }
      }
      return SettingChange(key, from: shown(old.settings[key]), to: shown(settings[key]))
    }
  }
}
