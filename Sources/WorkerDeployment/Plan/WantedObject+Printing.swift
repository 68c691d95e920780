/// Printed, it is its title: an object may be a Secret, and whoever prints a plan must not print that.
extension WantedObject: CustomStringConvertible, CustomReflectable {
  public var description: String { title }
  public var customMirror: Mirror { Mirror(self, children: ["title": title]) }
}
