using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using Agentic.Agents.Operations;

namespace Agentic.Host.Security;

internal sealed record CreateApiKey(
    [property: Description("What the key is for; its holder's name in the audit. Never used twice."), RegularExpression("^[a-z0-9][a-z0-9._-]{1,62}$", ErrorMessage = "must be 2 to 63 lower-case letters, digits, dots, dashes or underscores.")] string Name,
    [property: Description("What the holder may do: read, operate, approve, admin."), Length(1, 4)] IReadOnlyList<Scope> Scopes,
    [property: Description("The environments the holder may touch; leave out for all you may touch."), Length(1, 20)] IReadOnlyList<string>? Environments = null,
    [property: Description("Days until the key ends."), Range(1, 3650)] int ExpiresInDays = 365);

/// <param name="Key">Shown this once; only its hash is kept.</param>
internal sealed record CreatedApiKey(ApiKeySummary Summary, string Key);

internal sealed record ListApiKeys;

internal sealed record RevokeApiKey([property: Description("Id of the key, as list_api_keys shows it.")] string Id);

internal sealed record ApiKeySummary(
    string Id, string Name, IReadOnlyList<Scope> Scopes, IReadOnlyList<string>? Environments, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt)
{
    public static ApiKeySummary Of(ApiKey key) => new(key.Id, key.Name, key.Scopes, key.Environments, key.CreatedAt, key.CreatedBy, key.ExpiresAt, key.RevokedAt);
}

/// <summary>Handing out and taking back API keys.</summary>
internal sealed class ApiKeyOperations(IApiKeys keys, TimeProvider time) : IOperationSource
{
    private static readonly string[] Reserved = [ApiKeyCallers.Bootstrap, Caller.Local.Name];

    public IEnumerable<Operation> Operations =>
    [
        Operation.Define<CreateApiKey, CreatedApiKey>(
            "create_api_key", "platform", Effect.Changes, Mode.Immediate,
            "Makes an API key with the given scopes and environments and shows it once. Use it to let a person, a pipeline or a tool in with no more rights than it needs.",
            Create) with { Scope = Scope.Admin, IsTool = false, Example = new CreateApiKey("ci-pipeline", [Scope.Operate], ["dev", "staging"], 90) },
        Operation.Define<ListApiKeys, Page<ApiKeySummary>>(
            "list_api_keys", "platform", Effect.Reads, Mode.Immediate,
            "Lists every API key with its scopes, environments and end, the revoked ones too; never the keys themselves.",
            async (_, _, cancellation) => new Page<ApiKeySummary>([.. (await keys.All(cancellation)).Select(ApiKeySummary.Of)], null)) with { Scope = Scope.Admin, IsTool = false, Example = new ListApiKeys() },
        Operation.Define<RevokeApiKey, ApiKeySummary>(
            "revoke_api_key", "platform", Effect.Destroys, Mode.Immediate,
            "Ends an API key and every console session made from it at once. It cannot be undone; make a new key instead.",
            Revoke) with { Scope = Scope.Admin, IsTool = false },
    ];

    private async Task<Outcome<CreatedApiKey>> Create(CreateApiKey create, Call call, CancellationToken cancellation)
    {
        if (Reserved.Contains(create.Name, StringComparer.Ordinal))
            return Refusal.Conflict($"The name '{create.Name}' belongs to the host itself. Choose another.");
        if (call.Caller.Environments is { } own && create.Environments?.Except(own, StringComparer.Ordinal).FirstOrDefault() is { } beyond)
            return Refusal.Forbidden($"{call.Caller.Name} may not touch the environment '{beyond}', so no key made by it may. Allowed: {string.Join(", ", own)}.");
        var text = ApiKeyText.Create();
        var now = time.GetUtcNow();
        var key = new ApiKey(
            "key-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)), create.Name, ApiKeyText.Hash(text), [.. create.Scopes.Distinct()],
            create.Environments ?? call.Caller.Environments, now, call.Caller.Name, now.AddDays(create.ExpiresInDays), null);
        return await keys.Add(key, cancellation)
            ? new CreatedApiKey(ApiKeySummary.Of(key), text)
            : Refusal.Conflict($"There is or was a key named '{create.Name}', and a name in the audit means one key for ever. Choose another.");
    }

    private async Task<Outcome<ApiKeySummary>> Revoke(RevokeApiKey revoke, Call call, CancellationToken cancellation)
    {
        if (revoke.Id == ApiKeyCallers.Bootstrap)
            return Refusal.Conflict("The bootstrap key comes from the configuration. Remove or change Auth:ApiKey:Bootstrap and restart.");
        return await keys.Revoke(revoke.Id, time.GetUtcNow(), cancellation) is { } key
            ? ApiKeySummary.Of(key)
            : Refusal.NotFound($"There is no API key '{revoke.Id}'. list_api_keys shows them all.");
    }
}
