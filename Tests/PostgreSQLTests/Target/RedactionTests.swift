import Foundation
import Testing

@testable import PostgreSQL

/// Whatever people do with a password in an address, right or wrong, no part of it is ever shown.
@Suite struct RedactionTests {
  /// A password of some words with special characters between them.
  struct Password {
    var words: [String]
    var text: String

    init(_ random: inout SystemRandomNumberGenerator) {
      let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
      let specials = Array("@/?#:%&= '\"\\[]{}$!,;+~|<>é\u{1}")
      words = (0..<Int.random(in: 1...3, using: &random)).map { _ in
        String((0..<8).map { _ in letters.randomElement(using: &random) ?? "a" })
      }
      text = words[0]
      for word in words.dropFirst() {
        for _ in 0..<Int.random(in: 1...2, using: &random) {
          text.append(specials.randomElement(using: &random) ?? "@")
        }
        text += word
      }
    }
  }

  /// Every way to write it down, and the ways to get it wrong.
  private func addresses(_ password: String, port: Int) -> [String] {
    let encoded = password.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    let quoted = password.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
    let keywords = "host=127.0.0.1 port=\(port) user=joe"
    return [
      "postgresql://joe:\(encoded)@127.0.0.1:\(port)/t", "postgres://joe@127.0.0.1:\(port)/t?password=\(encoded)",
      "postgres://127.0.0.1:\(port)/t?user=joe&password=\(encoded)&sslmode=disable", "\(keywords) password='\(quoted)'",
      "password='\(quoted)' \(keywords)", "\(keywords) sslpassword='\(quoted)' password = '\(quoted)'",
      // Not encoded, not quoted, not a URI, cut off. (What is cut off after a '@' looks like a host; there is no telling.)
      "postgresql://joe:\(password)@127.0.0.1:\(port)/t", "postgres://joe@127.0.0.1:\(port)/t?password=\(password)",
      "postgres://joe:\(password)@127.0.0.1:\(port)", "postgres://joe:\(password.replacing("@", with: ""))",
      "postgres://:\(password)@",
      "\(keywords) password=\(password)", "\(keywords) password='\(password)'", "password=\(password) \(keywords)",
      "\(keywords) password='\(quoted)", "postgresql:joe:\(password)@127.0.0.1/t", "Postgres://joe:\(password)@h/t",
      "prefix+postgres://joe:\(password)@h/t", "\(keywords) passwort=\(password)", "\(keywords) password:\(password)",
    ]
  }

  @Test func noPartOfAPasswordIsShown() async throws {
    var random = SystemRandomNumberGenerator()
    var accepted = 0
    for _ in 0..<2000 {
      let password = Password(&random)
      for address in addresses(password.text, port: 1) {
        let shown: [String]
        do {
          let target = try PostgresTarget(address)
          accepted += 1
          shown = [target.redacted, "\(target)", String(reflecting: target)]
        } catch {
          shown = ["\(error)", String(reflecting: error), error.message, "\(error.details)"]
        }
        for text in shown {
          for word in password.words {
            #expect(!text.contains(word), "the address \(address) gives \(text)")
          }
        }
      }
    }
    #expect(accepted > 10_000)
  }

  /// Nothing listens on port 1.
  @Test func noPartOfAPasswordIsInErrorsOfConnections() async throws {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<40 {
      let password = Password(&random)
      for address in addresses(password.text, port: 1) {
        guard let target = try? PostgresTarget(address), address.contains("127.0.0.1") else { continue }
        let error = try await postgresError { _ = try await PostgresConnection.open(target, name: "x") }
        for word in password.words {
          #expect(!String(reflecting: error).contains(word), "the address \(address) gives \(error)")
        }
      }
    }
  }
}
