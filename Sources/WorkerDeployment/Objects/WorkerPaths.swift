/// Where things are in the workers' pods, and in the image that is built for them.
public enum WorkerPaths {
  /// This program, its linker and its libraries: a folder of their own, so that they run on any base.
  public static let programFolder = "/opt/muster"
  public static let program = "/opt/muster/muster"
  /// The ConfigMap; the programs that its files name by relative paths are seen from here.
  public static let configuration = "/etc/muster"
  public static let musterFile = "/etc/muster/muster.yaml"
  public static let clientFile = "/etc/muster/client.yaml"
  /// The worker's certificate, and its tasks' folders.
  public static let state = "/var/lib/muster"
  public static let runFolder = "/run/muster"
  /// What the probes read.
  public static let readyFile = "/run/muster/ready"
  public static let temporary = "/tmp"
  /// Beside the configuration and not in it: nothing can be mounted into a ConfigMap's folder.
  public static let joinFolder = "/etc/muster-join"
  public static let joinTokenFile = "/etc/muster-join/token"
}
