extension PostgresMigration {
  /// A task exists if and only if it has a row in `task`; it is unfinished if and only if it has one in `live`, else it
  /// has one in `final`. So the queue's cost depends on what is queued, never on how much has ended.
  ///
  /// Nothing references another table by a foreign key: the store keeps them together in its transactions, and a key's
  /// check would cost a lookup and a row lock for each. Columns stand by size, so that rows hold no padding.
  /// The key of a result, a log piece and an attempt is its token's number: the task's sequence number and the attempt.
  static let first = """
    -- The one clock by which sessions, leases, backoffs and deadlines are judged. Tests put another in its place.
    -- Write (SELECT clock()) where an index is to be used: compared as it is, it would be called for every row.
    CREATE FUNCTION clock() RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL SAFE
      AS 'SELECT pg_catalog.clock_timestamp()';

    CREATE TABLE version (
      number int PRIMARY KEY, applied timestamptz NOT NULL, build text NOT NULL, compatible int NOT NULL);

    CREATE TABLE kind (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text COLLATE "C" NOT NULL UNIQUE);

    -- Queued tasks that are alike for every worker: a claim looks at the head of each lane and not at each task.
    CREATE TABLE lane (
      id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, kind int NOT NULL, priority int2 NOT NULL, slots int4 NOT NULL,
      memory int8 NOT NULL, gpus int4 NOT NULL, oversize bool NOT NULL,
      UNIQUE (kind, priority, slots, memory, gpus, oversize));

    -- A token has 43 bits for the task.
    CREATE SEQUENCE task_seq AS int8 MAXVALUE 8796093022207;

    -- As submitted; never updated.
    CREATE TABLE task (
      seq int8 PRIMARY KEY DEFAULT nextval('task_seq'), submitted timestamptz NOT NULL, deadline timestamptz,
      lane int NOT NULL, max_attempts int4 NOT NULL, input_size int4 NOT NULL,
      id text COLLATE "C" NOT NULL UNIQUE, identity bytea NOT NULL, labels jsonb, input bytea);
    ALTER SEQUENCE task_seq OWNED BY task.seq;

    -- One row an unfinished task.
    CREATE TABLE live (
      seq int8 PRIMARY KEY, ord int8 NOT NULL, handouts int8 NOT NULL DEFAULT 0, forgiven int8 NOT NULL DEFAULT 0,
      epoch int8, coordinator int8, since timestamptz NOT NULL, handed timestamptz, not_before timestamptz,
      deadline timestamptz, lease_ends timestamptz, lane int NOT NULL, failures int4 NOT NULL DEFAULT 0,
      max_attempts int4 NOT NULL, input_size int4 NOT NULL, state int2 NOT NULL, started bool NOT NULL DEFAULT false,
      worker text COLLATE "C", failed_on text[], error text);
    CREATE INDEX live_queue ON live (lane, ord, seq) WHERE state = 1;
    -- The few that have failed on somebody, who must not get them while another can: they must not stand before the others.
    CREATE INDEX live_again ON live (lane, ord, seq) WHERE state = 1 AND failed_on IS NOT NULL;
    CREATE INDEX live_worker ON live (worker) WHERE state = 2;
    CREATE INDEX live_backoff ON live (not_before) WHERE state = 0 AND not_before IS NOT NULL;
    CREATE INDEX live_deadline ON live (deadline) WHERE deadline IS NOT NULL;
    CREATE INDEX live_lease ON live (lease_ends) WHERE lease_ends IS NOT NULL;

    -- How it ended. A retry deletes the row.
    CREATE TABLE final (
      seq int8 PRIMARY KEY, finished timestamptz NOT NULL, handouts int8 NOT NULL DEFAULT 0,
      forgiven int8 NOT NULL DEFAULT 0, epoch int8, handed timestamptz, failed_by int8, result_key int8,
      run_ns int8 NOT NULL DEFAULT 0, kind int NOT NULL, failures int4 NOT NULL DEFAULT 0,
      result_size int4 NOT NULL DEFAULT 0, state int2 NOT NULL, late bool NOT NULL DEFAULT false,
      worker text COLLATE "C", error text, result bytea);
    -- For retention; with the state, so that tasks are counted without reading them.
    CREATE INDEX final_kind ON final (kind, finished, state);
    CREATE INDEX final_cause ON final (failed_by) WHERE failed_by IS NOT NULL;
    -- The few that people look for among the many that are done; costs nothing for those.
    CREATE INDEX final_unsuccessful ON final (seq) WHERE state <> 4;

    -- Results that wait for the verifier; none of a task that is final.
    CREATE TABLE verification (
      key int8 PRIMARY KEY, epoch int8 NOT NULL, run_ns int8 NOT NULL DEFAULT 0, coordinator int8,
      since timestamptz NOT NULL, size int4 NOT NULL, late bool NOT NULL, worker text COLLATE "C" NOT NULL,
      result bytea);

    -- Attempts that ended otherwise than by a committed result.
    CREATE TABLE attempt (
      key int8 PRIMARY KEY, epoch int8 NOT NULL, started timestamptz, ended timestamptz NOT NULL,
      worker text COLLATE "C" NOT NULL, outcome text NOT NULL, error text NOT NULL);

    CREATE TABLE dependency (task int8 NOT NULL, needs int8 NOT NULL, PRIMARY KEY (task, needs));
    CREATE INDEX dependency_needs ON dependency (needs);

    CREATE TABLE log (
      position int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key int8 NOT NULL, dropped int8 NOT NULL DEFAULT 0,
      bytes bytea NOT NULL);
    CREATE INDEX log_key ON log (key, position);

    CREATE TABLE session (
      name text COLLATE "C" PRIMARY KEY, coordinator int8 NOT NULL, session int8, generation int8 NOT NULL,
      memory int8 NOT NULL, since timestamptz NOT NULL, heard timestamptz NOT NULL, ends timestamptz NOT NULL,
      slots int4 NOT NULL, gpus int4 NOT NULL, connected bool NOT NULL, accepting bool NOT NULL,
      build text NOT NULL, kinds text[] NOT NULL);

    -- Provers of the original protocol, which have no sessions.
    CREATE TABLE prover (
      name text COLLATE "C" PRIMARY KEY, coordinator int8 NOT NULL, heard timestamptz NOT NULL, kinds text[] NOT NULL);

    -- Workers that are set aside for a kind.
    CREATE TABLE aside (
      worker text COLLATE "C", kind text COLLATE "C", rule int2 NOT NULL, reason text NOT NULL,
      until timestamptz NOT NULL, PRIMARY KEY (worker, kind));

    -- What one coordinator asks of another.
    CREATE TABLE errand (
      id int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY, coordinator int8 NOT NULL, epoch int8, number int8,
      what text NOT NULL, worker text NOT NULL);
    CREATE INDEX errand_coordinator ON errand (coordinator);

    -- The duty is the one's that took it last: the lock that decides it does not tell who holds it.
    CREATE TABLE coordinator (
      id int8 PRIMARY KEY, started timestamptz NOT NULL, heard timestamptz NOT NULL, duty timestamptz,
      address text NOT NULL, build text NOT NULL);

    \(ProverClusterTable.tables)

    -- The last commit of each writing connection: a writer that was cut off finds out here whether it was carried out.
    CREATE TABLE writer (id int8 PRIMARY KEY, mark int8 NOT NULL, changed timestamptz NOT NULL);

    \(storage)
    """

