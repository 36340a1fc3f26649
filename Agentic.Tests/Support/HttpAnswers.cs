using System.Text;
using System.Text.Json.Nodes;

namespace Agentic.Tests.Support;

/// <summary>What tests over HTTP say again and again.</summary>
internal static class HttpAnswers
{
    public static Task<HttpResponseMessage> PostJson(this HttpClient client, string path, string body) =>
        client.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));

    /// <summary>The body as JSON, after its status was found to be the expected one.</summary>
    public static async Task<JsonNode> Json(this Task<HttpResponseMessage> asked, int status = 200)
    {
        using var answer = await asked;
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That((int)answer.StatusCode, Is.EqualTo(status), text);
        return JsonNode.Parse(text)!;
    }

    public static async Task<int> Status(this Task<HttpResponseMessage> asked)
    {
        using var answer = await asked;
        return (int)answer.StatusCode;
    }
}
