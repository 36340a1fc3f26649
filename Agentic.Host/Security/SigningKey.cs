using System.Security.Cryptography;
using Agentic.Host.Listening;
using Microsoft.IdentityModel.Tokens;

namespace Agentic.Host.Security;

/// <summary>Reads a configured key that tokens are signed with.</summary>
internal static class SigningKey
{
    private const int ShortestSecret = 32;

    public static SecurityKey Parse(string text)
    {
        if (!text.Contains("-----BEGIN", StringComparison.Ordinal))
            return Secret(text);
        try
        {
            if (text.Contains("EC PUBLIC KEY", StringComparison.Ordinal) || !TryRsa(text, out var rsa))
            {
                var curve = ECDsa.Create();
                curve.ImportFromPem(text);
                return new ECDsaSecurityKey(curve);
            }

            return new RsaSecurityKey(rsa);
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or CryptographicException)
        {
            throw new StartRefusedException("Auth:Jwt:SigningKeys holds a PEM block that is neither an RSA nor an elliptic-curve public key.");
        }
    }

    private static bool TryRsa(string pem, out RSA rsa)
    {
        rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(pem);
            return true;
        }
        catch (Exception other) when (other is ArgumentException or CryptographicException)
        {
            rsa.Dispose();
            return false;
        }
    }

    private static SymmetricSecurityKey Secret(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) && length >= ShortestSecret
            ? new SymmetricSecurityKey(bytes[..length])
            : throw new StartRefusedException($"Auth:Jwt:SigningKeys must hold PEM public keys, or base64 of secrets of at least {ShortestSecret} bytes.");
    }
}
