using Agentic.Agents.Operations;
using Microsoft.Extensions.Options;

namespace Agentic.Host.Security;

/// <summary>A revoked API key stops what it started: no further task runs with its rights, except to undo.</summary>
internal sealed class ApiKeyStanding(IApiKeys keys, IOptions<SecurityOptions> options) : ICallerStanding
{
    public async ValueTask<Refusal?> Withdrawn(Caller caller, CancellationToken cancellation)
    {
        if (options.Value.Mode != AuthMode.ApiKey)
            return null;
        var known = await keys.All(cancellation);
        return known.FirstOrDefault(key => key.Name == caller.Name)?.RevokedAt is { } at
            ? Refusal.Forbidden($"The API key '{caller.Name}', which asked for this, was revoked at {at:u}. Create the workflow again with a key that has the rights.")
            : null;
    }
}
