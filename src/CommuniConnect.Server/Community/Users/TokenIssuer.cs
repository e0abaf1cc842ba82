using System.Globalization;
using System.Security.Claims;
using CommuniConnect.Server.Platform.Database;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CommuniConnect.Server.Community.Users;

/// <summary>Makes and reads the tokens of the API. Spec: RFC 7519, signed with HMAC-SHA256.</summary>
internal sealed class TokenIssuer(ServerKeys keys, TimeProvider time)
{
    public static readonly TimeSpan AccessLifetime = TimeSpan.FromMinutes(30);
    public static readonly TimeSpan RefreshLifetime = TimeSpan.FromDays(30);

    /// <summary>Says which of the two a token is, so that the long-lived one never opens anything by itself.</summary>
    public const string TypeClaim = "token_type";
    public const string AccessType = "access";
    public const string RefreshType = "refresh";

    private const string Issuer = "communiconnect";

    private readonly JsonWebTokenHandler _handler = new()
    {
        MapInboundClaims = false,
        SetDefaultTimesOnTokenCreation = false,
    };
    private readonly SymmetricSecurityKey _key = new(keys.Tokens);

    /// <summary>A token for every call, for <see cref="AccessLifetime"/>.</summary>
    public string Access(User user, IEnumerable<string> roles) =>
        Sign(MemberClaims.Identity(user, roles, AccessType), AccessType, AccessLifetime);

    /// <summary>A token that only fetches new access tokens, until <see cref="RefreshLifetime"/> or a new security stamp.</summary>
    public string Refresh(User user)
    {
        var identity = MemberClaims.Identity(user, [], RefreshType);
        identity.AddClaim(new(MemberClaims.Stamp, user.SecurityStamp ?? ""));
        return Sign(identity, RefreshType, RefreshLifetime);
    }

    /// <summary>Whose refresh token this is and the stamp it was made under, or null when it is not a valid one.</summary>
    public async Task<(string UserId, string Stamp)?> ReadRefreshAsync(string token)
    {
        var result = await _handler.ValidateTokenAsync(token, Validation());
        return
            result.IsValid
            && result.ClaimsIdentity.HasClaim(TypeClaim, RefreshType)
            && result.ClaimsIdentity.FindFirst(MemberClaims.Id) is { } id
            && result.ClaimsIdentity.FindFirst(MemberClaims.Stamp) is { } stamp
            ? (id.Value, stamp.Value)
            : null;
    }

    /// <summary>What a token must be to be ours.</summary>
    public TokenValidationParameters Validation() =>
        new()
        {
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            IssuerSigningKey = _key,
            ValidIssuer = Issuer,
            ValidAudience = Issuer,
            NameClaimType = MemberClaims.Id,
            RoleClaimType = MemberClaims.Role,
            RequireExpirationTime = true,
            LifetimeValidator = (_, expires, _, _) => expires > time.GetUtcNow().UtcDateTime,
        };

    private string Sign(ClaimsIdentity identity, string type, TimeSpan lifetime)
    {
        identity.AddClaim(new(TypeClaim, type));
        // Two tokens of the same second are still two tokens.
        identity.AddClaim(new("jti", Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)));
        var now = time.GetUtcNow().UtcDateTime;
        return _handler.CreateToken(
            new SecurityTokenDescriptor
            {
                Subject = identity,
                Issuer = Issuer,
                Audience = Issuer,
                IssuedAt = now,
                Expires = now + lifetime,
                SigningCredentials = new(_key, SecurityAlgorithms.HmacSha256),
            }
        );
    }
}
