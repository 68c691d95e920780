import Foundation
import OCIImages

/// Runs images with a storage of a test's own.
struct Podman {
  private let bench: ImageBench
  private let words: [String]

  init(_ bench: ImageBench) throws {
    self.bench = bench
    words = [
      "podman", "--root", "\(bench.folder)/storage", "--runroot", "\(bench.folder)/run", "--storage-driver", "vfs",
      "--cgroup-manager", "cgroupfs",
    ]
  }

  func pull(_ name: String) throws { try ImageBench.run(words + ["pull", "--quiet", "--tls-verify=false", name]) }

  /// With a root that cannot be written to, as pods have it.
  func run(_ name: String, _ arguments: [String], entrypoint: String? = nil) throws -> String {
    // Limits that podman would otherwise raise, which not every machine's owner may.
    let limits = ["--network", "none", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000", "--read-only"]
    let entry = entrypoint.map { ["--entrypoint", $0] } ?? []
    return try ImageBench.run(words + ["run", "--rm"] + limits + entry + [name] + arguments)
  }

  /// An image in which nothing could run with the image's own linker and C library.
  func brokenBase() async throws -> String {
    let text = Array("no library\n".utf8)
    var recipe = ImageRecipe()
    recipe.layers = [
      LayerRecipe([
        LayerContent(.bytes(text), at: "/lib64/ld-linux-x86-64.so.2", mode: .exactly(0o755)),
        LayerContent(.bytes(text), at: "/lib/ld-linux-aarch64.so.1", mode: .exactly(0o755)),
        LayerContent(.bytes(text), at: "/lib/x86_64-linux-gnu/libc.so.6", mode: .exactly(0o755)),
        LayerContent(.bytes(text), at: "/usr/lib/libc.so.6", mode: .exactly(0o755)),
        LayerContent(.directory, at: "/usr/bin"),
      ])
    ]
    let base = try await ImageBuilder().build(recipe)
    defer { base.discard() }
    let layout = "\(bench.folder)/base"
    _ = try await ImageCopy(from: base, nil, to: try OCILayout.create(layout), tag: "1").run()
    return "oci:\(layout):1"
  }
}
