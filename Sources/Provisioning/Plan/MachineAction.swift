/// One thing to do on a machine, and why.
public struct MachineAction: Sendable, Equatable {
  /// Its name in the inventory.
  public var machine: String
  public var phase: PlanPhase
  public var deed: MachineDeed
  /// For people: `/etc/rancher/k3s/config.yaml`.
  public var subject: String
  /// What is done: "puts the settings of k3s".
  public var what: String
  /// Why it is needed: "its node-ip is another".
  public var why: String
  public var changes: [SettingChange]
  /// Bytes of the bundle that go to the machine.
  public var upload: Int
  /// The machine that it is about, if that is another: it can only be done when that one has come so far.
  public var about: String?

  public init(
    _ machine: String, _ phase: PlanPhase, _ deed: MachineDeed, subject: String, what: String, why: String,
    changes: [SettingChange] = [], upload: Int = 0, about: String? = nil
  ) {
    self.machine = machine
    self.phase = phase
    self.deed = deed
    self.subject = subject
    self.what = what
    self.why = why
    self.changes = changes
    self.upload = upload
    self.about = about
  }

  /// One sentence.
  public var sentence: String { "\(what): \(why)" }
}
