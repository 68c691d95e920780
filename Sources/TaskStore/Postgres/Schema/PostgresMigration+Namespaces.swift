import TaskModel

extension PostgresMigration {
  /// Tasks of one namespace are found without reading those of others. Only tasks that have one stand in the index.
  static let namespaces = """
    CREATE INDEX task_namespace ON task ((labels->>'\(ReservedLabel.namespace)'))
      WHERE labels->>'\(ReservedLabel.namespace)' IS NOT NULL
    """
}
