using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Marketplace.ReadModel.Migrations
{
    /// <inheritdoc />
    public partial class ModelRefusals : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "model_refused_seats",
                table: "projects",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "model_refused_seats",
                table: "projects");
        }
    }
}
