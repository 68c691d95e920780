"""What the coordinator's store holds, read past all of Muster's code."""

import sqlite3

from bench import check

DONE, FAILED, CANCELLED = 4, 5, 6
ATTEMPT_BITS = 20


class Store:
    """The store's tables; the coordinator must have left."""

    def __init__(self, bench):
        with sqlite3.connect(f"file:{bench.state}/muster.db?mode=ro", uri=True) as database:
            database.row_factory = sqlite3.Row
            sound = [row[0] for row in database.execute("PRAGMA integrity_check")]
            check(sound == ["ok"], f"SQLite finds the store damaged: {sound}")
            self.tasks = {row["id"]: dict(row) for row in database.execute("SELECT * FROM task")}
            self.results = {row[0] for row in database.execute("SELECT key FROM result")}
            self.attempts = {row["key"]: dict(row) for row in database.execute("SELECT * FROM attempt")}
            self.unverified = database.execute("SELECT count(*) FROM verification").fetchone()[0]
        database.close()

    def check_commits(self):
        """Every done task has one result, that of one of its attempts; no other has any."""
        check(self.unverified == 0, f"{self.unverified} results wait for a verifier")
        keys = set()
        for identifier, task in self.tasks.items():
            key = task["result_key"]
            check((task["state"] == DONE) == (key is not None), f"task {identifier}: state {task['state']}, result {key}")
            if key is None:
                continue
            sequence, attempt = key >> ATTEMPT_BITS, key & ((1 << ATTEMPT_BITS) - 1)
            check(sequence == task["seq"] and 1 <= attempt <= task["handouts"], f"{identifier} has another's result")
            check(key not in keys, f"two tasks have one result: {identifier}")
            ended = self.attempts.get(key, {"outcome": "lost"})["outcome"]
            check(ended in ("lost", "expired") if task["late"] else key not in self.attempts,
                  f"the attempt of the result of {identifier} is also on record as {ended}")
            keys.add(key)
        check(keys == self.results, f"the results are not those of the done tasks: {len(keys ^ self.results)} differ")

    def outcome(self, identifier, attempt):
        """How the attempt ended; None if it is not on record."""
        task = self.tasks[identifier]
        key = task["seq"] << ATTEMPT_BITS | attempt
        if task["result_key"] == key:
            return "done"
        return self.attempts.get(key, {"outcome": None})["outcome"]
