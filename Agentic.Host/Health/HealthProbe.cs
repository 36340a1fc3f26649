namespace Agentic.Host.Health;

/// <summary>
/// <c>--check-health [address]</c>: asks a running host's management port whether it is ready, for container health checks in images that
/// hold no other HTTP client. Ends with 0 or 1.
/// </summary>
internal static class HealthProbe
{
    public const string Argument = "--check-health";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    public static async Task<int> Run(string address)
    {
        using var client = new HttpClient { Timeout = Patience };
        try
        {
            using var answer = await client.GetAsync(new Uri(new Uri(address), "/ready"));
            await Console.Out.WriteLineAsync($"{address} answers {(int)answer.StatusCode}.");
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception away) when (away is HttpRequestException or TaskCanceledException or UriFormatException)
        {
            await Console.Error.WriteLineAsync($"{address} does not answer: {away.Message}");
            return 1;
        }
    }
}
