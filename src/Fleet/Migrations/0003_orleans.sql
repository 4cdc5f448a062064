-- What Orleans keeps: which silos there are, and the reminders of grains. Its ADO.NET providers know no tables but OrleansQuery; they ask
-- for its statements by key, and the names of parameters and result columns below are all that they rely on. They find it by the search path.

CREATE TABLE fleet.OrleansQuery (QueryKey text PRIMARY KEY, QueryText text NOT NULL);

-- One row a cluster. Every change of its silos counts the version up, so that of two writers who have read the same one fails.
CREATE TABLE fleet.clusters (deployment text PRIMARY KEY, version integer NOT NULL DEFAULT 0);

CREATE TABLE fleet.silos (
    deployment text NOT NULL REFERENCES fleet.clusters,
    address text NOT NULL,
    port integer NOT NULL,
    generation integer NOT NULL,
    name text NOT NULL,
    host text NOT NULL,
    -- Orleans.Runtime.SiloStatus; 3 is active.
    status integer NOT NULL,
    gateway integer,
    suspects text,
    started timestamptz NOT NULL,
    alive timestamptz NOT NULL,
    PRIMARY KEY (deployment, address, port, generation)
);

CREATE TABLE fleet.reminders (
    service text NOT NULL,
    grain text NOT NULL,
    name text NOT NULL,
    hash integer NOT NULL,
    start timestamptz NOT NULL,
    period bigint NOT NULL,
    version integer NOT NULL,
    PRIMARY KEY (service, grain, name)
);

CREATE INDEX reminders_hash ON fleet.reminders (service, hash);

INSERT INTO fleet.OrleansQuery VALUES
('InsertMembershipVersionKey', '
    WITH added AS (INSERT INTO fleet.clusters (deployment) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
    SELECT count(*)::int FROM added'),
('InsertMembershipKey', '
    WITH moved AS (UPDATE fleet.clusters SET version = version + 1 WHERE deployment = @DeploymentId AND version = @Version RETURNING 1),
    added AS (
        INSERT INTO fleet.silos
        SELECT @DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, NULL, @StartTime, @IAmAliveTime FROM moved
        ON CONFLICT DO NOTHING RETURNING 1)
    SELECT count(*)::int FROM added'),
('UpdateMembershipKey', '
    WITH moved AS (UPDATE fleet.clusters SET version = version + 1 WHERE deployment = @DeploymentId AND version = @Version RETURNING 1),
    changed AS (
        UPDATE fleet.silos SET status = @Status, suspects = @SuspectTimes, alive = @IAmAliveTime FROM moved
        WHERE deployment = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation RETURNING 1)
    SELECT count(*)::int FROM changed'),
('UpdateIAmAlivetimeKey', '
    UPDATE fleet.silos SET alive = @IAmAliveTime
    WHERE deployment = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation'),
('MembershipReadRowKey', '
    SELECT c.deployment AS DeploymentId, s.address AS Address, s.port AS Port, s.generation AS Generation, s.name AS SiloName,
        s.host AS HostName, s.status AS Status, s.gateway AS ProxyPort, s.suspects AS SuspectTimes, s.started AS StartTime,
        s.alive AS IAmAliveTime, c.version AS Version
    FROM fleet.clusters c LEFT JOIN fleet.silos s
        ON s.deployment = c.deployment AND s.address = @Address AND s.port = @Port AND s.generation = @Generation
    WHERE c.deployment = @DeploymentId'),
('MembershipReadAllKey', '
    SELECT c.deployment AS DeploymentId, s.address AS Address, s.port AS Port, s.generation AS Generation, s.name AS SiloName,
        s.host AS HostName, s.status AS Status, s.gateway AS ProxyPort, s.suspects AS SuspectTimes, s.started AS StartTime,
        s.alive AS IAmAliveTime, c.version AS Version
    FROM fleet.clusters c LEFT JOIN fleet.silos s ON s.deployment = c.deployment
    WHERE c.deployment = @DeploymentId'),
('DeleteMembershipTableEntriesKey', '
    WITH gone AS (DELETE FROM fleet.silos WHERE deployment = @DeploymentId) DELETE FROM fleet.clusters WHERE deployment = @DeploymentId'),
('GatewaysQueryKey', '
    SELECT address AS Address, gateway AS ProxyPort, generation AS Generation
    FROM fleet.silos WHERE deployment = @DeploymentId AND status = @Status AND gateway > 0'),
('CleanupDefunctSiloEntriesKey', '
    DELETE FROM fleet.silos WHERE deployment = @DeploymentId AND alive < @IAmAliveTime AND status <> 3'),
('UpsertReminderRowKey', '
    INSERT INTO fleet.reminders VALUES (@ServiceId, @GrainId, @ReminderName, @GrainHash, @StartTime, @Period, 0)
    ON CONFLICT (service, grain, name) DO UPDATE
    SET start = excluded.start, period = excluded.period, hash = excluded.hash, version = fleet.reminders.version + 1
    RETURNING version AS Version'),
('ReadReminderRowsKey', '
    SELECT grain AS GrainId, name AS ReminderName, start AS StartTime, period AS Period, version AS Version
    FROM fleet.reminders WHERE service = @ServiceId AND grain = @GrainId'),
('ReadReminderRowKey', '
    SELECT grain AS GrainId, name AS ReminderName, start AS StartTime, period AS Period, version AS Version
    FROM fleet.reminders WHERE service = @ServiceId AND grain = @GrainId AND name = @ReminderName'),
('ReadRangeRows1Key', '
    SELECT grain AS GrainId, name AS ReminderName, start AS StartTime, period AS Period, version AS Version
    FROM fleet.reminders WHERE service = @ServiceId AND hash > @BeginHash AND hash <= @EndHash'),
('ReadRangeRows2Key', '
    SELECT grain AS GrainId, name AS ReminderName, start AS StartTime, period AS Period, version AS Version
    FROM fleet.reminders WHERE service = @ServiceId AND (hash > @BeginHash OR hash <= @EndHash)'),
('DeleteReminderRowKey', '
    WITH gone AS (
        DELETE FROM fleet.reminders WHERE service = @ServiceId AND grain = @GrainId AND name = @ReminderName AND version = @Version RETURNING 1)
    SELECT count(*)::int FROM gone'),
('DeleteReminderRowsKey', '
    DELETE FROM fleet.reminders WHERE service = @ServiceId');
