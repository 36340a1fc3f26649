namespace Agentic.Host.Listening;

/// <summary>Where the two ports are: <c>Urls</c> (or ASPNETCORE_URLS, --urls) for people and tools, <c>Management:Url</c> for the cluster.</summary>
internal sealed record ListeningOptions(IReadOnlyList<ListenAddress> Doors, ListenAddress Management)
{
    public static ListeningOptions Read(IConfiguration configuration)
    {
        var urls = configuration["urls"] is { Length: > 0 } given ? given
            : configuration["http_ports"] is { Length: > 0 } ports ? string.Join(';', ports.Split(';').Select(port => $"http://*:{port}"))
            : "http://localhost:8080";
        var management = configuration["Management:Url"] is { Length: > 0 } url ? url : "http://localhost:8558";
        return new ListeningOptions(
            [.. urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(ListenAddress.Parse)],
            ListenAddress.Parse(management));
    }
}
