import Foundation
import MusterCore
import PostgreSQL

/// A server from its start to its end.
final class ServerRun: Sendable {
  private let keeper: Keeper

  /// Runs the server, `$2…`, in the folder `$1`. Ends it by the signal that is read; when nothing is read any more, for the
  /// test process is gone, ends it at once and removes the folder.
  private static let script = """
    folder=$1; shift
    "$@" </dev/null >>"$folder/log" 2>&1 &
    server=$!
    if read -r signal; then
      if [ "$signal" = KILL ]; then
        kill -STOP $server
        children=$(pgrep -P $server)
        kill -KILL $children
      fi
      kill -$signal $server
      wait $server
      for child in $children; do while kill -0 $child; do sleep 0.01; done; done
    else
      kill -QUIT $server
      (sleep 2; kill -KILL $server) &
      wait $server
      kill $!
      rm -rf -- "$folder"
    fi
    """

  init(_ server: PostgresServer) throws {
    let command =
      ServerUser.prefix + [
        try ServerUser.program("postgres"), "-D", server.folder + "/data", "-p", String(server.port),
      ]
    keeper = try Keeper(Self.script, [server.folder] + command)
  }

  func end(_ how: PostgresServer.Stop) async { await keeper.end(how.rawValue) }

  func endWithProcess() async { await keeper.end(nil) }

  /// A server that recovers from a crash refuses connections for a while.
  func waitUntilReady(_ target: PostgresTarget) async throws {
    let time = SystemTime()
    let deadline = time.moment() + .seconds(60)
    while true {
      do {
        let connection = try await PostgresConnection.open(target, name: "fixture")
        await connection.close()
        return
      } catch {
        guard time.moment() < deadline else { throw error }
        try await time.sleep(for: .milliseconds(20))
      }
    }
  }
}

/// A port that nobody listens on, at the moment.
func freePort() throws -> UInt16 {
  let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(file) }
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
  var size = socklen_t(MemoryLayout<sockaddr_in>.size)
  let result = withUnsafeMutablePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
      bind(file, address, size) == 0 ? getsockname(file, address, &size) : -1
    }
  }
  guard result == 0 else { throw FixtureError("no free port on 127.0.0.1") }
  return UInt16(bigEndian: address.sin_port)
}
