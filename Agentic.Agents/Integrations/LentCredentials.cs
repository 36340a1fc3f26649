using System.Security.Cryptography;
using System.Text;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Integrations;

/// <summary>Address, user and token that came with a request; an empty address stands for the usual one.</summary>
internal sealed record LentServer(string Url, string? Username, string? Token);

/// <summary>
/// Keeps credentials of a request that becomes journalled work out of the journal: they stay in this process's memory under a name, which
/// the journal holds instead. They are found only for the caller who brought them, for a limited time, and are gone after a restart.
/// </summary>
internal sealed class LentCredentials(TimeProvider time)
{
    private const string Prefix = "lent-";
    private const int Most = 1000;
    private static readonly TimeSpan Kept = TimeSpan.FromHours(2);

    private readonly Lock _lock = new();
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly Dictionary<string, (LentServer Server, string Caller, DateTimeOffset Until)> _kept = new(StringComparer.Ordinal);

    public static bool IsLent(string connection) => connection.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The same credentials of the same caller get the same name, so that a repeated request is known for one.</summary>
    public string Lend(LentServer server, Caller caller)
    {
        var name = Prefix + Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(string.Join('\0', caller.Name, server.Url, server.Username, server.Token))))[..24];
        var now = time.GetUtcNow();
        lock (_lock)
        {
            foreach (var old in _kept.Where(entry => entry.Value.Until <= now).Select(entry => entry.Key).ToList())
                _kept.Remove(old);
            if (_kept.Count >= Most && !_kept.ContainsKey(name))
                _kept.Remove(_kept.MinBy(entry => entry.Value.Until).Key);
            _kept[name] = (server, caller.Name, now + Kept);
        }

        return name;
    }

    public Outcome<LentServer> Find(string name, Caller caller)
    {
        lock (_lock)
            if (_kept.TryGetValue(name, out var entry) && entry.Caller == caller.Name && entry.Until > time.GetUtcNow())
                return entry.Server;
        return Refusal.Unprocessable("The credentials that came with this request are kept in memory only and are gone: the host was started again or too much time has passed. Send the request again, or configure a connection and name it.");
    }
}
