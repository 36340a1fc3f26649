namespace Agentic.Agents.Policy.Workflows;

/// <summary>Whether an image reference may mean another image tomorrow.</summary>
internal static class ImageName
{
    public static bool IsLoose(string image)
    {
        if (image.Contains('@') || image.Contains('$'))
        {
            return false;
        }

        var name = image[(image.LastIndexOf('/') + 1)..];
        var colon = name.IndexOf(':');
        return colon < 0 || name[(colon + 1)..] is "latest" or "";
    }
}
