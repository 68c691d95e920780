extension PostgresMigration {
  /// One row: see ``TaskStore/id``. Coordinators of before do not look at it.
  static let storeID = """
    CREATE TABLE store (id text COLLATE "C" NOT NULL);
    INSERT INTO store (id) VALUES (replace(gen_random_uuid()::text, '-', ''))
    """
}