  /// How the tables lie on the disk and how they are kept clean.
  private static let storage = """
    -- Inputs and results are mostly compressed already or do not compress: the server must not try each of them.
    ALTER TABLE task ALTER COLUMN input SET STORAGE EXTERNAL;
    ALTER TABLE final ALTER COLUMN result SET STORAGE EXTERNAL;
    ALTER TABLE verification ALTER COLUMN result SET STORAGE EXTERNAL;

    -- Every task leaves two or three dead versions here, thousands a second. Half of each page is left free, so that the
    -- next version of a row finds room beside the last one and the space is taken again when the page is next read.
    -- Dead index entries, which every claim would have to pass, go at each round of the autovacuum (autovacuum_naptime, a
    -- minute by default): a fixed number of dead rows calls for it, not a part of however many are queued, and it does
    -- not pause, or it would never catch up.
    ALTER TABLE live SET (
      fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
      autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 20000);
    ALTER TABLE verification SET (
      autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);

    -- Rows that are only inserted, and deleted when they were kept long enough. Vacuumed after insertions too: an index
    -- can answer a count alone only for pages that were vacuumed. Frozen at once: nobody changes them any more, and so a
    -- forced vacuum of ten million rows, years later, finds nothing to do.
    ALTER TABLE task SET (
      autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_vacuum_insert_threshold = 50000,
      autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 10000,
      autovacuum_analyze_scale_factor = 0.05, autovacuum_freeze_min_age = 0);
    ALTER TABLE final SET (
      autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_vacuum_insert_threshold = 50000,
      autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 10000,
      autovacuum_analyze_scale_factor = 0.05, autovacuum_freeze_min_age = 0);

    -- Updated at every heartbeat, in columns without an index: with room on the page no index is touched.
    ALTER TABLE session SET (fillfactor = 50);
    ALTER TABLE prover SET (fillfactor = 50);
    ALTER TABLE coordinator SET (fillfactor = 50);
    """
}
