// swift-tools-version: 6.2
import PackageDescription

/// Settings of every target of ours: a warning stops the build, so that none is ever waved through.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let collections: Target.Dependency = .product(name: "Collections", package: "swift-collections")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let grpcCore: Target.Dependency = .product(name: "GRPCCore", package: "grpc-swift-2")
let grpcTransport: Target.Dependency = .product(
  name: "GRPCNIOTransportHTTP2", package: "grpc-swift-nio-transport")
let grpcInProcess: Target.Dependency = .product(name: "GRPCInProcessTransport", package: "grpc-swift-2")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let yaml: Target.Dependency = .product(name: "Yams", package: "Yams")
let x509: Target.Dependency = .product(name: "X509", package: "swift-certificates")
let asn1: Target.Dependency = .product(name: "SwiftASN1", package: "swift-asn1")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let nioFoundation: Target.Dependency = .product(name: "NIOFoundationCompat", package: "swift-nio")
let httpClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "muster",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "muster", targets: ["muster"])],
  dependencies: [
    .package(url: "https://github.com/grpc/grpc-swift-2.git", from: "2.4.3"),
    .package(url: "https://github.com/grpc/grpc-swift-nio-transport.git", from: "2.9.2"),
    .package(url: "https://github.com/grpc/grpc-swift-protobuf.git", from: "2.4.1"),
    .package(url: "https://github.com/apple/swift-protobuf.git", from: "1.39.0", traits: []),
    .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
    .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
    .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-collections.git", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-certificates.git", from: "1.21.1"),
    .package(url: "https://github.com/apple/swift-asn1.git", from: "1.7.4"),
    .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-nio-http2.git", from: "1.46.0"),
    .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess.git", from: "1.0.2"),
  ],
  targets: [
    // Roof
    .executableTarget(name: "muster", dependencies: ["MusterCommands", "CKeeper"], swiftSettings: strict),
    .target(
      name: "MusterCommands",
      dependencies: [
        "Coordinator", "Worker", "CoordinatorAPI", "TaskModel", "TaskStore", "Trust", "Certificates", "PostgreSQL",
        "Executors", "Settings", "Inventory", "WorkerDeployment", "Provisioning", "RemoteHosts", "Kubernetes",
        "OCIImages", "Terminal", "MusterCore", arguments, lifecycle, logging, yaml, crypto, x509, nioCore,
      ], swiftSettings: strict),
    .executableTarget(
      name: "muster-bench",
      dependencies: [
        "CoordinatorAPI", "Worker", "Executors", "Trust", "Certificates", "MusterCore", grpcCore, arguments, logging,
      ],
      path: "Benchmarks/muster-bench", swiftSettings: strict),
    .executableTarget(
      name: "ground-bench", dependencies: ["Kubernetes", "MusterCore", arguments], path: "Benchmarks/ground-bench",
      swiftSettings: strict),
    // Services
    .target(
      name: "Coordinator",
      dependencies: [
        "TaskModel", "TaskStore", "Trust", "CoordinatorAPI", "Executors", "Certificates", "MusterCore", grpcCore,
        grpcTransport, lifecycle, logging, collections, crypto, x509, nioCore, nioPosix, nioSSL,
        .product(name: "NIOTLS", package: "swift-nio"),
        .product(name: "NIOHTTP2", package: "swift-nio-http2"),
        .product(name: "GRPCProtobuf", package: "grpc-swift-protobuf"),
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "HummingbirdTLS", package: "hummingbird"),
      ], swiftSettings: strict),
    .target(
      name: "Worker",
      dependencies: [
        "TaskModel", "CoordinatorAPI", "Executors", "MusterCore", grpcCore, grpcTransport, lifecycle, logging,
        collections,
      ], swiftSettings: strict),
    .target(
      name: "WorkerDeployment",
      dependencies: [
        "Kubernetes", "OCIImages", "MusterCore", yaml, logging, lifecycle, subprocess, collections, nioCore,
        nioFoundation,
      ], swiftSettings: strict),
    .target(
      name: "Provisioning", dependencies: ["RemoteHosts", "Inventory", "MusterCore", yaml, logging, crypto],
      swiftSettings: strict),
    // Model
    .target(name: "TaskModel", dependencies: ["MusterCore", collections, crypto], swiftSettings: strict),
    .target(
      name: "TaskStore",
      dependencies: [
        "TaskModel", "PostgreSQL", "MusterCore", .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"), logging, collections, crypto,
      ], swiftSettings: strict),
    .target(
      name: "Trust",
      dependencies: [
        "TaskModel", "Certificates", "PostgreSQL", "MusterCore", .product(name: "GRDB", package: "GRDB.swift"), x509,
        crypto, logging,
      ], swiftSettings: strict),
    .target(name: "Settings", dependencies: ["TaskModel", "MusterCore", yaml], swiftSettings: strict),
    .target(
      name: "CoordinatorAPI",
      dependencies: [
        "Certificates", "MusterCore", grpcCore, grpcTransport, x509, nioCore, nioPosix, nioSSL,
        .product(name: "NIOTLS", package: "swift-nio"),
        .product(name: "GRPCProtobuf", package: "grpc-swift-protobuf"),
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ], swiftSettings: strict),
    // Ground
    .target(name: "CKeeper"),
    .target(name: "Executors", dependencies: ["CKeeper", "MusterCore"], swiftSettings: strict),
    .target(name: "Certificates", dependencies: ["MusterCore", x509, asn1, crypto], swiftSettings: strict),
    .target(
      name: "Kubernetes",
      dependencies: [
        "MusterCore", yaml, logging, collections, nioCore, nioPosix, nioSSL, nioFoundation, httpClient, subprocess,
        .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOWebSocket", package: "swift-nio"),
        .product(name: "NIOTLS", package: "swift-nio"),
      ], swiftSettings: strict),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .target(
      name: "OCIImages",
      dependencies: [
        "MusterCore", "CZlib", logging, collections, crypto, nioCore, nioPosix, nioSSL, nioFoundation, httpClient,
        subprocess, .product(name: "NIOHTTP1", package: "swift-nio"),
      ], swiftSettings: strict),
    .target(name: "Inventory", dependencies: ["MusterCore", yaml], swiftSettings: strict),
    .target(name: "RemoteHosts", dependencies: ["MusterCore", logging, subprocess], swiftSettings: strict),
    .target(name: "Terminal", swiftSettings: strict),
    .target(name: "PostgreSQL", dependencies: ["MusterCore", logging], swiftSettings: strict),
    .target(name: "MusterCore", swiftSettings: strict),
    // Tests
    .target(name: "SeededDice", path: "Tests/SeededDice", swiftSettings: strict),
    .target(
      name: "StandInCoordinator", dependencies: ["CoordinatorAPI", grpcCore, grpcTransport],
      path: "Tests/StandInCoordinator", swiftSettings: strict),
    .testTarget(
      name: "MusterCommandsTests",
      dependencies: [
        "MusterCommands", "StandInCoordinator", "PostgresFixture", "Kubernetes", "Settings", "Certificates", nioCore,
        nioPosix,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "CoordinatorTests",
      dependencies: [
        "Coordinator", "Trust", "Certificates", "PostgresFixture", grpcInProcess, grpcTransport, x509, nioCore,
        .product(name: "NIOEmbedded", package: "swift-nio"), .product(name: "NIOHTTP2", package: "swift-nio-http2"),
      ],
      swiftSettings: strict),
    .testTarget(name: "WorkerTests", dependencies: ["Worker", "SeededDice", grpcInProcess], swiftSettings: strict),
    .testTarget(name: "TaskModelTests", dependencies: ["TaskModel", "SeededDice"], swiftSettings: strict),
    .target(
      name: "PostgresFixture", dependencies: ["PostgreSQL", "MusterCore"], path: "Tests/PostgresFixture",
      swiftSettings: strict),
    .testTarget(name: "PostgreSQLTests", dependencies: ["PostgreSQL", "PostgresFixture"], swiftSettings: strict),
    .testTarget(
      name: "TaskStoreTests",
      dependencies: ["TaskStore", "SeededDice", "PostgresFixture", .product(name: "GRDB", package: "GRDB.swift")],
      swiftSettings: strict),
    .testTarget(name: "SettingsTests", dependencies: ["Settings", "SeededDice"], swiftSettings: strict),
    .testTarget(
      name: "CoordinatorAPITests", dependencies: ["CoordinatorAPI", "StandInCoordinator"], swiftSettings: strict),
    .testTarget(name: "ExecutorsTests", dependencies: ["Executors"], swiftSettings: strict),
    .testTarget(name: "TrustTests", dependencies: ["Trust", "PostgresFixture"], swiftSettings: strict),
    .testTarget(name: "CertificatesTests", dependencies: ["Certificates"], swiftSettings: strict),
    .testTarget(
      name: "KubernetesTests",
      dependencies: [
        "Kubernetes", "SeededDice", "MusterCore", crypto, x509, nioCore, nioPosix, nioSSL,
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOWebSocket", package: "swift-nio"), .product(name: "NIOTLS", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
      ], swiftSettings: strict),
    .testTarget(
      name: "OCIImagesTests",
      dependencies: ["OCIImages", "SeededDice", nioCore, nioPosix, .product(name: "NIOHTTP1", package: "swift-nio")],
      swiftSettings: strict),
    .testTarget(
      name: "WorkerDeploymentTests",
      dependencies: ["WorkerDeployment", "SeededDice", "Kubernetes", "OCIImages", "MusterCore", nioCore],
      exclude: ["Recorded"],
      swiftSettings: strict),
    .testTarget(
      name: "InventoryTests", dependencies: ["Inventory", "SeededDice"], exclude: ["Samples"], swiftSettings: strict),
    .testTarget(name: "RemoteHostsTests", dependencies: ["RemoteHosts", "MusterCore"], swiftSettings: strict),
    .testTarget(
      name: "ProvisioningTests",
      dependencies: ["Provisioning", "SeededDice", "RemoteHosts", "Inventory", "MusterCore"], swiftSettings: strict),
    .testTarget(name: "TerminalTests", dependencies: ["Terminal"], swiftSettings: strict),
    .testTarget(name: "MusterCoreTests", dependencies: ["MusterCore"], swiftSettings: strict),
  ]
)
