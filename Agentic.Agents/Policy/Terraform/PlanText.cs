using System.Text;

namespace Agentic.Agents.Policy.Terraform;

/// <summary>Decodes a plan's bytes: UTF-8 with or without a mark, and the UTF-16 a Windows shell redirects to.</summary>
internal static class PlanText
{
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
        {
            return Encoding.UTF8.GetString(bytes[3..]);
        }

        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]))
        {
            return Encoding.Unicode.GetString(bytes[2..]);
        }

        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            return Encoding.BigEndianUnicode.GetString(bytes[2..]);
        }

        // Text starts with two ASCII characters; zeros between them are UTF-16 without a mark.
        return bytes is [> 0 and < 0x80, 0, > 0 and < 0x80, 0, ..] ? Encoding.Unicode.GetString(bytes)
            : bytes is [0, > 0 and < 0x80, 0, > 0 and < 0x80, ..] ? Encoding.BigEndianUnicode.GetString(bytes)
            : Encoding.UTF8.GetString(bytes);
    }
}
