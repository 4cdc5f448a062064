using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Marketplace.ReadModel.Migrations
{
    /// <inheritdoc />
    public partial class AccountEvents : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // What concerned accounts is computed from the chain, which is read again.
            migrationBuilder.Sql("DELETE FROM blocks; DELETE FROM events; DELETE FROM withdrawals; DELETE FROM projects;");
            migrationBuilder.CreateTable(
                name: "account_events",
                columns: table => new
                {
                    account = table.Column<byte[]>(type: "bytea", nullable: false),
                    block = table.Column<long>(type: "bigint", nullable: false),
                    log_index = table.Column<long>(type: "bigint", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    time = table.Column<long>(type: "bigint", nullable: false),
                    transaction = table.Column<byte[]>(type: "bytea", nullable: false),
                    project = table.Column<long>(type: "bigint", nullable: true),
                    round = table.Column<int>(type: "integer", nullable: true),
                    claim = table.Column<long>(type: "bigint", nullable: true),
                    is_claimant = table.Column<bool>(type: "boolean", nullable: false),
                    verdict = table.Column<string>(type: "text", nullable: true),
                    reason = table.Column<string>(type: "text", nullable: true),
                    amount = table.Column<byte[]>(type: "bytea", nullable: true),
                    token = table.Column<byte[]>(type: "bytea", nullable: true),
                    receiver = table.Column<byte[]>(type: "bytea", nullable: true),
                    until = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_account_events", x => new { x.account, x.block, x.log_index, x.kind });
                    table.CheckConstraint("ck_account_events_account", "length(\"account\") = 20");
                    table.CheckConstraint("ck_account_events_amount", "length(\"amount\") = 32");
                    table.CheckConstraint("ck_account_events_receiver", "length(\"receiver\") = 20");
                    table.CheckConstraint("ck_account_events_token", "length(\"token\") = 20");
                    table.CheckConstraint("ck_account_events_transaction", "length(\"transaction\") = 32");
                    table.ForeignKey(
                        name: "fk_account_events_projects",
                        column: x => x.project,
                        principalTable: "projects",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_account_events_block",
                table: "account_events",
                column: "block");

            migrationBuilder.CreateIndex(
                name: "ix_account_events_project",
                table: "account_events",
                column: "project");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "account_events");
        }
    }
}
