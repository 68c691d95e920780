import Foundation

enum Base64 {
  static func text(_ plain: String) -> String { Data(plain.utf8).base64EncodedString() }
}
