import Foundation
import OCIImages
import Testing

/// A folder for a test, a small program in it, and a real registry. What a machine lacks for it, ``isThere`` says.
final class ImageBench: Sendable {
  static let isThere = ["cc", "docker-registry"].allSatisfy(find)

  static func find(_ name: String) -> Bool {
    let path = (ProcessInfo.processInfo.environment["PATH"] ?? "") + ":/usr/sbin:/usr/bin"
    return path.split(separator: ":").contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
  }

  let folder: String
  let program: String
  private let registry: (process: ProcessHandle, port: Int)

  /// A process that ends with the bench.
  private final class ProcessHandle: @unchecked Sendable {
    let process = Process()
    deinit { if process.isRunning { process.terminate() } }
  }

  /// - Parameters:
  ///   - code: of a C program's `main`.
  ///   - given: a program that is there, instead.
  ///   - deletes: the registry deletes what it is asked to; by default registries of this sort do not.
  init(
    _ code: String = "puts(\"it runs\"); return 0;", program given: String? = nil,
    deletes: Bool = false
  ) throws {
    // Short: podman takes no long ones.
    folder = "/tmp/wi-\(UInt32.random(in: 0...UInt32.max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    program = given ?? "\(folder)/program"
    registry = try Self.start(folder, deletes)
    if given != nil { return }
    try "#include <stdio.h>\n#include <unistd.h>\nint main(void) { \(code) }\n".write(
      toFile: "\(folder)/program.c", atomically: true, encoding: .utf8)
    try Self.run(["cc", "-o", program, "\(folder)/program.c", "-Wl,-rpath,$ORIGIN"])
  }

  deinit {
    registry.process.process.terminate()
    try? FileManager.default.removeItem(atPath: folder)
  }

  var address: String { "localhost:\(registry.port)" }

  /// Lends a client that speaks plain http with the registry.
  func withClient<Result: Sendable>(_ work: (RegistryClient) async throws -> Result) async throws -> Result {
    let configuration = RegistryConfiguration(hosts: [address: RegistryHost(isPlainHTTP: true)])
    return try await RegistryClient.with(configuration, work)
  }

  @discardableResult
  static func run(_ words: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(words.joined(separator: " ")): \(complaint)")
    return text
  }

  /// On a port that the system chooses, which the registry's log tells.
  private static func start(_ folder: String, _ deletes: Bool) throws -> (ProcessHandle, Int) {
    let settings = """
      {"version": "0.1", "http": {"addr": "127.0.0.1:0"}, "log": {"level": "info", "formatter": "json"},
       "storage": {"filesystem": {"rootdirectory": "\(folder)/registry"}, "delete": {"enabled": \(deletes)}}}
      """
    try settings.write(toFile: "\(folder)/registry.yml", atomically: true, encoding: .utf8)
    let handle = ProcessHandle()
    handle.process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    handle.process.arguments = ["docker-registry", "serve", "\(folder)/registry.yml"]
    let errors = Pipe()
    handle.process.standardOutput = errors
    handle.process.standardError = errors
    try handle.process.run()
    var log = ""
    while !log.contains("listening on"), let data = try errors.fileHandleForReading.read(upToCount: 1), !data.isEmpty {
      log += String(decoding: data, as: UTF8.self)
    }
    let rest = String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self)
    let line = (log + rest).split(separator: "\n").last { $0.contains("listening on") } ?? ""
    let port = line.split(separator: "127.0.0.1:").dropFirst().first.flatMap { Int($0.prefix(while: \.isNumber)) }
    errors.fileHandleForReading.readabilityHandler = { _ = $0.availableData }
    return (handle, try #require(port, "\(log)\(rest)"))
  }
}
