/// The text of k3s's unit and of its environment file.
enum UnitTexts {
  static func unit(isServer: Bool) -> String {
    let name = isServer ? "k3s" : "k3s-agent"
    return """
      # Written by Muster, which sets back what is changed here.
      [Unit]
      Description=Lightweight Kubernetes, \(isServer ? "server" : "agent")
      Documentation=https://k3s.io
      Wants=network-online.target
      After=network-online.target

      [Install]
      WantedBy=multi-user.target

      [Service]
      Type=notify
      EnvironmentFile=-\(MachinePlaces.units)/\(name).service.env
      KillMode=process
      Delegate=yes
      User=root
      LimitNOFILE=1048576
      LimitNPROC=infinity
      LimitCORE=infinity
      TasksMax=infinity
      TimeoutStartSec=0
      Restart=always
      RestartSec=5s
      ExecStartPre=-/sbin/modprobe br_netfilter
      ExecStartPre=-/sbin/modprobe overlay
      ExecStart=\(MachinePlaces.binary) \(isServer ? "server" : "agent")

      """
  }

  /// The most bytes of an environment file that are read.
  static let largest = 64 << 10

  /// What a text of ``environment(_:)`` gives a variable; nil: it has none of this name, or an empty one.
  static func value(of name: String, in text: String) -> String? {
    for line in text.split(whereSeparator: \.isNewline) where line.hasPrefix("\(name)=") {
      let value = line.dropFirst(name.count + 1)
      guard value.hasPrefix("\""), value.hasSuffix("\""), value.count > 1 else {
        return value.isEmpty ? nil : String(value)
      }
      var plain = ""
      var isEscaped = false
      for character in value.dropFirst().dropLast() {
        if character == "\\", !isEscaped {
          isEscaped = true
        } else {
          plain.append(character)
          isEscaped = false
        }
      }
      return plain.isEmpty ? nil : plain
    }
    return nil
  }

  /// `NAME="VALUE"`, with a backslash before what systemd takes for its own within double quotes.
  static func environment(_ values: KeyValuePairs<String, String>) -> String {
    values.map { name, value in
      let escaped = value.map { "\"\\$`".contains($0) ? "\\\($0)" : String($0) }.joined()
      return value == escaped
        && value.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_.:/".contains($0)) })
        ? "\(name)=\(value)\n" : "\(name)=\"\(escaped)\"\n"
    }.joined()
  }
}
