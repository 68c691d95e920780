import Foundation
import TaskModel

/// Kinds whose verifiers are one-line shell programs.
enum Verifiers {
  /// Takes the result "good", refuses others, and fails (exit 2) for the result "error".
  static let simple = [
    "/bin/sh", "-c",
    #"r=$(cat "$2"); [ "$r" = error ] && { echo "the verifier has lost its key" >&2; exit 2; }; [ "$r" = good ] || { echo "a result of '$r'" >&2; exit 1; }"#,
    "sh", "{input}", "{result}",
  ]

  static func kind(
    _ name: String = "proof", verifier: [String] = simple, lease: Duration = .seconds(5)
  ) -> KindDefinition {
    KindDefinition(
      name: name, verifier: verifier, lease: lease, maxAttempts: 5, backoff: Backoff(initial: .milliseconds(200)))
  }

  /// Fails until there is a file at `path`, then takes everything.
  static func failing(until path: String) -> [String] { ["/bin/sh", "-c", #"[ -e "$1" ] || exit 2"#, "sh", path] }

  /// Says in the file at `path` that it began, and takes everything once there is a file at `path`.go.
  static func waiting(at path: String) -> [String] {
    ["/bin/sh", "-c", #"echo x >>"$1"; while [ ! -e "$1.go" ]; do sleep 0.02; done"#, "sh", path]
  }
}

func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
func touch(_ path: String) { _ = FileManager.default.createFile(atPath: path, contents: nil) }
