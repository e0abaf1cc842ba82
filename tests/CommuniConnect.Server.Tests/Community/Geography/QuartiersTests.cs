using System.Net;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Community.Geography;

public sealed class QuartiersTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task An_empty_server_knows_the_five_communes_of_Conakry()
    {
        var all = await server.Anonymous().GetAsync("/api/geography/quartiers/", HttpStatusCode.OK);

        Assert.Equal(["id", "nom", "commune"], all[0].Names());
        var communes = all.EnumerateArray().CountBy(q => q.Text("commune")!).ToDictionary();
        Assert.Equal(
            ["Dixinn", "Kaloum", "Matam", "Matoto", "Ratoma"],
            communes.Keys.Order(StringComparer.Ordinal)
        );
        Assert.All(communes.Values, count => Assert.True(count >= 15));
    }

    [Theory]
    [InlineData("kip", "Kipé")]
    [InlineData("KIPÉ", "Kipé")]
    [InlineData("teminetaye", "Téminétaye")]
    [InlineData("cite de l'air", "Cité de l'Air")]
    public async Task Search_needs_neither_accents_nor_case(string words, string found)
    {
        var answer = await server
            .Anonymous()
            .GetAsync(
                $"/api/geography/quartiers/?search={Uri.EscapeDataString(words)}",
                HttpStatusCode.OK
            );

        Assert.Contains(found, answer.EnumerateArray().Select(q => q.Text("nom")));
    }

    [Theory]
    [InlineData("%")]
    [InlineData("%00")]
    [InlineData("%ff%fe")]
    [InlineData("%ed%a0%80")]
    [InlineData("'%20OR%201=1--")]
    public async Task Search_for_what_no_name_contains_finds_nothing(string words)
    {
        var answer = await server
            .Anonymous()
            .GetAsync($"/api/geography/quartiers/?search={words}", HttpStatusCode.OK);

        Assert.Equal(0, answer.GetArrayLength());
    }

    [Fact]
    public async Task A_member_is_shown_with_the_quartier_chosen()
    {
        var found = await server
            .Anonymous()
            .GetAsync("/api/geography/quartiers/?search=landreah", HttpStatusCode.OK);
        var member = await server.NewMemberAsync(quartier: found[0].Int("id"));

        var profile = await member.Client.GetAsync("/api/users/my-profile/", HttpStatusCode.OK);
        var moved = await member.Client.PutAsync(
            "/api/users/my-profile/",
            new { quartier = (int?)null },
            HttpStatusCode.OK
        );

        Assert.Equal("Landréah", profile.GetProperty("quartier").Text("nom"));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, moved.GetProperty("quartier").ValueKind);
    }
}
