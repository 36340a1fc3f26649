using System.Security.Cryptography;

namespace Agentic.Host.Security;

/// <summary>The secret that signs sessions: from configuration, where several nodes share it, else made once and kept.</summary>
internal static class SessionKey
{
    private const int Length = 32;

    public static byte[] Obtain(string? configured, string dataPath)
    {
        if (!string.IsNullOrEmpty(configured))
            return Decode(configured) ?? throw new Listening.StartRefusedException($"Auth:SessionKey must be base64 of at least {Length} bytes. Make one with: openssl rand -base64 {Length}");
        var path = Path.Combine(dataPath, "session.key");
        if (File.Exists(path) && Decode(File.ReadAllText(path)) is { } kept)
            return kept;
        var fresh = RandomNumberGenerator.GetBytes(Length);
        DurableFile.Replace(path, System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(fresh)));
        return fresh;
    }

    private static byte[]? Decode(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text.Trim(), bytes, out var length) && length >= Length ? bytes[..length] : null;
    }
}
