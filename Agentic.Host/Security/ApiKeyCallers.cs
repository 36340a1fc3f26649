using Agentic.Agents.Operations;
using Microsoft.Extensions.Options;

namespace Agentic.Host.Security;

/// <summary>Knows callers by an <c>agk_…</c> key in the Authorization or X-Api-Key header, or by the session it was exchanged for.</summary>
internal sealed class ApiKeyCallers : ICallerSource
{
    /// <summary>The key that configuration names; it has every right and no end.</summary>
    public const string Bootstrap = "bootstrap";

    private readonly IApiKeys _keys;
    private readonly SessionCookies _sessions;
    private readonly TimeProvider _time;
    private readonly ApiKey? _bootstrap;

    public ApiKeyCallers(IApiKeys keys, SessionCookies sessions, TimeProvider time, IOptions<SecurityOptions> options)
    {
        _keys = keys;
        _sessions = sessions;
        _time = time;
        if (options.Value.ApiKey.Bootstrap is { Length: > 0 } text)
            _bootstrap = new ApiKey(Bootstrap, Bootstrap, ApiKeyText.Hash(text), [Scope.Read, Scope.Operate, Scope.Approve, Scope.Admin], null, DateTimeOffset.UnixEpoch, "configuration", null, null);
    }

    public async ValueTask<Outcome<Identity>> Identify(HttpContext http)
    {
        if (Credentials.Of(http.Request) is { } presented)
        {
            var key = await Find(presented, http.RequestAborted);
            return key.IsRefused ? key.Refusal : new Identity(key.Value.Caller);
        }

        return _sessions.Read(http) is { } session ? await Resume(session, http.RequestAborted) : Identity.None;
    }

    /// <summary>The key that was presented, while it opens something.</summary>
    public async ValueTask<Outcome<ApiKey>> Find(string presented, CancellationToken cancellation)
    {
        var hash = ApiKeyText.Hash(presented);
        ApiKey? found = null;
        // Every key is compared, whichever fits: how long it takes tells nothing.
        foreach (var key in await Known(cancellation))
        {
            if (ApiKeyText.IsEqual(key.Hash, hash))
                found = key;
        }

        if (found is null)
            return Refusal.Unauthenticated("This API key is not known here. Check that it was copied whole, or ask an administrator for a new one.");
        return found.EndedBecause(_time.GetUtcNow()) is { } end
            ? Refusal.Unauthenticated($"The API key '{found.Name}' {end}. Ask an administrator for a new one.")
            : found;
    }

    // A session has the rights its key has now, and none once the key has ended.
    private async ValueTask<Outcome<Identity>> Resume(Session session, CancellationToken cancellation)
    {
        var key = (await Known(cancellation)).FirstOrDefault(known => known.Id == session.KeyId);
        return key is not null && key.EndedBecause(_time.GetUtcNow()) is null && ApiKeyText.IsEqual(key.Hash[..16], session.KeyMark ?? "")
            ? new Identity(key.Caller)
            : Refusal.Unauthenticated("The key behind this session has ended. Sign in again.");
    }

    private async ValueTask<IEnumerable<ApiKey>> Known(CancellationToken cancellation)
    {
        var kept = await _keys.All(cancellation);
        return _bootstrap is null ? kept : kept.Prepend(_bootstrap);
    }
}
