using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Marketplace.ReadModel.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "blocks",
                columns: table => new
                {
                    number = table.Column<long>(type: "bigint", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    time = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_blocks", x => x.number);
                    table.CheckConstraint("ck_blocks_hash", "length(\"hash\") = 32");
                });

            migrationBuilder.CreateTable(
                name: "contents",
                columns: table => new
                {
                    kind = table.Column<string>(type: "text", nullable: false),
                    cid = table.Column<byte[]>(type: "bytea", nullable: false),
                    title = table.Column<string>(type: "text", nullable: true),
                    title_key = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    data_kind = table.Column<string>(type: "text", nullable: true),
                    tag_list = table.Column<string>(type: "text", nullable: true),
                    root_accuracy = table.Column<double>(type: "double precision", nullable: true),
                    root_loss = table.Column<string>(type: "character varying(64)", nullable: true),
                    test_accuracy = table.Column<double>(type: "double precision", nullable: true),
                    test_loss = table.Column<string>(type: "character varying(64)", nullable: true),
                    before_accuracy = table.Column<double>(type: "double precision", nullable: true),
                    before_loss = table.Column<string>(type: "character varying(64)", nullable: true),
                    problem = table.Column<string>(type: "text", nullable: true),
                    is_final = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_contents", x => new { x.kind, x.cid });
                    table.CheckConstraint("ck_contents_cid", "length(\"cid\") = 36");
                });

            migrationBuilder.CreateTable(
                name: "events",
                columns: table => new
                {
                    block = table.Column<long>(type: "bigint", nullable: false),
                    log_index = table.Column<long>(type: "bigint", nullable: false),
                    block_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    time = table.Column<long>(type: "bigint", nullable: false),
                    transaction = table.Column<byte[]>(type: "bytea", nullable: false),
                    contract = table.Column<byte[]>(type: "bytea", nullable: false),
                    transaction_index = table.Column<long>(type: "bigint", nullable: false),
                    project = table.Column<long>(type: "bigint", nullable: true),
                    name = table.Column<string>(type: "text", nullable: false),
                    topics = table.Column<byte[]>(type: "bytea", nullable: false),
                    data = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_events", x => new { x.block, x.log_index });
                    table.CheckConstraint("ck_events_block_hash", "length(\"block_hash\") = 32");
                    table.CheckConstraint("ck_events_contract", "length(\"contract\") = 20");
                    table.CheckConstraint("ck_events_transaction", "length(\"transaction\") = 32");
                });

            migrationBuilder.CreateTable(
                name: "market",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    chain_id = table.Column<long>(type: "bigint", nullable: false),
                    address = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_market", x => x.id);
                    table.CheckConstraint("ck_market_address", "length(\"address\") = 20");
                    table.CheckConstraint("ck_market_one", "id = 1");
                });

            migrationBuilder.CreateTable(
                name: "projects",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false),
                    owner = table.Column<byte[]>(type: "bytea", nullable: false),
                    aggregator = table.Column<byte[]>(type: "bytea", nullable: false),
                    arbitrator = table.Column<byte[]>(type: "bytea", nullable: false),
                    token = table.Column<byte[]>(type: "bytea", nullable: false),
                    document = table.Column<byte[]>(type: "bytea", nullable: false),
                    bounty = table.Column<byte[]>(type: "bytea", nullable: false),
                    round_reward = table.Column<byte[]>(type: "bytea", nullable: false),
                    join_by = table.Column<long>(type: "bigint", nullable: false),
                    aggregator_bond = table.Column<byte[]>(type: "bytea", nullable: false),
                    trainer_stake = table.Column<byte[]>(type: "bytea", nullable: false),
                    rounds = table.Column<int>(type: "integer", nullable: false),
                    min_trainers = table.Column<int>(type: "integer", nullable: false),
                    max_trainers = table.Column<int>(type: "integer", nullable: false),
                    open_duration = table.Column<long>(type: "bigint", nullable: false),
                    status = table.Column<string>(type: "text", nullable: false),
                    open_by = table.Column<long>(type: "bigint", nullable: true),
                    is_stopping = table.Column<bool>(type: "boolean", nullable: false),
                    remaining = table.Column<byte[]>(type: "bytea", nullable: false),
                    bond = table.Column<byte[]>(type: "bytea", nullable: false),
                    promised = table.Column<byte[]>(type: "bytea", nullable: false),
                    paid = table.Column<byte[]>(type: "bytea", nullable: false),
                    settled_rounds = table.Column<int>(type: "integer", nullable: false),
                    expired_rounds = table.Column<int>(type: "integer", nullable: false),
                    trainers = table.Column<int>(type: "integer", nullable: false),
                    open_claims = table.Column<int>(type: "integer", nullable: false),
                    bonded_block = table.Column<long>(type: "bigint", nullable: true),
                    bonded_time = table.Column<long>(type: "bigint", nullable: true),
                    bonded_transaction = table.Column<byte[]>(type: "bytea", nullable: true),
                    created_block = table.Column<long>(type: "bigint", nullable: false),
                    created_time = table.Column<long>(type: "bigint", nullable: false),
                    created_transaction = table.Column<byte[]>(type: "bytea", nullable: false),
                    ended_block = table.Column<long>(type: "bigint", nullable: true),
                    ended_time = table.Column<long>(type: "bigint", nullable: true),
                    ended_transaction = table.Column<byte[]>(type: "bytea", nullable: true),
                    started_block = table.Column<long>(type: "bigint", nullable: true),
                    started_time = table.Column<long>(type: "bigint", nullable: true),
                    started_transaction = table.Column<byte[]>(type: "bytea", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_projects", x => x.id);
                    table.CheckConstraint("ck_projects_aggregator", "length(\"aggregator\") = 20");
                    table.CheckConstraint("ck_projects_aggregator_bond", "length(\"aggregator_bond\") = 32");
                    table.CheckConstraint("ck_projects_arbitrator", "length(\"arbitrator\") = 20");
                    table.CheckConstraint("ck_projects_bond", "length(\"bond\") = 32");
                    table.CheckConstraint("ck_projects_bonded_transaction", "length(\"bonded_transaction\") = 32");
                    table.CheckConstraint("ck_projects_bounty", "length(\"bounty\") = 32");
                    table.CheckConstraint("ck_projects_created_transaction", "length(\"created_transaction\") = 32");
                    table.CheckConstraint("ck_projects_document", "length(\"document\") = 36");
                    table.CheckConstraint("ck_projects_ended_transaction", "length(\"ended_transaction\") = 32");
                    table.CheckConstraint("ck_projects_owner", "length(\"owner\") = 20");
                    table.CheckConstraint("ck_projects_paid", "length(\"paid\") = 32");
                    table.CheckConstraint("ck_projects_promised", "length(\"promised\") = 32");
                    table.CheckConstraint("ck_projects_remaining", "length(\"remaining\") = 32");
                    table.CheckConstraint("ck_projects_round_reward", "length(\"round_reward\") = 32");
                    table.CheckConstraint("ck_projects_started_transaction", "length(\"started_transaction\") = 32");
                    table.CheckConstraint("ck_projects_token", "length(\"token\") = 20");
                    table.CheckConstraint("ck_projects_trainer_stake", "length(\"trainer_stake\") = 32");
                });

            migrationBuilder.CreateTable(
                name: "withdrawals",
                columns: table => new
                {
                    block = table.Column<long>(type: "bigint", nullable: false),
                    log_index = table.Column<long>(type: "bigint", nullable: false),
                    account = table.Column<byte[]>(type: "bytea", nullable: false),
                    token = table.Column<byte[]>(type: "bytea", nullable: false),
                    receiver = table.Column<byte[]>(type: "bytea", nullable: false),
                    amount = table.Column<byte[]>(type: "bytea", nullable: false),
                    time = table.Column<long>(type: "bigint", nullable: false),
                    transaction = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_withdrawals", x => new { x.block, x.log_index });
                    table.CheckConstraint("ck_withdrawals_account", "length(\"account\") = 20");
                    table.CheckConstraint("ck_withdrawals_amount", "length(\"amount\") = 32");
                    table.CheckConstraint("ck_withdrawals_receiver", "length(\"receiver\") = 20");
                    table.CheckConstraint("ck_withdrawals_token", "length(\"token\") = 20");
                    table.CheckConstraint("ck_withdrawals_transaction", "length(\"transaction\") = 32");
                });

            migrationBuilder.CreateTable(
                name: "claims",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false),
                    project = table.Column<long>(type: "bigint", nullable: false),
                    round = table.Column<int>(type: "integer", nullable: false),
                    trainer = table.Column<byte[]>(type: "bytea", nullable: false),
                    part = table.Column<byte[]>(type: "bytea", nullable: false),
                    token = table.Column<byte[]>(type: "bytea", nullable: false),
                    court = table.Column<byte[]>(type: "bytea", nullable: false),
                    stage = table.Column<string>(type: "text", nullable: false),
                    until = table.Column<long>(type: "bigint", nullable: true),
                    defender = table.Column<byte[]>(type: "bytea", nullable: true),
                    dispute = table.Column<byte[]>(type: "bytea", nullable: true),
                    verdict = table.Column<string>(type: "text", nullable: true),
                    is_ruled = table.Column<bool>(type: "boolean", nullable: false),
                    claimed_block = table.Column<long>(type: "bigint", nullable: true),
                    claimed_time = table.Column<long>(type: "bigint", nullable: true),
                    claimed_transaction = table.Column<byte[]>(type: "bytea", nullable: true),
                    concluded_block = table.Column<long>(type: "bigint", nullable: true),
                    concluded_time = table.Column<long>(type: "bigint", nullable: true),
                    concluded_transaction = table.Column<byte[]>(type: "bytea", nullable: true),
                    denied_block = table.Column<long>(type: "bigint", nullable: true),
                    denied_time = table.Column<long>(type: "bigint", nullable: true),
                    denied_transaction = table.Column<byte[]>(type: "bytea", nullable: true),
                    excluded_block = table.Column<long>(type: "bigint", nullable: false),
                    excluded_time = table.Column<long>(type: "bigint", nullable: false),
                    excluded_transaction = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_claims", x => x.id);
                    table.CheckConstraint("ck_claims_claimed_transaction", "length(\"claimed_transaction\") = 32");
                    table.CheckConstraint("ck_claims_concluded_transaction", "length(\"concluded_transaction\") = 32");
                    table.CheckConstraint("ck_claims_court", "length(\"court\") = 20");
                    table.CheckConstraint("ck_claims_defender", "length(\"defender\") = 20");
                    table.CheckConstraint("ck_claims_denied_transaction", "length(\"denied_transaction\") = 32");
                    table.CheckConstraint("ck_claims_dispute", "length(\"dispute\") = 32");
                    table.CheckConstraint("ck_claims_excluded_transaction", "length(\"excluded_transaction\") = 32");
                    table.CheckConstraint("ck_claims_part", "length(\"part\") = 32");
                    table.CheckConstraint("ck_claims_token", "length(\"token\") = 20");
                    table.CheckConstraint("ck_claims_trainer", "length(\"trainer\") = 20");
                    table.ForeignKey(
                        name: "fk_claims_projects",
                        column: x => x.project,
                        principalTable: "projects",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "credits",
                columns: table => new
                {
                    block = table.Column<long>(type: "bigint", nullable: false),
                    log_index = table.Column<long>(type: "bigint", nullable: false),
                    project = table.Column<long>(type: "bigint", nullable: false),
                    account = table.Column<byte[]>(type: "bytea", nullable: false),
                    token = table.Column<byte[]>(type: "bytea", nullable: false),
                    amount = table.Column<byte[]>(type: "bytea", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: false),
                    time = table.Column<long>(type: "bigint", nullable: false),
                    transaction = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_credits", x => new { x.block, x.log_index });
                    table.CheckConstraint("ck_credits_account", "length(\"account\") = 20");
                    table.CheckConstraint("ck_credits_amount", "length(\"amount\") = 32");
                    table.CheckConstraint("ck_credits_token", "length(\"token\") = 20");
                    table.CheckConstraint("ck_credits_transaction", "length(\"transaction\") = 32");
                    table.ForeignKey(
                        name: "fk_credits_projects",
                        column: x => x.project,
                        principalTable: "projects",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "participations",
                columns: table => new
                {
                    project = table.Column<long>(type: "bigint", nullable: false),
                    trainer = table.Column<byte[]>(type: "bytea", nullable: false),
                    index = table.Column<int>(type: "integer", nullable: false),
                    submitted = table.Column<int>(type: "integer", nullable: false),
                    kept = table.Column<int>(type: "integer", nullable: false),
                    dropped = table.Column<int>(type: "integer", nullable: false),
                    absent = table.Column<int>(type: "integer", nullable: false),
                    earned = table.Column<byte[]>(type: "bytea", nullable: false),
                    stake = table.Column<byte[]>(type: "bytea", nullable: false),
                    forfeited = table.Column<byte[]>(type: "bytea", nullable: false),
                    stake_returned = table.Column<bool>(type: "boolean", nullable: false),
                    open_claims = table.Column<int>(type: "integer", nullable: false),
                    has_left = table.Column<bool>(type: "boolean", nullable: false),
                    joined_block = table.Column<long>(type: "bigint", nullable: false),
                    joined_time = table.Column<long>(type: "bigint", nullable: false),
                    joined_transaction = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_participations", x => new { x.project, x.trainer });
                    table.CheckConstraint("ck_participations_earned", "length(\"earned\") = 32");
                    table.CheckConstraint("ck_participations_forfeited", "length(\"forfeited\") = 32");
                    table.CheckConstraint("ck_participations_joined_transaction", "length(\"joined_transaction\") = 32");
                    table.CheckConstraint("ck_participations_stake", "length(\"stake\") = 32");
                    table.CheckConstraint("ck_participations_trainer", "length(\"trainer\") = 20");
                    table.ForeignKey(
                        name: "fk_participations_projects",
                        column: x => x.project,
                        principalTable: "projects",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "rounds",
                columns: table => new
                {
                    project = table.Column<long>(type: "bigint", nullable: false),
                    index = table.Column<int>(type: "integer", nullable: false),
                    stage = table.Column<string>(type: "text", nullable: false),
                    training_ends = table.Column<long>(type: "bigint", nullable: true),
                    settle_by = table.Column<long>(type: "bigint", nullable: true),
                    cohort_seed = table.Column<byte[]>(type: "bytea", nullable: true),
                    model = table.Column<byte[]>(type: "bytea", nullable: true),
                    aggregate = table.Column<byte[]>(type: "bytea", nullable: true),
                    report = table.Column<byte[]>(type: "bytea", nullable: true),
                    submissions = table.Column<int>(type: "integer", nullable: false),
                    refused_seats = table.Column<long>(type: "bigint", nullable: false),
                    kept = table.Column<int>(type: "integer", nullable: false),
                    invalid = table.Column<int>(type: "integer", nullable: false),
                    paid = table.Column<byte[]>(type: "bytea", nullable: false),
                    ended_block = table.Column<long>(type: "bigint", nullable: true),
                    ended_time = table.Column<long>(type: "bigint", nullable: true),
                    ended_transaction = table.Column<byte[]>(type: "bytea", nullable: true),
                    opened_block = table.Column<long>(type: "bigint", nullable: true),
                    opened_time = table.Column<long>(type: "bigint", nullable: true),
                    opened_transaction = table.Column<byte[]>(type: "bytea", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_rounds", x => new { x.project, x.index });
                    table.CheckConstraint("ck_rounds_aggregate", "length(\"aggregate\") = 36");
                    table.CheckConstraint("ck_rounds_cohort_seed", "length(\"cohort_seed\") = 32");
                    table.CheckConstraint("ck_rounds_ended_transaction", "length(\"ended_transaction\") = 32");
                    table.CheckConstraint("ck_rounds_model", "length(\"model\") = 36");
                    table.CheckConstraint("ck_rounds_opened_transaction", "length(\"opened_transaction\") = 32");
                    table.CheckConstraint("ck_rounds_paid", "length(\"paid\") = 32");
                    table.CheckConstraint("ck_rounds_report", "length(\"report\") = 36");
                    table.ForeignKey(
                        name: "fk_rounds_projects",
                        column: x => x.project,
                        principalTable: "projects",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "evidence",
                columns: table => new
                {
                    block = table.Column<long>(type: "bigint", nullable: false),
                    log_index = table.Column<long>(type: "bigint", nullable: false),
                    claim = table.Column<long>(type: "bigint", nullable: false),
                    party = table.Column<byte[]>(type: "bytea", nullable: false),
                    text = table.Column<string>(type: "text", nullable: false),
                    time = table.Column<long>(type: "bigint", nullable: false),
                    transaction = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_evidence", x => new { x.block, x.log_index });
                    table.CheckConstraint("ck_evidence_party", "length(\"party\") = 20");
                    table.CheckConstraint("ck_evidence_transaction", "length(\"transaction\") = 32");
                    table.ForeignKey(
                        name: "fk_evidence_claims",
                        column: x => x.claim,
                        principalTable: "claims",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "submissions",
                columns: table => new
                {
                    project = table.Column<long>(type: "bigint", nullable: false),
                    round = table.Column<int>(type: "integer", nullable: false),
                    seat = table.Column<int>(type: "integer", nullable: false),
                    trainer = table.Column<byte[]>(type: "bytea", nullable: false),
                    payload = table.Column<byte[]>(type: "bytea", nullable: false),
                    outcome = table.Column<string>(type: "text", nullable: false),
                    payout = table.Column<byte[]>(type: "bytea", nullable: false),
                    submitted_block = table.Column<long>(type: "bigint", nullable: false),
                    submitted_time = table.Column<long>(type: "bigint", nullable: false),
                    submitted_transaction = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_submissions", x => new { x.project, x.round, x.seat });
                    table.CheckConstraint("ck_submissions_payload", "length(\"payload\") = 36");
                    table.CheckConstraint("ck_submissions_payout", "length(\"payout\") = 32");
                    table.CheckConstraint("ck_submissions_submitted_transaction", "length(\"submitted_transaction\") = 32");
                    table.CheckConstraint("ck_submissions_trainer", "length(\"trainer\") = 20");
                    table.ForeignKey(
                        name: "fk_submissions_rounds",
                        columns: x => new { x.project, x.round },
                        principalTable: "rounds",
                        principalColumns: new[] { "project", "index" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_claims_court_dispute",
                table: "claims",
                columns: new[] { "court", "dispute" });

            migrationBuilder.CreateIndex(
                name: "ix_claims_defender",
                table: "claims",
                column: "defender");

            migrationBuilder.CreateIndex(
                name: "ix_claims_project",
                table: "claims",
                column: "project");

            migrationBuilder.CreateIndex(
                name: "ix_claims_trainer",
                table: "claims",
                column: "trainer");

            migrationBuilder.CreateIndex(
                name: "ix_credits_account_block_log_index",
                table: "credits",
                columns: new[] { "account", "block", "log_index" });

            migrationBuilder.CreateIndex(
                name: "ix_credits_project",
                table: "credits",
                column: "project");

            migrationBuilder.CreateIndex(
                name: "ix_events_project_block_log_index",
                table: "events",
                columns: new[] { "project", "block", "log_index" });

            migrationBuilder.CreateIndex(
                name: "ix_evidence_claim",
                table: "evidence",
                column: "claim");

            migrationBuilder.CreateIndex(
                name: "ix_participations_trainer",
                table: "participations",
                column: "trainer");

            migrationBuilder.CreateIndex(
                name: "ix_projects_aggregator",
                table: "projects",
                column: "aggregator");

            migrationBuilder.CreateIndex(
                name: "ix_projects_owner",
                table: "projects",
                column: "owner");

            migrationBuilder.CreateIndex(
                name: "ix_projects_status",
                table: "projects",
                column: "status");

            migrationBuilder.CreateIndex(
                name: "ix_rounds_report",
                table: "rounds",
                column: "report");

            migrationBuilder.CreateIndex(
                name: "ix_submissions_trainer",
                table: "submissions",
                column: "trainer");

            migrationBuilder.CreateIndex(
                name: "ix_withdrawals_account_block_log_index",
                table: "withdrawals",
                columns: new[] { "account", "block", "log_index" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "blocks");

            migrationBuilder.DropTable(
                name: "contents");

            migrationBuilder.DropTable(
                name: "credits");

            migrationBuilder.DropTable(
                name: "events");

            migrationBuilder.DropTable(
                name: "evidence");

            migrationBuilder.DropTable(
                name: "market");

            migrationBuilder.DropTable(
                name: "participations");

            migrationBuilder.DropTable(
                name: "submissions");

            migrationBuilder.DropTable(
                name: "withdrawals");

            migrationBuilder.DropTable(
                name: "claims");

            migrationBuilder.DropTable(
                name: "rounds");

            migrationBuilder.DropTable(
                name: "projects");
        }
    }
}
