namespace Agentic.Agents.CodeGen.Publishing;

/// <summary>A repository on a server and who asks. Printing it never shows the token.</summary>
internal sealed record GitRemote(Uri Url, string Username, string Token, TimeSpan Timeout)
{
    public override string ToString() => Url.GetLeftPart(UriPartial.Path);
}
