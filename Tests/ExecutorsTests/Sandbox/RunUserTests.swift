import Foundation
import MusterCore
import Testing

@testable import Executors

@Suite struct RunUserTests {
  private func refusal(_ sandbox: Sandbox, own: uid_t) -> String? {
    do throws(Refusal) {
      _ = try RunUser.of(sandbox, own: own)
      return nil
    } catch {
      #expect(error.outcome.end == .unrunnable)
      return error.outcome.message
    }
  }

  @Test func nothingIsLookedUpWithoutASandbox() throws {
    #expect(try RunUser.of(Sandbox(.none, user: "no-such-user"), own: 0) == nil)
  }

  @Test func rootTakesWhoIsNamedOrNobody() throws {
    #expect(try RunUser.of(Sandbox(.user), own: 0)?.name == "nobody")
    #expect(try RunUser.of(Sandbox(.isolated, user: "daemon"), own: 0)?.name == "daemon")
    let daemon = try RunUser.find("daemon")
    #expect(try RunUser.of(Sandbox(.user, user: "\(daemon.uid)"), own: 0) == daemon)
    #expect(try RunUser.find("4242424") == RunUser(name: "4242424", uid: 4_242_424, gid: 4_242_424))
  }

  @Test func rootIsNoUserForASandbox() {
    for user in ["root", "0"] {
      #expect(
        refusal(Sandbox(.user, user: user), own: 0)
          == "The kind's programs are to run as user 'root', which is root, and no sandbox holds root; name another user "
          + "for the kind.")
    }
  }

  @Test func aUserWhoIsNotThere() {
    #expect(
      refusal(Sandbox(.isolated, user: "no-such-user"), own: 0)
        == "The kind's programs are to run as user 'no-such-user', which this machine does not know; make it (useradd "
        + "--system no-such-user), or name another for the kind.")
  }

  @Test func whoIsNotRootCannotChangeUsers() throws {
    let own = uid_t(4242)
    #expect(
      refusal(Sandbox(.user), own: own)
        == "The kind asks for 'sandbox: user', but this runs as user '4242', and only root can change to another user; "
        + "start it as root, or set 'sandbox: isolated' for the kind.")
    #expect(
      refusal(Sandbox(.isolated, user: "nobody"), own: own)
        == "The kind's programs are to run as user 'nobody', but this runs as user '4242', and only root can change to "
        + "another user; start it as root, or remove the kind's 'user'.")
    #expect(try RunUser.of(Sandbox(.isolated), own: own)?.uid == own)
    #expect(try RunUser.of(Sandbox(.isolated, user: "4242"), own: own)?.uid == own)
  }
}
