using System.Numerics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Marketplace.ReadModel.Postgres.Migrations;

/// <summary>The tables as the migrations make them. A model that differs needs another migration, and this file the same change.</summary>
[DbContext(typeof(MarketDatabase))]
internal sealed class MarketDatabaseSnapshot : ModelSnapshot
{
    protected override void BuildModel(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity("blocks", table =>
        {
            table.ToTable("blocks", checks =>
            {
                checks.HasCheckConstraint("ck_blocks_hash", "octet_length(hash) = 32");
            });
            table.Property<long>("number").HasColumnType("bigint").ValueGeneratedNever();
            table.Property<byte[]>("hash").HasColumnType("bytea").IsRequired();
            table.Property<DateTimeOffset>("time").HasColumnType("timestamp with time zone");
            table.HasKey("number").HasName("pk_blocks");
        });
        modelBuilder.Entity("contents", table =>
        {
            table.ToTable("contents", checks =>
            {
                checks.HasCheckConstraint("ck_contents_cid", "octet_length(cid) = 36");
            });
            table.Property<string>("kind").HasColumnType("text").IsRequired().ValueGeneratedNever();
            table.Property<byte[]>("cid").HasColumnType("bytea").IsRequired().ValueGeneratedNever();
            table.Property<string>("title").HasColumnType("text");
            table.Property<string>("title_key").HasColumnType("text").UseCollation("C");
            table.Property<double?>("root_accuracy").HasColumnType("double precision");
            table.Property<double?>("root_loss").HasColumnType("double precision");
            table.Property<double?>("test_accuracy").HasColumnType("double precision");
            table.Property<double?>("test_loss").HasColumnType("double precision");
            table.Property<string>("problem").HasColumnType("text");
            table.Property<bool>("is_final").HasColumnType("boolean");
            table.HasKey("kind", "cid").HasName("pk_contents");
        });
        modelBuilder.Entity("events", table =>
        {
            table.ToTable("events", checks =>
            {
                checks.HasCheckConstraint("ck_events_block_hash", "octet_length(block_hash) = 32");
                checks.HasCheckConstraint("ck_events_transaction", "octet_length(transaction) = 32");
            });
            table.Property<long>("block").HasColumnType("bigint").ValueGeneratedNever();
            table.Property<long>("log_index").HasColumnType("bigint").ValueGeneratedNever();
            table.Property<byte[]>("block_hash").HasColumnType("bytea").IsRequired();
            table.Property<DateTimeOffset>("time").HasColumnType("timestamp with time zone");
            table.Property<byte[]>("transaction").HasColumnType("bytea").IsRequired();
            table.Property<long>("transaction_index").HasColumnType("bigint");
            table.Property<long?>("project").HasColumnType("bigint");
            table.Property<string>("name").HasColumnType("text").IsRequired();
            table.Property<byte[]>("topics").HasColumnType("bytea").IsRequired();
            table.Property<byte[]>("data").HasColumnType("bytea").IsRequired();
            table.HasKey("block", "log_index").HasName("pk_events");
            table.HasIndex("project", "block", "log_index").HasDatabaseName("ix_events_project_block_log_index");
        });
        modelBuilder.Entity("market", table =>
        {
            table.ToTable("market", checks =>
            {
                checks.HasCheckConstraint("ck_market_address", "octet_length(address) = 20");
                checks.HasCheckConstraint("ck_market_one", "id = 1");
            });
            table.Property<int>("id").HasColumnType("integer").ValueGeneratedNever();
            table.Property<long>("chain_id").HasColumnType("bigint");
            table.Property<byte[]>("address").HasColumnType("bytea").IsRequired();
            table.HasKey("id").HasName("pk_market");
        });
        modelBuilder.Entity("projects", table =>
        {
            table.ToTable("projects", checks =>
            {
                checks.HasCheckConstraint("ck_projects_aggregator", "octet_length(aggregator) = 20");
                checks.HasCheckConstraint("ck_projects_aggregator_bond", "aggregator_bond >= 0");
                checks.HasCheckConstraint("ck_projects_bond", "bond >= 0");
                checks.HasCheckConstraint("ck_projects_bonded_transaction", "octet_length(bonded_transaction) = 32");
                checks.HasCheckConstraint("ck_projects_bounty", "bounty >= 0");
                checks.HasCheckConstraint("ck_projects_created_transaction", "octet_length(created_transaction) = 32");
                checks.HasCheckConstraint("ck_projects_document", "octet_length(document) = 36");
                checks.HasCheckConstraint("ck_projects_ended_transaction", "octet_length(ended_transaction) = 32");
                checks.HasCheckConstraint("ck_projects_owner", "octet_length(owner) = 20");
                checks.HasCheckConstraint("ck_projects_paid", "paid >= 0");
                checks.HasCheckConstraint("ck_projects_remaining", "remaining >= 0");
                checks.HasCheckConstraint("ck_projects_started_transaction", "octet_length(started_transaction) = 32");
                checks.HasCheckConstraint("ck_projects_token", "octet_length(token) = 20");
                checks.HasCheckConstraint("ck_projects_trainer_stake", "trainer_stake >= 0");
            });
            table.Property<long>("id").HasColumnType("bigint").ValueGeneratedNever();
            table.Property<byte[]>("owner").HasColumnType("bytea").IsRequired();
            table.Property<byte[]>("aggregator").HasColumnType("bytea").IsRequired();
            table.Property<byte[]>("token").HasColumnType("bytea").IsRequired();
            table.Property<byte[]>("document").HasColumnType("bytea").IsRequired();
            table.Property<BigInteger>("bounty").HasColumnType("numeric(78,0)");
            table.Property<BigInteger>("aggregator_bond").HasColumnType("numeric(78,0)");
            table.Property<BigInteger>("trainer_stake").HasColumnType("numeric(78,0)");
            table.Property<int>("rounds").HasColumnType("integer");
            table.Property<int>("min_trainers").HasColumnType("integer");
            table.Property<int>("max_trainers").HasColumnType("integer");
            table.Property<long>("open_duration").HasColumnType("bigint");
            table.Property<string>("status").HasColumnType("text").IsRequired();
            table.Property<DateTimeOffset?>("open_by").HasColumnType("timestamp with time zone");
            table.Property<BigInteger>("remaining").HasColumnType("numeric(78,0)");
            table.Property<BigInteger>("bond").HasColumnType("numeric(78,0)");
            table.Property<BigInteger>("paid").HasColumnType("numeric(78,0)");
            table.Property<int>("settled_rounds").HasColumnType("integer");
            table.Property<int>("expired_rounds").HasColumnType("integer");
            table.Property<int>("trainers").HasColumnType("integer");
            table.Property<long?>("bonded_block").HasColumnType("bigint");
            table.Property<DateTimeOffset?>("bonded_time").HasColumnType("timestamp with time zone");
            table.Property<byte[]>("bonded_transaction").HasColumnType("bytea");
            table.Property<long>("created_block").HasColumnType("bigint");
            table.Property<DateTimeOffset>("created_time").HasColumnType("timestamp with time zone");
            table.Property<byte[]>("created_transaction").HasColumnType("bytea").IsRequired();
            table.Property<long?>("ended_block").HasColumnType("bigint");
            table.Property<DateTimeOffset?>("ended_time").HasColumnType("timestamp with time zone");
            table.Property<byte[]>("ended_transaction").HasColumnType("bytea");
            table.Property<long?>("started_block").HasColumnType("bigint");
            table.Property<DateTimeOffset?>("started_time").HasColumnType("timestamp with time zone");
            table.Property<byte[]>("started_transaction").HasColumnType("bytea");
            table.HasKey("id").HasName("pk_projects");
            table.HasIndex("aggregator").HasDatabaseName("ix_projects_aggregator");
            table.HasIndex("owner").HasDatabaseName("ix_projects_owner");
            table.HasIndex("status").HasDatabaseName("ix_projects_status");
        });
        modelBuilder.Entity("withdrawals", table =>
        {
            table.ToTable("withdrawals", checks =>
            {
                checks.HasCheckConstraint("ck_withdrawals_account", "octet_length(account) = 20");
                checks.HasCheckConstraint("ck_withdrawals_amount", "amount >= 0");
                checks.HasCheckConstraint("ck_withdrawals_token", "octet_length(token) = 20");
                checks.HasCheckConstraint("ck_withdrawals_transaction", "octet_length(transaction) = 32");
            });
            table.Property<long>("block").HasColumnType("bigint").ValueGeneratedNever();
            table.Property<long>("log_index").HasColumnType("bigint").ValueGeneratedNever();
            table.Property<byte[]>("account").HasColumnType("bytea").IsRequired();
            table.Property<byte[]>("token").HasColumnType("bytea").IsRequired();
            table.Property<BigInteger>("amount").HasColumnType("numeric(78,0)");
            table.Property<DateTimeOffset>("time").HasColumnType("timestamp with time zone");
            table.Property<byte[]>("transaction").HasColumnType("bytea").IsRequired();
            table.HasKey("block", "log_index").HasName("pk_withdrawals");
            table.HasIndex("account", "block", "log_index").HasDatabaseName("ix_withdrawals_account_block_log_index");
        });
        modelBuilder.Entity("credits", table =>
        {
            table.ToTable("credits", checks =>
            {
                checks.HasCheckConstraint("ck_credits_account", "octet_length(account) = 20");
                checks.HasCheckConstraint("ck_credits_amount", "amount >= 0");
                checks.HasCheckConstraint("ck_credits_token", "octet_length(token) = 20");
                checks.HasCheckConstraint("ck_credits_transaction", "octet_length(transaction) = 32");
            });
            table.Property<long>("block").HasColumnType("bigint").ValueGeneratedNever();
            table.Property<long>("log_index").HasColumnType("bigint").ValueGeneratedNever();
            table.Property<long>("project").HasColumnType("bigint");
            table.Property<byte[]>("account").HasColumnType("bytea").IsRequired();
            table.Property<byte[]>("token").HasColumnType("bytea").IsRequired();
            table.Property<BigInteger>("amount").HasColumnType("numeric(78,0)");
            table.Property<string>("reason").HasColumnType("text").IsRequired();
            table.Property<DateTimeOffset>("time").HasColumnType("timestamp with time zone");
            table.Property<byte[]>("transaction").HasColumnType("bytea").IsRequired();
            table.HasKey("block", "log_index").HasName("pk_credits");
            table.HasIndex("account", "block", "log_index").HasDatabaseName("ix_credits_account_block_log_index");
            table.HasIndex("project").HasDatabaseName("ix_credits_project");
            table.HasOne("projects", null).WithMany().HasForeignKey("project").HasConstraintName("fk_credits_projects").OnDelete(DeleteBehavior.Cascade).IsRequired();
        });
        modelBuilder.Entity("participations", table =>
        {
            table.ToTable("participations", checks =>
            {
                checks.HasCheckConstraint("ck_participations_earned", "earned >= 0");
                checks.HasCheckConstraint("ck_participations_forfeited", "forfeited >= 0");
                checks.HasCheckConstraint("ck_participations_joined_transaction", "octet_length(joined_transaction) = 32");
                checks.HasCheckConstraint("ck_participations_stake", "stake >= 0");
                checks.HasCheckConstraint("ck_participations_trainer", "octet_length(trainer) = 20");
            });
            table.Property<long>("project").HasColumnType("bigint").ValueGeneratedNever();
            table.Property<byte[]>("trainer").HasColumnType("bytea").IsRequired().ValueGeneratedNever();
            table.Property<int>("index").HasColumnType("integer");
            table.Property<int>("submitted").HasColumnType("integer");
            table.Property<int>("kept").HasColumnType("integer");
            table.Property<BigInteger>("earned").HasColumnType("numeric(78,0)");
            table.Property<BigInteger>("stake").HasColumnType("numeric(78,0)");
            table.Property<BigInteger>("forfeited").HasColumnType("numeric(78,0)");
            table.Property<bool>("stake_returned").HasColumnType("boolean");
            table.Property<long>("joined_block").HasColumnType("bigint");
            table.Property<DateTimeOffset>("joined_time").HasColumnType("timestamp with time zone");
            table.Property<byte[]>("joined_transaction").HasColumnType("bytea").IsRequired();
            table.HasKey("project", "trainer").HasName("pk_participations");
            table.HasIndex("trainer").HasDatabaseName("ix_participations_trainer");
            table.HasOne("projects", null).WithMany().HasForeignKey("project").HasConstraintName("fk_participations_projects").OnDelete(DeleteBehavior.Cascade).IsRequired();
        });
        modelBuilder.Entity("rounds", table =>
        {
            table.ToTable("rounds", checks =>
            {
                checks.HasCheckConstraint("ck_rounds_aggregate", "octet_length(aggregate) = 36");
                checks.HasCheckConstraint("ck_rounds_ended_transaction", "octet_length(ended_transaction) = 32");
                checks.HasCheckConstraint("ck_rounds_model", "octet_length(model) = 36");
                checks.HasCheckConstraint("ck_rounds_opened_transaction", "octet_length(opened_transaction) = 32");
                checks.HasCheckConstraint("ck_rounds_paid", "paid >= 0");
                checks.HasCheckConstraint("ck_rounds_report", "octet_length(report) = 36");
            });
            table.Property<long>("project").HasColumnType("bigint").ValueGeneratedNever();
            table.Property<int>("index").HasColumnType("integer").ValueGeneratedNever();
            table.Property<string>("stage").HasColumnType("text").IsRequired();
            table.Property<DateTimeOffset?>("training_ends").HasColumnType("timestamp with time zone");
            table.Property<DateTimeOffset?>("settle_by").HasColumnType("timestamp with time zone");
            table.Property<byte[]>("model").HasColumnType("bytea");
            table.Property<byte[]>("aggregate").HasColumnType("bytea");
            table.Property<byte[]>("report").HasColumnType("bytea");
            table.Property<int>("submissions").HasColumnType("integer");
            table.Property<int>("kept").HasColumnType("integer");
            table.Property<int>("invalid").HasColumnType("integer");
            table.Property<BigInteger>("paid").HasColumnType("numeric(78,0)");
            table.Property<long?>("ended_block").HasColumnType("bigint");
            table.Property<DateTimeOffset?>("ended_time").HasColumnType("timestamp with time zone");
            table.Property<byte[]>("ended_transaction").HasColumnType("bytea");
            table.Property<long?>("opened_block").HasColumnType("bigint");
            table.Property<DateTimeOffset?>("opened_time").HasColumnType("timestamp with time zone");
            table.Property<byte[]>("opened_transaction").HasColumnType("bytea");
            table.HasKey("project", "index").HasName("pk_rounds");
            table.HasIndex("report").HasDatabaseName("ix_rounds_report");
            table.HasOne("projects", null).WithMany().HasForeignKey("project").HasConstraintName("fk_rounds_projects").OnDelete(DeleteBehavior.Cascade).IsRequired();
        });
        modelBuilder.Entity("submissions", table =>
        {
            table.ToTable("submissions", checks =>
            {
                checks.HasCheckConstraint("ck_submissions_payload", "octet_length(payload) = 36");
                checks.HasCheckConstraint("ck_submissions_payout", "payout >= 0");
                checks.HasCheckConstraint("ck_submissions_submitted_transaction", "octet_length(submitted_transaction) = 32");
                checks.HasCheckConstraint("ck_submissions_trainer", "octet_length(trainer) = 20");
            });
            table.Property<long>("project").HasColumnType("bigint").ValueGeneratedNever();
            table.Property<int>("round").HasColumnType("integer").ValueGeneratedNever();
            table.Property<int>("seat").HasColumnType("integer").ValueGeneratedNever();
            table.Property<byte[]>("trainer").HasColumnType("bytea").IsRequired();
            table.Property<byte[]>("payload").HasColumnType("bytea").IsRequired();
            table.Property<string>("outcome").HasColumnType("text").IsRequired();
            table.Property<BigInteger>("payout").HasColumnType("numeric(78,0)");
            table.Property<long>("submitted_block").HasColumnType("bigint");
            table.Property<DateTimeOffset>("submitted_time").HasColumnType("timestamp with time zone");
            table.Property<byte[]>("submitted_transaction").HasColumnType("bytea").IsRequired();
            table.HasKey("project", "round", "seat").HasName("pk_submissions");
            table.HasIndex("trainer").HasDatabaseName("ix_submissions_trainer");
            table.HasOne("rounds", null).WithMany().HasForeignKey("project", "round").HasConstraintName("fk_submissions_rounds").OnDelete(DeleteBehavior.Cascade).IsRequired();
        });
    }
}
