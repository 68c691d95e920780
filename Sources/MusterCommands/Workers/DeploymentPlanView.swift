import Kubernetes
import Terminal
import WorkerDeployment

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A plan, for people and for programs.
struct DeploymentPlanView: Encodable {
  struct Action: Encodable {
    struct Change: Encodable {
      let path: String
      let from: JSONValue?
      let to: JSONValue?
    }

    let action: String
    let subject: String
    let why: String
    let changes: [Change]

    init(_ action: DeploymentAction) {
      self.action = DeploymentPlanView.word(action.deed)
      subject = action.subject
      why = action.why
      changes = action.changes.map { Change(path: $0.path, from: $0.from, to: $0.to) }
    }
  }

  let namespace: String
  let images: [String: String]
  let actions: [Action]
  let remarks: [String]

  /// - Parameter images: where the image is delivered and pulled; empty for plans that concern none.
  init(_ plan: DeploymentPlan, namespace: String, images: [String: String] = [:]) {
    self.namespace = namespace
    self.images = images
    actions = plan.actions.map(Action.init)
    remarks = plan.remarks
  }

  private static func word(_ deed: DeploymentAction.Deed) -> String {
    switch deed {
    case .createNamespace: "create"
    case .apply: "apply"
    case .recreate: "recreate"
    case .delete, .deleteNamespace, .deleteImage: "delete"
    case .annotateStage: "annotate"
    case .deliverImage: "deliver"
    case .adjust: "change"
    case .scale: "scale"
    }
  }

  /// Prints it: an action a paragraph, its fields below it.
  ///
  /// - Parameter whenEmpty: why there is nothing to do.
  func print(_ output: Output, whenEmpty: String? = nil) throws {
    guard output.mode == .table else {
      return try output.render(self, table: Table([]), ids: actions.map(\.subject))
    }
    for remark in remarks { output.warning(remark) }
    for (name, image) in images.sorted(by: { $0.key < $1.key }) {
      try output.line("image \(name) \(image)", style: .faint)
    }
    guard !actions.isEmpty else {
      return try output.line("nothing to do: \(whenEmpty ?? "namespace '\(namespace)' is as wanted")")
    }
    for action in actions {
      let isNew = !action.changes.isEmpty && action.changes.allSatisfy { $0.from == nil }
      let (mark, style): (String, Style) =
        switch action.action {
        case "delete": ("-", .bad)
        case "recreate": ("±", .attention)
        case "create", "deliver": ("+", .good)
        default: isNew ? ("+", .good) : ("~", .attention)
        }
      try output.line("\(mark) \(action.action) \(action.subject): \(action.why)", style: style)
      for change in action.changes { try output.line("    \(Self.text(change))") }
    }
    let count = actions.count == 1 ? "1 action" : "\(actions.count) actions"
    try output.line("\(count) in namespace '\(namespace)'")
  }

  private static func text(_ change: Action.Change) -> String {
    switch (change.from, change.to) {
    case (nil, let to?): "\(change.path): \(short(to))"
    case (let from?, nil): "\(change.path): \(short(from)) goes"
    case (let from?, let to?): "\(change.path): \(short(from)) → \(short(to))"
    case (nil, nil): change.path
    }
  }

  private static func json(_ value: JSONValue) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "?"
  }

  /// A line's worth; all of it is in the JSON form.
  private static func short(_ value: JSONValue) -> String {
    let text = value.string ?? json(value)
    return text.count > 120 ? "\(text.prefix(117))…" : text
  }
}
