-- What the original's `make prover_status` asks.
SELECT status, count(*) FROM task GROUP BY status ORDER BY status;
