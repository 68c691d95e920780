/// A ConfigMap, a Secret or a key in one that a pod needs and that is not there, by the kubelet's words.
struct MissingObject: Sendable, Hashable {
  /// `the Secret 'cluster-join', which is not there`.
  let words: String

  /// Nil: the message is about something else.
  init?(_ message: String) {
    let text = Wording.cleaned(message, limit: 1000)
    for (word, kind) in [("configmap", "ConfigMap"), ("secret", "Secret")] {
      if let name = text.between("\(word) \"", "\" not found") {
        words = "the \(kind) '\(Wording.cleaned(name, limit: 100))', which is not there"
        return
      }
      // `couldn't find key client in ConfigMap NAMESPACE/cluster-conf`
      if let key = text.between("couldn't find key ", " in \(kind) ") {
        let name = text.after(" in \(kind) ")?.split(separator: "/").last.map(String.init) ?? ""
        words =
          "the key '\(Wording.cleaned(key, limit: 100))' in the \(kind) "
          + "'\(Wording.cleaned(name, limit: 100))', which is not there"
        return
      }
      // `references non-existent secret key: token`
      if let key = text.after("references non-existent \(kind == "Secret" ? "secret" : "config") key: ") {
        words = "the key '\(Wording.cleaned(key, limit: 100))' of a \(kind), which is not there"
        return
      }
    }
    return nil
  }
}
