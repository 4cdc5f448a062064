using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Marketplace.ReadModel.Postgres.Migrations;

/// <summary>The first tables.</summary>
[DbContext(typeof(MarketDatabase))]
[Migration("20260101000000_Initial")]
internal sealed class Initial : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            CREATE TABLE blocks (
                number bigint NOT NULL,
                hash bytea NOT NULL,
                time timestamp with time zone NOT NULL,
                CONSTRAINT pk_blocks PRIMARY KEY (number),
                CONSTRAINT ck_blocks_hash CHECK (octet_length(hash) = 32)
            );

            CREATE TABLE contents (
                kind text NOT NULL,
                cid bytea NOT NULL,
                title text,
                title_key text COLLATE "C",
                root_accuracy double precision,
                root_loss double precision,
                test_accuracy double precision,
                test_loss double precision,
                problem text,
                is_final boolean NOT NULL,
                CONSTRAINT pk_contents PRIMARY KEY (kind, cid),
                CONSTRAINT ck_contents_cid CHECK (octet_length(cid) = 36)
            );

            CREATE TABLE events (
                block bigint NOT NULL,
                log_index bigint NOT NULL,
                block_hash bytea NOT NULL,
                time timestamp with time zone NOT NULL,
                transaction bytea NOT NULL,
                transaction_index bigint NOT NULL,
                project bigint,
                name text NOT NULL,
                topics bytea NOT NULL,
                data bytea NOT NULL,
                CONSTRAINT pk_events PRIMARY KEY (block, log_index),
                CONSTRAINT ck_events_block_hash CHECK (octet_length(block_hash) = 32),
                CONSTRAINT ck_events_transaction CHECK (octet_length(transaction) = 32)
            );

            CREATE TABLE market (
                id integer NOT NULL,
                chain_id bigint NOT NULL,
                address bytea NOT NULL,
                CONSTRAINT pk_market PRIMARY KEY (id),
                CONSTRAINT ck_market_address CHECK (octet_length(address) = 20),
                CONSTRAINT ck_market_one CHECK (id = 1)
            );

            CREATE TABLE projects (
                id bigint NOT NULL,
                owner bytea NOT NULL,
                aggregator bytea NOT NULL,
                token bytea NOT NULL,
                document bytea NOT NULL,
                bounty numeric(78,0) NOT NULL,
                aggregator_bond numeric(78,0) NOT NULL,
                trainer_stake numeric(78,0) NOT NULL,
                rounds integer NOT NULL,
                min_trainers integer NOT NULL,
                max_trainers integer NOT NULL,
                open_duration bigint NOT NULL,
                status text NOT NULL,
                open_by timestamp with time zone,
                remaining numeric(78,0) NOT NULL,
                bond numeric(78,0) NOT NULL,
                paid numeric(78,0) NOT NULL,
                settled_rounds integer NOT NULL,
                expired_rounds integer NOT NULL,
                trainers integer NOT NULL,
                bonded_block bigint,
                bonded_time timestamp with time zone,
                bonded_transaction bytea,
                created_block bigint NOT NULL,
                created_time timestamp with time zone NOT NULL,
                created_transaction bytea NOT NULL,
                ended_block bigint,
                ended_time timestamp with time zone,
                ended_transaction bytea,
                started_block bigint,
                started_time timestamp with time zone,
                started_transaction bytea,
                CONSTRAINT pk_projects PRIMARY KEY (id),
                CONSTRAINT ck_projects_aggregator CHECK (octet_length(aggregator) = 20),
                CONSTRAINT ck_projects_aggregator_bond CHECK (aggregator_bond >= 0),
                CONSTRAINT ck_projects_bond CHECK (bond >= 0),
                CONSTRAINT ck_projects_bonded_transaction CHECK (octet_length(bonded_transaction) = 32),
                CONSTRAINT ck_projects_bounty CHECK (bounty >= 0),
                CONSTRAINT ck_projects_created_transaction CHECK (octet_length(created_transaction) = 32),
                CONSTRAINT ck_projects_document CHECK (octet_length(document) = 36),
                CONSTRAINT ck_projects_ended_transaction CHECK (octet_length(ended_transaction) = 32),
                CONSTRAINT ck_projects_owner CHECK (octet_length(owner) = 20),
                CONSTRAINT ck_projects_paid CHECK (paid >= 0),
                CONSTRAINT ck_projects_remaining CHECK (remaining >= 0),
                CONSTRAINT ck_projects_started_transaction CHECK (octet_length(started_transaction) = 32),
                CONSTRAINT ck_projects_token CHECK (octet_length(token) = 20),
                CONSTRAINT ck_projects_trainer_stake CHECK (trainer_stake >= 0)
            );

            CREATE TABLE withdrawals (
                block bigint NOT NULL,
                log_index bigint NOT NULL,
                account bytea NOT NULL,
                token bytea NOT NULL,
                amount numeric(78,0) NOT NULL,
                time timestamp with time zone NOT NULL,
                transaction bytea NOT NULL,
                CONSTRAINT pk_withdrawals PRIMARY KEY (block, log_index),
                CONSTRAINT ck_withdrawals_account CHECK (octet_length(account) = 20),
                CONSTRAINT ck_withdrawals_amount CHECK (amount >= 0),
                CONSTRAINT ck_withdrawals_token CHECK (octet_length(token) = 20),
                CONSTRAINT ck_withdrawals_transaction CHECK (octet_length(transaction) = 32)
            );

            CREATE TABLE credits (
                block bigint NOT NULL,
                log_index bigint NOT NULL,
                project bigint NOT NULL,
                account bytea NOT NULL,
                token bytea NOT NULL,
                amount numeric(78,0) NOT NULL,
                reason text NOT NULL,
                time timestamp with time zone NOT NULL,
                transaction bytea NOT NULL,
                CONSTRAINT pk_credits PRIMARY KEY (block, log_index),
                CONSTRAINT ck_credits_account CHECK (octet_length(account) = 20),
                CONSTRAINT ck_credits_amount CHECK (amount >= 0),
                CONSTRAINT ck_credits_token CHECK (octet_length(token) = 20),
                CONSTRAINT ck_credits_transaction CHECK (octet_length(transaction) = 32),
                CONSTRAINT fk_credits_projects FOREIGN KEY (project) REFERENCES projects (id) ON DELETE CASCADE
            );

            CREATE TABLE participations (
                project bigint NOT NULL,
                trainer bytea NOT NULL,
                index integer NOT NULL,
                submitted integer NOT NULL,
                kept integer NOT NULL,
                earned numeric(78,0) NOT NULL,
                stake numeric(78,0) NOT NULL,
                forfeited numeric(78,0) NOT NULL,
                stake_returned boolean NOT NULL,
                joined_block bigint NOT NULL,
                joined_time timestamp with time zone NOT NULL,
                joined_transaction bytea NOT NULL,
                CONSTRAINT pk_participations PRIMARY KEY (project, trainer),
                CONSTRAINT ck_participations_earned CHECK (earned >= 0),
                CONSTRAINT ck_participations_forfeited CHECK (forfeited >= 0),
                CONSTRAINT ck_participations_joined_transaction CHECK (octet_length(joined_transaction) = 32),
                CONSTRAINT ck_participations_stake CHECK (stake >= 0),
                CONSTRAINT ck_participations_trainer CHECK (octet_length(trainer) = 20),
                CONSTRAINT fk_participations_projects FOREIGN KEY (project) REFERENCES projects (id) ON DELETE CASCADE
            );

            CREATE TABLE rounds (
                project bigint NOT NULL,
                index integer NOT NULL,
                stage text NOT NULL,
                training_ends timestamp with time zone,
                settle_by timestamp with time zone,
                model bytea,
                aggregate bytea,
                report bytea,
                submissions integer NOT NULL,
                kept integer NOT NULL,
                invalid integer NOT NULL,
                paid numeric(78,0) NOT NULL,
                ended_block bigint,
                ended_time timestamp with time zone,
                ended_transaction bytea,
                opened_block bigint,
                opened_time timestamp with time zone,
                opened_transaction bytea,
                CONSTRAINT pk_rounds PRIMARY KEY (project, index),
                CONSTRAINT ck_rounds_aggregate CHECK (octet_length(aggregate) = 36),
                CONSTRAINT ck_rounds_ended_transaction CHECK (octet_length(ended_transaction) = 32),
                CONSTRAINT ck_rounds_model CHECK (octet_length(model) = 36),
                CONSTRAINT ck_rounds_opened_transaction CHECK (octet_length(opened_transaction) = 32),
                CONSTRAINT ck_rounds_paid CHECK (paid >= 0),
                CONSTRAINT ck_rounds_report CHECK (octet_length(report) = 36),
                CONSTRAINT fk_rounds_projects FOREIGN KEY (project) REFERENCES projects (id) ON DELETE CASCADE
            );

            CREATE TABLE submissions (
                project bigint NOT NULL,
                round integer NOT NULL,
                seat integer NOT NULL,
                trainer bytea NOT NULL,
                payload bytea NOT NULL,
                outcome text NOT NULL,
                payout numeric(78,0) NOT NULL,
                submitted_block bigint NOT NULL,
                submitted_time timestamp with time zone NOT NULL,
                submitted_transaction bytea NOT NULL,
                CONSTRAINT pk_submissions PRIMARY KEY (project, round, seat),
                CONSTRAINT ck_submissions_payload CHECK (octet_length(payload) = 36),
                CONSTRAINT ck_submissions_payout CHECK (payout >= 0),
                CONSTRAINT ck_submissions_submitted_transaction CHECK (octet_length(submitted_transaction) = 32),
                CONSTRAINT ck_submissions_trainer CHECK (octet_length(trainer) = 20),
                CONSTRAINT fk_submissions_rounds FOREIGN KEY (project, round) REFERENCES rounds (project, index) ON DELETE CASCADE
            );

            CREATE INDEX ix_credits_account_block_log_index ON credits (account, block, log_index);

            CREATE INDEX ix_credits_project ON credits (project);

            CREATE INDEX ix_events_project_block_log_index ON events (project, block, log_index);

            CREATE INDEX ix_participations_trainer ON participations (trainer);

            CREATE INDEX ix_projects_aggregator ON projects (aggregator);

            CREATE INDEX ix_projects_owner ON projects (owner);

            CREATE INDEX ix_projects_status ON projects (status);

            CREATE INDEX ix_rounds_report ON rounds (report);

            CREATE INDEX ix_submissions_trainer ON submissions (trainer);

            CREATE INDEX ix_withdrawals_account_block_log_index ON withdrawals (account, block, log_index);
            """);

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            DROP TABLE submissions;
            DROP TABLE rounds;
            DROP TABLE participations;
            DROP TABLE credits;
            DROP TABLE withdrawals;
            DROP TABLE projects;
            DROP TABLE market;
            DROP TABLE events;
            DROP TABLE contents;
            DROP TABLE blocks;
            """);
}
