-- What accounts have decided in rounds, each once. All of it is sealed under a key that never reaches the database.

CREATE TABLE fleet.updates (
    account bigint NOT NULL REFERENCES fleet.accounts,
    role text NOT NULL CHECK (role IN ('trainer', 'aggregator')),
    market bytea NOT NULL CHECK (length(market) = 20),
    project numeric(78) NOT NULL CHECK (project >= 0),
    round integer NOT NULL CHECK (round >= 0),
    -- Counts what was decided of the round: anew only where a reorganization has changed it, or the update was damaged.
    version integer NOT NULL,
    -- Small ones are here, large ones in the content store, which has them by their CID.
    sealed bytea,
    content text,
    decided_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account, role, market, project, round),
    CHECK ((sealed IS NULL) <> (content IS NULL))
);
