-- What the original's migrations make. Muster needs this table, and leaves it as it is.
CREATE TYPE task_status AS ENUM ('inited', 'proving', 'proved');

CREATE TABLE task (
    task_id VARCHAR(30) PRIMARY KEY,
    circuit VARCHAR(30) NOT NULL,
    block_id BIGINT NOT NULL,
    input jsonb NOT NULL,
    output jsonb DEFAULT NULL,
    public_input BYTEA DEFAULT NULL,
    proof BYTEA DEFAULT NULL,
    status task_status NOT NULL DEFAULT 'inited',
    prover_id VARCHAR(128) DEFAULT NULL,
    created_time TIMESTAMP(0) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_time TIMESTAMP(0) NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE FUNCTION update_updated_time() RETURNS TRIGGER AS $$
BEGIN
    NEW.updated_time = CURRENT_TIMESTAMP;
    RETURN NEW;
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER task_updated_time BEFORE UPDATE ON task
    FOR EACH ROW EXECUTE FUNCTION update_updated_time();
