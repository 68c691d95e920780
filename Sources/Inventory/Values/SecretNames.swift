/// Which variables hold secrets, by their names.
public enum SecretNames {
  private static let words: Set<Substring> = [
    "pass", "passwd", "password", "passphrase", "passwords", "secret", "secrets", "token", "tokens", "credential",
    "credentials",
  ]
  /// `api_key`, `private_key`, … are secrets; `my_key` need not be one.
  private static let keyWords: Set<Substring> = ["api", "private", "access", "secret", "encryption", "signing"]
  /// What is named this way says where a secret is.
  private static let places: Set<Substring> = ["file", "path", "dir", "folder", "url", "name"]

  /// Whether the value of a variable of this name is to be hidden: `ansible_sudo_pass`, `ansible_become_password`,
  /// `convect_token`, `registry_password`, `sudoPassword`.
  public static func contain(_ name: String) -> Bool {
    let parts = parts(name)
    guard let last = parts.last, !places.contains(last) else { return false }
    if parts.contains(where: words.contains) { return true }
    return zip(parts, parts.dropFirst()).contains { keyWords.contains($0) && ($1 == "key" || $1 == "keys") }
  }

  /// The words of a name, in small letters; a capital after a small letter begins one too.
  private static func parts(_ name: String) -> [Substring] {
    var split = ""
    var wasSmall = false
    for character in name.prefix(256) {
      if character.isUppercase, wasSmall { split += "_" }
      wasSmall = character.isLowercase || character.isNumber
      split += character.isLetter || character.isNumber ? character.lowercased() : "_"
    }
    return split.split(separator: "_")
  }
}
