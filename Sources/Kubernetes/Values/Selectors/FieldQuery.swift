/// Chooses objects by their fields: `metadata.name=a,status.phase!=Running`. Which fields, each kind says for itself.
///
/// Source of the format: `k8s.io/apimachinery/pkg/fields`.
public struct FieldQuery: Sendable, Hashable {
  /// One part of a query: the field has the value, or has another.
  public struct Requirement: Sendable, Hashable {
    public var field: String
    public var isEqual: Bool
    public var value: String

    public init(_ field: String, isEqual: Bool = true, _ value: String) {
      self.field = field
      self.isEqual = isEqual
      self.value = value
    }
  }

  /// All of them must be met.
  public var requirements: [Requirement]

  public init(_ requirements: [Requirement] = []) { self.requirements = requirements }

  /// Chooses the object of this name.
  public static func name(_ name: String) -> FieldQuery { FieldQuery([Requirement("metadata.name", name)]) }

  /// Reads the text form: parts with commas between, each `field=value`, `field==value` or `field!=value`; a backslash
  /// before a backslash, a comma or an equals sign makes it part of a value.
  ///
  /// - Throws: ``KubernetesError`` (`badValue`).
  public init(_ text: String) throws(KubernetesError) {
    requirements = []
    for part in Self.parts(of: text) where !part.isEmpty {
      guard let sign = part.firstIndex(of: "=") else { throw Self.error(text, "'\(part.prefix(64))' has no '='") }
      let isEqual = sign == part.startIndex || part[part.index(before: sign)] != "!"
      let field = isEqual ? part[..<sign] : part[..<part.index(before: sign)]
      var value = part[part.index(after: sign)...]
      if isEqual, value.first == "=" { value = value.dropFirst() }
      if field.isEmpty { throw Self.error(text, "a field's name is missing") }
      requirements.append(Requirement(String(field), isEqual: isEqual, try Self.unescaped(value, in: text)))
    }
  }

  /// Cut at the commas that are not escaped.
  private static func parts(of text: String) -> [Substring] {
    var parts: [Substring] = []
    var start = text.startIndex
    var isEscaped = false
    for index in text.indices {
      if !isEscaped, text[index] == "," {
        parts.append(text[start..<index])
        start = text.index(after: index)
      }
      isEscaped = !isEscaped && text[index] == "\\"
    }
    return parts + [text[start...]]
  }

  private static func unescaped(_ value: Substring, in text: String) throws(KubernetesError) -> String {
    var result = ""
    var isEscaped = false
    for letter in value {
      if isEscaped {
        guard letter == "\\" || letter == "," || letter == "=" else {
          throw error(text, "only '\\', ',' and '=' are escaped")
        }
        result.append(letter)
        isEscaped = false
      } else if letter == "\\" {
        isEscaped = true
      } else if letter == "=" {
        throw error(text, "an '=' in a value must be escaped by a backslash")
      } else {
        result.append(letter)
      }
    }
    if isEscaped { throw error(text, "it ends with a backslash") }
    return result
  }

  private static func error(_ text: String, _ reason: String) -> KubernetesError {
    KubernetesError(
      .badValue,
      "'\(text.prefix(200))' is not a field selector: \(reason); write for example metadata.name=a,status.phase!=Running"
    )
  }
}

/// The text form, as the `fieldSelector` of a request.
extension FieldQuery: CustomStringConvertible {
  public var description: String {
    requirements.map { requirement in
      var value = ""
      for letter in requirement.value {
        if letter == "\\" || letter == "," || letter == "=" { value.append("\\") }
        value.append(letter)
      }
      return "\(requirement.field)\(requirement.isEqual ? "=" : "!=")\(value)"
    }.joined(separator: ",")
  }
}
