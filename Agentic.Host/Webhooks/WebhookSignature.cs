using System.Security.Cryptography;
using System.Text;

namespace Agentic.Host.Webhooks;

/// <summary>Whether a delivery comes from who holds the secret; compared in a time that does not depend on how much is right.</summary>
internal static class WebhookSignature
{
    private const string Prefix = "sha256=";

    /// <summary>GitHub's <c>X-Hub-Signature-256</c>: HMAC SHA-256 over the bytes as they came.</summary>
    public static bool IsSigned(string? header, string secret, byte[] body)
    {
        if (header is null || !header.StartsWith(Prefix, StringComparison.Ordinal))
            return false;
        var claimed = new byte[32];
        return header.Length == Prefix.Length + 64
            && Convert.FromHexString(header.AsSpan(Prefix.Length), claimed, out _, out var written) == System.Buffers.OperationStatus.Done && written == 32
            && CryptographicOperations.FixedTimeEquals(claimed, HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));
    }

    /// <summary>A shared token; hashed first, so that its length is not told either.</summary>
    public static bool IsToken(string? given, string secret) =>
        given is not null && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
