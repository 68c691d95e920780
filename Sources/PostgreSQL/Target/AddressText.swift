import Foundation

/// Writes an address for people, in the form that it was given in.
enum AddressText {
  static func isURI(_ text: String) -> Bool {
    text.hasPrefix("postgresql://") || text.hasPrefix("postgres://")
  }

  /// - Parameter parameters: those that may be seen.
  static func describe(_ parameters: [ConnectionParameter], asURI: Bool) -> String {
    guard asURI else {
      return parameters.map { "\($0.keyword)=\(quoted($0.value))" }.joined(separator: " ")
    }
    let values = Dictionary(parameters.map { ($0.keyword, $0.value) }) { $1 }
    var text = "postgresql://"
    if let user = values["user"] { text += encoded(user) + "@" }
    text += hosts(values["host"], ports: values["port"])
    if let database = values["dbname"] { text += "/" + encoded(database) }
    let rest = parameters.filter { !["user", "host", "port", "dbname"].contains($0.keyword) }
    if !rest.isEmpty { text += "?" + rest.map { "\($0.keyword)=\(encoded($0.value))" }.joined(separator: "&") }
    return text
  }

  private static func hosts(_ hosts: String?, ports: String?) -> String {
    let hosts = (hosts ?? "").split(separator: ",", omittingEmptySubsequences: false)
    let ports = (ports ?? "").split(separator: ",", omittingEmptySubsequences: false)
    return hosts.indices.map { index in
      let port = ports.count == 1 ? ports[0] : index < ports.count ? ports[index] : ""
      let host = hosts[index].contains(":") ? "[\(hosts[index])]" : encoded(String(hosts[index]))
      return port.isEmpty ? host : "\(host):\(port)"
    }.joined(separator: ",")
  }

  private static func encoded(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
  }

  private static let unreserved = CharacterSet(
    charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")

  private static func quoted(_ value: String) -> String {
    if !value.isEmpty, !value.contains(where: { $0.isWhitespace || $0 == "'" || $0 == "\\" }) { return value }
    return "'" + value.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
  }
}
