using System.Text.Json;

namespace Agentic.Host.Security;

/// <summary>Keeps the keys in one JSON file, replaced as a whole so that a crash leaves the old or the new one.</summary>
internal sealed class ApiKeyFile(string path) : IApiKeys, IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private IReadOnlyList<ApiKey>? _keys;

    public async ValueTask<IReadOnlyList<ApiKey>> All(CancellationToken cancellation)
    {
        if (Volatile.Read(ref _keys) is { } keys)
            return keys;
        await _one.WaitAsync(cancellation);
        try
        {
            return Load();
        }
        finally
        {
            _one.Release();
        }
    }

    public async Task<bool> Add(ApiKey key, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            var keys = Load();
            if (keys.Any(known => known.Name == key.Name))
                return false;
            Save([.. keys, key]);
            return true;
        }
        finally
        {
            _one.Release();
        }
    }

    public async Task<ApiKey?> Revoke(string id, DateTimeOffset at, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            var keys = Load();
            if (keys.FirstOrDefault(known => known.Id == id) is not { } key)
                return null;
            var revoked = key.RevokedAt is null ? key with { RevokedAt = at } : key;
            Save([.. keys.Select(known => known.Id == id ? revoked : known)]);
            return revoked;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private IReadOnlyList<ApiKey> Load()
    {
        if (_keys is not null)
            return _keys;
        try
        {
            _keys = File.Exists(path) ? JsonSerializer.Deserialize<List<ApiKey>>(File.ReadAllBytes(path), KeptJson.Options)! : [];
            return _keys;
        }
        catch (JsonException broken)
        {
            throw new InvalidDataException($"{path} is not the list of API keys it should be: {broken.Message} Restore it from a backup, or remove it to start with none.", broken);
        }
    }

    private void Save(IReadOnlyList<ApiKey> keys)
    {
        DurableFile.Replace(path, JsonSerializer.SerializeToUtf8Bytes(keys, KeptJson.Indented));
        Volatile.Write(ref _keys, keys);
    }
}
