/// Everything that the checks look at.
public struct CheckInput: Sendable {
  /// In the order of the inventory, whether they answered or not.
  public var machines: [CheckedMachine]
  /// This machine's own facts; nil: its row is left out.
  public var provisioner: MachineReading?
  /// Nil: the bundle is not looked at.
  public var bundle: BundleSummary?
  /// What came of trying the ports between the machines; nil: it was not tried.
  public var portTries: [PortTry]?
  public var options: CheckOptions

  public init(
    machines: [CheckedMachine], provisioner: MachineReading? = nil, bundle: BundleSummary? = nil,
    portTries: [PortTry]? = nil, options: CheckOptions = CheckOptions()
  ) {
    self.machines = machines
    self.provisioner = provisioner
    self.bundle = bundle
    self.portTries = portTries
    self.options = options
  }
}
