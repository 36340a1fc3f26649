using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Agentic.Host.Security;

/// <summary>The key itself, as its holder has it: <c>agk_</c> and 43 characters of chance.</summary>
internal static class ApiKeyText
{
    public const string Prefix = "agk_";
    public const int ShortestBootstrap = 32;

    public static string Create() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    public static bool IsEqual(string hash, string otherHash) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(hash), Encoding.ASCII.GetBytes(otherHash));
}
