using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace CommuniConnect.Server.Platform.Database.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Thumbnails : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "ThumbnailToken",
                table: "Lives",
                type: "TEXT",
                maxLength: 32,
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "ThumbnailToken",
                table: "Lives");
        }
    }
}
