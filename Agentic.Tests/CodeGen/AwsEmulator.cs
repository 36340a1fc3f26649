using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Agentic.Tests.CodeGen;

/// <summary>What a test asks of the emulator of SQS and SNS: make what a service publishes to, and read what arrived.</summary>
internal sealed class AwsEmulator(string address) : IDisposable
{
    private readonly HttpClient _client = new() { BaseAddress = new Uri(address) };

    public async Task<string> CreateQueue(string name) => (string)(await Sqs("CreateQueue", new JsonObject { ["QueueName"] = name }))["QueueUrl"]!;

    /// <summary>A topic whose messages go to a queue; the answer is its ARN.</summary>
    public async Task<string> CreateTopic(string name, string queue)
    {
        var topic = Between(await Sns($"Action=CreateTopic&Name={name}"), "<TopicArn>", "</TopicArn>");
        await Sns($"Action=Subscribe&Protocol=sqs&TopicArn={Uri.EscapeDataString(topic)}&Endpoint={Uri.EscapeDataString($"arn:aws:sqs:eu-central-1:000000000000:{queue}")}");
        return topic;
    }

    /// <summary>Takes every message that waits; a message of a topic is unwrapped.</summary>
    public async Task<IReadOnlyList<JsonNode>> Take(string queueUrl)
    {
        var taken = new List<JsonNode>();
        while (true)
        {
            var answer = await Sqs("ReceiveMessage", new JsonObject { ["QueueUrl"] = queueUrl, ["MaxNumberOfMessages"] = 10, ["WaitTimeSeconds"] = 0 });
            if (answer["Messages"] is not JsonArray { Count: > 0 } messages)
                return taken;
            foreach (var message in messages)
            {
                var body = JsonNode.Parse((string)message!["Body"]!)!;
                taken.Add(body["Message"] is JsonValue wrapped ? JsonNode.Parse((string)wrapped!)! : body);
                await Sqs("DeleteMessage", new JsonObject { ["QueueUrl"] = queueUrl, ["ReceiptHandle"] = (string?)message["ReceiptHandle"] });
            }
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<JsonNode> Sqs(string action, JsonObject body)
    {
        using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/x-amz-json-1.0"));
        content.Headers.Add("X-Amz-Target", $"AmazonSQS.{action}");
        return JsonNode.Parse(await Send(content, "sqs") is { Length: > 0 } text ? text : "{}")!;
    }

    private Task<string> Sns(string form) => Send(new StringContent(form + "&Version=2010-03-31", Encoding.UTF8, "application/x-www-form-urlencoded"), "sns");

    private async Task<string> Send(StringContent content, string service)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = content };
        // The emulator reads the region and the service from the signature, and does not verify it.
        request.Headers.TryAddWithoutValidation("Authorization", $"AWS4-HMAC-SHA256 Credential=local/20200101/eu-central-1/{service}/aws4_request, SignedHeaders=host, Signature=0");
        using var answer = await _client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? text : throw new InvalidOperationException(text);
    }

    private static string Between(string text, string open, string close)
    {
        var start = text.IndexOf(open, StringComparison.Ordinal) + open.Length;
        return text[start..text.IndexOf(close, start, StringComparison.Ordinal)];
    }
}
