import MusterCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a token service hands out.
struct TokenAnswer: Sendable {
  let token: Secret<String>
  let life: Duration

  static let maximumBytes = 1 << 20
  /// What the specification lets a service mean by saying nothing.
  static let defaultLife: Duration = .seconds(60)

  /// Nil for what is no such answer: no token, or one that no header could hold.
  init?(_ body: [UInt8]) {
    struct Body: Decodable {
      let token: String?
      let access_token: String?
      let expires_in: Double?
    }
    guard let body = try? JSONDecoder().decode(Body.self, from: Data(body)),
      let text = [body.token, body.access_token].compactMap({ $0 }).first(where: { !$0.isEmpty }),
      text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else { return nil }
    token = Secret(text)
    guard let seconds = body.expires_in, seconds.isFinite, seconds > 0 else {
      life = Self.defaultLife
      return
    }
    life = .seconds(min(seconds, 86_400))
  }
}
