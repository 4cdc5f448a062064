using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Marketplace.ReadModel.Migrations
{
    /// <inheritdoc />
    public partial class UncreditedPay : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<byte[]>(
                name: "uncredited",
                table: "participations",
                type: "bytea",
                nullable: false,
                defaultValue: new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 });

            migrationBuilder.AddColumn<byte[]>(
                name: "earned",
                table: "credits",
                type: "bytea",
                nullable: false,
                defaultValue: new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 });

            migrationBuilder.AddCheckConstraint(
                name: "ck_participations_uncredited",
                table: "participations",
                sql: "length(\"uncredited\") = 32");

            migrationBuilder.AddCheckConstraint(
                name: "ck_credits_earned",
                table: "credits",
                sql: "length(\"earned\") = 32");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropCheckConstraint(
                name: "ck_participations_uncredited",
                table: "participations");

            migrationBuilder.DropCheckConstraint(
                name: "ck_credits_earned",
                table: "credits");

            migrationBuilder.DropColumn(
                name: "uncredited",
                table: "participations");

            migrationBuilder.DropColumn(
                name: "earned",
                table: "credits");
        }
    }
}
