/// How the kernel of a machine has a module.
public enum ObservedModule: String, Sendable, Hashable {
  case loaded
  /// Part of the kernel itself.
  case builtIn = "builtin"
}
