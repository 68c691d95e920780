import MusterCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One line of what a run tells programs, and writes into its journal. Without secrets.
public struct RunLine: Encodable, Sendable, Equatable {
  /// `action`, `upload`, `machine`, `run`.
  public var event: String
  /// As RFC 3339 has it, in UTC.
  public var time: String
  /// Of an action `begun`, `done`, `failed`, `skipped`; of a machine and a run `done`, `failed`, `skipped`.
  public var state: String?
  public var machine: String?
  /// ``MachineDeed/kind``.
  public var action: String?
  public var subject: String?
  public var what: String?
  public var why: String?
  public var seconds: Double?
  /// Why it failed or was skipped.
  public var message: String?
  /// The error's code.
  public var code: String?
  public var bytes: Int?
  public var of: Int?
  /// Of a run: how many actions were done.
  public var actions: Int?
  /// Of a run: the machines.
  public var failed: [String]?
  public var skipped: [String]?
  /// Of a run: the folder of its journal.
  public var journal: String?

  public init(event: String, at time: Timestamp) {
    self.event = event
    let whole = Date(timeIntervalSince1970: Double(time.milliseconds / 1000)).ISO8601Format().dropLast()
    let thousandths = "\(1000 + time.milliseconds % 1000)".dropFirst()
    self.time = "\(whole).\(thousandths)Z"
  }

  public init(_ event: RunEvent, at time: Timestamp) {
    switch event {
    case .action(let its, let state):
      self.init(event: "action", at: time)
      machine = its.machine
      action = its.deed.kind
      subject = its.subject
      what = its.what
      why = its.why
      switch state {
      case .begun: self.state = "begun"
      case .done(let took):
        self.state = "done"
        seconds = Self.rounded(took)
      case .failed(let why):
        self.state = "failed"
        message = why
      case .skipped(let why):
        self.state = "skipped"
        message = why
      }
    case .upload(let its, let bytes, let of):
      self.init(event: "upload", at: time)
      machine = its
      self.bytes = bytes
      self.of = of
    case .machine(let its, let outcome):
      self.init(event: "machine", at: time)
      machine = its
      switch outcome {
      case .done: state = "done"
      case .failed(let code, let why):
        state = "failed"
        self.code = code
        message = why
      case .skipped(let why):
        state = "skipped"
        message = why
      }
    }
  }

  /// To milliseconds.
  public static func rounded(_ duration: Duration) -> Double { Double(duration.wholeMilliseconds) / 1000 }
}
