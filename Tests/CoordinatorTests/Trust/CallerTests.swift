import Certificates
import CoordinatorAPI
import Foundation
import GRPCCore
import MusterCore
import Testing
import Trust
import X509

@testable import Coordinator

@Suite("Who may call a coordinator with TLS", .timeLimit(.minutes(3)))
struct CallerTests {
  @Test func everyReasonIsASentenceAndIsCounted() async throws {
    try await TLSRig.run { rig in
      let other = try CertificateAuthority.make(
        name: "test", at: SystemTime().timestamp(), lifetime: .seconds(86_400))
      let cases: [(String, ConnectionSecurity, String)] = [
        ("no_certificate", rig.stranger, "muster login --token"),
        ("expired", try rig.security(ada, from: .seconds(-700), lifetime: .seconds(60)), "expired at"),
        ("not_yet_valid", try rig.security(ada, from: .seconds(4000)), "is valid only from"),
        ("foreign_authority", try rig.security(ada, by: other), "whom this coordinator does not trust"),
        ("no_role", try rig.security(ada, uris: ["urn:muster:role:root"]), "names no role"),
        ("no_role", try rig.security(ada, uris: []), "names no role"),
        (
          "no_role", try rig.security(ada, uris: ada.uris + ["urn:muster:role:admin"]), "names no role"
        ),
      ]
      for (reason, security, words) in cases {
        let before = rig.refusals[reason] ?? 0
        let sentence = await refusal(.unauthenticated) {
          try await rig.call(security) { calls, _ in
            try await calls.listTasks(.init()) { response in
              for try await _ in response.messages {}
            }
          }
        }
        #expect(sentence.contains(words), "\(reason): \(sentence)")
        #expect(rig.refusals[reason] ?? 0 > before, "\(reason)")
      }
      let sentence = await refusal(.permissionDenied) {
        _ = try await rig.call(viewer) { calls, _ in try await calls.cancelTasks(.init()) }
      }
      #expect(sentence.contains("it takes the role admin or submit"))
    }
  }

  @Test func aWorkerSpeaksForItselfOnly() async throws {
    try await TLSRig.run { rig in
      func greet(_ identity: Identity, as name: String, kinds: [String]) async throws {
        try await rig.call(identity) { calls, _ in
          try await calls.work { writer in
            try await writer.write(
              .with {
                $0.hello.protocol = ProtocolVersions.own.message
                $0.hello.name = name
                $0.hello.kinds = kinds
                $0.hello.slots = 1
                $0.hello.session = 7
                $0.hello.generation = 1
              })
          } onResponse: { response in
            for try await frame in response.messages where frame.welcome.protocol > 0 { return }
          }
        }
      }
      let node = Identity(name: "n1", role: .worker, kinds: ["work"])
      try await greet(node, as: "n1", kinds: ["work"])
      var sentence = await refusal(.permissionDenied) { try await greet(node, as: "n2", kinds: ["work"]) }
      #expect(sentence.contains("the certificate is that of worker 'n1', and it calls itself 'n2'"))
      sentence = await refusal(.permissionDenied) { try await greet(node, as: "n1", kinds: ["work", "gold"]) }
      #expect(sentence.contains("offers 'gold'; start it with --kinds work"))
      sentence = await refusal(.permissionDenied) { try await greet(root, as: "root", kinds: ["work"]) }
      #expect(sentence.contains("it takes the role worker"))
    }
  }

  @Test func revokingCutsOpenStreamsAtOnce() async throws {
    try await TLSRig.run { rig in
      try await rig.call(ada) { calls, _ in
        _ = try await calls.submitTasks(.with { $0.tasks = [task("work", id: "t")] })
        let followed = Task {
          try await calls.followTasks { writer in
            try await writer.write(.with { $0.follow = ["t"] })
            try await Task.sleep(for: .seconds(60))
          } onResponse: { response in
            for try await _ in response.messages {}
          }
        }
        try await eventually("the stream is open") { rig.served.service.followedCount == 1 }
        let answer = try await rig.call(root) { _, trust in
          try await trust.revokeSubject(.with { $0.name = "ada" })
        }
        #expect(answer.connectionsCut == 1)
        await #expect(throws: (any Error).self) { try await followed.value }
      }
      let sentence = await refusal(.unauthenticated) {
        _ = try await rig.call(ada) { calls, _ in try await calls.getTask(.with { $0.id = "t" }) }
      }
      #expect(sentence.contains("the certificate of user 'ada' (submit) was revoked"))
    }
  }

  /// Whoever keeps his connection keeps it no longer than his certificate lasts.
  @Test func aConnectionEndsWithItsCertificate() async throws {
    try await TLSRig.run { rig in
      try await rig.call(try rig.security(viewer, lifetime: .seconds(3))) { calls, _ in
        _ = try await calls.getStatus(.init())
        await #expect(throws: (any Error).self) {
          try await calls.followTasks { writer in
            try await writer.write(.with { $0.follow = [] })
            try await Task.sleep(for: .seconds(60))
          } onResponse: { response in
            for try await _ in response.messages {}
          }
        }
      }
      #expect(rig.refusals["expired"] ?? 0 > 0)
    }
  }

  @Test func whatWasDoneIsWrittenDown() async throws {
    try await TLSRig.run { rig in
      _ = try await rig.call(ada) { calls, _ in
        try await calls.submitTasks(.with { $0.tasks = (0..<30).map { task("work", id: "t\($0)") } })
      }
      _ = try await rig.call(ada) { calls, _ in try await calls.cancelTasks(.with { $0.ids = ["t1", "t2"] }) }
      _ = try await rig.call(root) { _, trust in
        try await trust.createToken(
          .with {
            $0.role = "worker"
            $0.uses = 1
            $0.lifetimeMilliseconds = 60_000
          })
      }
      try await eventually("the sum of the submissions is written") {
        try rig.auditLines().contains { $0["action"] as? String == "submit" }
      }
      let lines = try rig.auditLines()
      let submit = try #require(lines.first { $0["action"] as? String == "submit" })
      #expect(submit["who"] as? String == "ada" && submit["namespace"] as? String == "ada")
      #expect(submit["count"] as? Int == 30 && (submit["what"] as? [String])?.count == 20)
      #expect(submit["address"] as? String == "127.0.0.1")
      let cancel = try #require(lines.first { $0["action"] as? String == "cancel" })
      #expect(cancel["what"] as? [String] == ["t1", "t2"])
      #expect(lines.contains { $0["action"] as? String == "token create" && $0["who"] as? String == "root" })
      let mode = try FileManager.default.attributesOfItem(atPath: rig.audit)[.posixPermissions] as? Int
      #expect(mode == 0o600)
    }
  }
}
