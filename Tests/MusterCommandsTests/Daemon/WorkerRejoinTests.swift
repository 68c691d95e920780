import CoordinatorAPI
import Foundation
import Testing

@testable import MusterCommands

/// A worker with a certificate whose token becomes one of another authority, as when it is pointed at another coordinator.
@Suite(.timeLimit(.minutes(2)), .serialized) struct WorkerRejoinTests {
  /// A coordinator with an authority of its own.
  private struct Site {
    let daemon: RunningDaemon
    let address: CoordinatorAddress
    let admin: [String]

    func token() async -> String {
      let made = await muster(["token", "create", "--role", "worker"] + admin)
      #expect(made.status == 0, "\(made.messages)")
      return made.results.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func workers() async -> [String] {
      let listed = await muster(["worker", "list", "--output", "json"] + admin)
      return listed.list?.filter { $0["state"] as? String == "connected" }.compactMap { $0["name"] as? String } ?? []
    }
  }

  private func site(_ folder: String, _ name: String) async throws -> Site {
    let state = "\(folder)/\(name)"
    let made = await muster("coordinator", "init", "--state", state)
    #expect(made.status == 0, "\(made.messages)")
    let daemon = RunningDaemon([
      "coordinator", "run", "-c", folder + "/muster.yaml", "--state", state, "--listen", "127.0.0.1:0", "--http",
      "none",
    ])
    let address = try await daemon.address
    return Site(
      daemon: daemon, address: address,
      admin: ["--coordinator", address.description, "--identity", state + "/trust/admin"])
  }

  private func worker(_ folder: String, _ address: CoordinatorAddress) -> RunningDaemon {
    RunningDaemon([
      "worker", "run", "--coordinator", address.description, "-c", folder + "/muster.yaml", "--state",
      folder + "/worker", "--name", "w", "--slots", "1", "--join-token-file", folder + "/token",
    ])
  }

  private func withSites(
    _ body: (_ folder: String, _ a: Site, _ b: Site, _ forwarder: Forwarder) async throws -> Void
  ) async throws {
    try await withFolder { folder in
      try write("kinds:\n  echo:\n    executor: [cat]\n", to: folder + "/muster.yaml")
      let (a, b) = (try await site(folder, "a"), try await site(folder, "b"))
      let forwarder = try await Forwarder(to: a.address)
      try await body(folder, a, b, forwarder)
      for site in [a, b] {
        site.daemon.signal(.termination)
        #expect(await site.daemon.status == 0, "\(site.daemon.messages.contents)")
      }
      await forwarder.close()
    }
  }

  private func stop(_ worker: RunningDaemon) async {
    worker.signal(.termination)
    #expect(await worker.status == 0, "\(worker.messages.contents)")
  }

  private func comes(to site: Site) async throws {
    while await site.workers() != ["w"] { try await Task.sleep(for: .milliseconds(20)) }
  }

  @Test("started again, it joins the new coordinator, though its certificate of the old one still holds")
  func startedAgain() async throws {
    try await withSites { folder, a, b, forwarder in
      try write(await a.token(), to: folder + "/token")
      let first = worker(folder, forwarder.address)
      try await comes(to: a)
      await stop(first)
      forwarder.lead(to: b.address)
      try write(await b.token(), to: folder + "/token")
      let second = worker(folder, forwarder.address)
      try await comes(to: b)
      await stop(second)
    }
  }

  @Test("let go while it runs, it joins the new coordinator as soon as the file has its token, and goes there")
  func whileItRuns() async throws {
    try await withSites { folder, a, b, forwarder in
      try write(await a.token(), to: folder + "/token")
      let running = worker(folder, forwarder.address)
      try await comes(to: a)
      forwarder.lead(to: b.address)
      let released = await muster(["worker", "release", "--all"] + a.admin)
      #expect(released.status == 0, "\(released.messages)")
      try await until { running.messages.contents.contains("nobody takes it now") }
      try write(await b.token(), to: folder + "/token")
      try await comes(to: b)
      #expect(running.messages.contents.contains("anew as worker w"))
      await stop(running)
    }
  }

  @Test("a token of an authority that is not the coordinator's is no reason to end, where there is a certificate")
  func otherToken() async throws {
    try await withSites { folder, a, b, forwarder in
      try write(await a.token(), to: folder + "/token")
      let first = worker(folder, forwarder.address)
      try await comes(to: a)
      await stop(first)
      try write(await b.token(), to: folder + "/token")
      let second = worker(folder, forwarder.address)
      try await comes(to: a)
      #expect(second.messages.contents.contains("I go on with the certificate"))
      await stop(second)
    }
  }
}
