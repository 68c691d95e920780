import Certificates
import CoordinatorAPI
import Foundation
import GRPCCore
import MusterCore
import Testing
import Trust
import X509

@testable import Coordinator

@Suite("Trading tokens for certificates", .timeLimit(.minutes(3)))
struct JoiningTests {
  private func token(
    _ rig: TLSRig, _ role: Role, uses: UInt32 = 1,
    fill: @Sendable (inout Muster_V1_CreateTokenRequest) -> Void = { _ in }
  ) async throws -> TokenText {
    let made = try await rig.call(root) { _, trust in
      try await trust.createToken(
        .with {
          $0.role = role.rawValue
          $0.uses = uses
          $0.lifetimeMilliseconds = 60_000
          fill(&$0)
        })
    }
    return try TokenText(parsing: made.text)
  }

  private func join(_ rig: TLSRig, _ token: TokenText, _ name: String, _ folder: String) async throws {
    _ = try await Joining.join(
      at: rig.served.address, tokenID: token.id, secret: token.secret, fingerprint: token.fingerprint, name: name,
      isWorker: false,
      into: IdentityFolder(folder))
  }

  @Test func aTokenBecomesACertificateThatIsRenewed() async throws {
    try await TLSRig.run { rig in
      try await withFolder { folder in
        let token = try await token(rig, .submit) { $0.namespace = "team" }
        try await join(rig, token, "ada", folder)
        let identity = IdentityFolder(folder)
        func who() async throws -> Muster_V1_Subject {
          try await rig.call(.tls(try identity.load())) { _, trust in try await trust.whoAmI(.init()) }
        }
        #expect(try await who().namespace == "team")
        #expect(try identity.facts()?.name == "ada")
        let before = try identity.load().chain.first?.serialText
        try await Joining.renew(identity, at: rig.served.address)
        #expect(try identity.load().chain.first?.serialText != before)
        #expect(try await who().role == "submit")
        // The same folder may ask again, and uses nothing up; another may not.
        try await join(rig, token, "ada", folder)
        let error = await #expect(throws: APIError.self) {
          try await join(rig, token, "bob", "\(folder)/other")
        }
        #expect(error?.code.text == "token_used_up")
      }
    }
  }

  /// A token is shown to the coordinator that it is for, and to no other.
  @Test func aTokenOfAnotherIsNotShown() async throws {
    try await TLSRig.run { rig in
      try await withFolder { folder in
        let foreign = TokenText(fingerprint: Array(repeating: 9, count: 32))
        let error = await #expect(throws: APIError.self) { try await join(rig, foreign, "ada", folder) }
        #expect(error?.code == .untrusted)
        #expect(error?.message.contains("the token was not shown to it") == true)
        #expect(rig.refusals["unknown_token"] == nil)
        #expect(!IdentityFolder(folder).exists)
      }
    }
  }

  @Test func aServerUnderAnotherNameIsNotTrusted() async throws {
    try await TLSRig.run { rig in
      try await withFolder { folder in
        let token = try await token(rig, .submit)
        // The certificate is for 127.0.0.1 and localhost; this is the same machine by another address.
        let other = CoordinatorAddress(host: "127.0.0.2", port: rig.served.address.port)
        let error = await #expect(throws: APIError.self) {
          _ = try await Joining.join(
            at: other, tokenID: token.id, secret: token.secret, fingerprint: token.fingerprint, name: "ada",
            isWorker: false,
            into: IdentityFolder(folder))
        }
        #expect(error?.message.contains("127.0.0.2") == true, "\(error?.message ?? "")")
      }
    }
  }

  @Test func requestsThatMakeNoSenseAreRefused() async throws {
    try await TLSRig.run { rig in
      let bad: [(inout Muster_V1_CreateTokenRequest) -> Void] = [
        { $0.role = "king" }, { $0.uses = 0 }, { $0.uses = .max }, { $0.lifetimeMilliseconds = 0 },
        { $0.lifetimeMilliseconds = .max }, { $0.namespace = "a b" }, { $0.kinds = ["a/b"] },
        { $0.kinds = Array(repeating: "a", count: 65) },
      ]
      for change in bad {
        var request = Muster_V1_CreateTokenRequest.with {
          $0.role = "submit"
          $0.uses = 1
          $0.lifetimeMilliseconds = 60_000
        }
        change(&request)
        let sent = request
        await refusal(.invalidArgument) {
          _ = try await rig.call(root) { _, trust in try await trust.createToken(sent) }
        }
      }
      let token = try await token(rig, .worker)
      for (request, name) in [
        (Data(), "n1"), (Data(repeating: 1, count: 100_000), "n1"), (try Data(SigningKey().request()), "a b"),
      ] {
        await refusal(.permissionDenied) {
          _ = try await rig.call(rig.stranger) { _, trust in
            try await trust.join(
              .with {
                $0.tokenID = token.id
                $0.tokenSecret = Data(token.secret.reveal())
                $0.request = request
                $0.name = name
              })
          }
        }
      }
    }
  }
}
