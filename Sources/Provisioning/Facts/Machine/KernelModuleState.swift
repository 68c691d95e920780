/// Whether the kernel has a module.
public enum KernelModuleState: String, Sendable, Hashable {
  /// Works already, loaded or part of the kernel.
  case loaded
  /// Part of the kernel itself.
  case builtIn = "built-in"
  /// Can be loaded.
  case available
  case absent
}
