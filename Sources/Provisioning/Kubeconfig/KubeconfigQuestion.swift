import MusterCore
import RemoteHosts

/// Asks a server for the kubeconfig that k3s has written for its administrators. With it one may do everything in the cluster: it is
/// a secret from its first byte.
public enum KubeconfigQuestion {
  /// Where k3s writes it, each time it starts.
  public static let path = "/etc/rancher/k3s/k3s.yaml"
  static let header = "muster-kubeconfig 1"
  /// Bytes of a file.
  static let largest = 1 << 20

  /// Changes nothing.
  public static let script = RemoteScript(
    "reads the cluster's kubeconfig", text, limit: .seconds(30), mostOutput: largest + 4096)

  static let text = """
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH
    echo '\(header)'
    if [ -f \(path) ]; then
      echo there
      head -c \(largest + 1) \(path) || exit 1
    else
      s=$(systemctl is-active k3s.service 2>/dev/null)
      echo "absent ${s:-unknown}"
    fi
    exit 0

    """

  /// What an answer says, which is an outsider's word.
  ///
  /// - Throws: ``ProvisioningError`` (`badAnswer`): one sentence with the machine's name and nothing of the file's content.
  public static func read(_ answer: RemoteAnswer, of machine: String) throws(ProvisioningError) -> Secret<[UInt8]> {
    func fault(_ sentence: String) -> ProvisioningError {
      ProvisioningError(.badAnswer, "\(machine): \(sentence)", details: ["machine": machine])
    }
    guard answer.status == 0 else {
      throw fault("\(path) could not be read (status \(answer.status)); see that it is a file and its disk is well")
    }
    let head = Array("\(header)\n".utf8)
    guard answer.output.starts(with: head) else {
      throw fault("it answered something odd when asked for \(path); see that its /bin/sh is that of its system")
    }
    let rest = answer.output.dropFirst(head.count)
    guard let end = rest.firstIndex(of: 0x0A) else { throw fault("its answer with \(path) is cut off; try again") }
    let word = String(decoding: rest[..<end], as: UTF8.self)
    let content = rest[(end + 1)...]
    if word.hasPrefix("absent "), content.isEmpty {
      let state = word.dropFirst("absent ".count).filter { $0.isLetter || $0 == "-" }.prefix(40)
      let cure =
        state == "active" || state == "activating"
        ? "it is written while k3s starts, so try again in a moment"
        : "make the cluster with 'muster cluster apply' first"
      throw fault("there is no \(path) (k3s.service is \(state)); \(cure)")
    }
    guard word == "there" else {
      throw fault("it answered something odd when asked for \(path); see that its /bin/sh is that of its system")
    }
    guard !content.isEmpty else { throw fault("\(path) is empty; restart k3s there, which writes it anew") }
    guard content.count <= largest else { throw fault("\(path) has over \(largest) bytes, which k3s never writes") }
    return Secret(Array(content))
  }
}
