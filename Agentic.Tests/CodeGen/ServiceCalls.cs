using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Agentic.Agents.CodeGen;

namespace Agentic.Tests.CodeGen;

/// <summary>Calls a running service as its callers do: REST over HTTP/1.1, or gRPC over HTTP/2 with its few messages written by hand.</summary>
internal sealed class ServiceCalls(GenerateService request, int port, int grpcPort) : IDisposable
{
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly ServiceName _name = ServiceName.Of(request.ServiceName);

    private bool IsGrpc => request.ApiType == "grpc";

    public Uri Http => new(FormattableString.Invariant($"http://127.0.0.1:{port}/"));

    public Task<HttpResponseMessage> Get(string path) => _client.GetAsync(new Uri(Http, path));

    /// <summary>Creates a record; null when the service did not take the call.</summary>
    public async Task<string?> Create(string name)
    {
        try
        {
            if (IsGrpc)
                return await Unary("Create", Field(1, Encoding.UTF8.GetBytes(name))) is { } made ? Text(made, 1) : null;
            // With a length: a body without one is refused by services that bound it.
            using var body = new StringContent(new JsonObject { ["name"] = name }.ToJsonString(), Encoding.UTF8, "application/json");
            using var answer = await _client.PostAsync(new Uri(Http, _name.Route), body);
            return answer.StatusCode == HttpStatusCode.Created ? (string?)(await answer.Content.ReadFromJsonAsync<JsonObject>())!["id"] : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Ids of all records, page by page.</summary>
    public async Task<IReadOnlyList<string>> Ids()
    {
        var (ids, cursor) = (new List<string>(), "");
        do
        {
            if (IsGrpc)
            {
                var page = (await Unary("List", [0x08, 100, .. Field(2, Encoding.UTF8.GetBytes(cursor))]))!;
                ids.AddRange(Fields(page).Where(field => field.Number == 1).Select(field => Text(field.Value, 1)));
                cursor = Text(page, 2);
            }
            else
            {
                var page = (await _client.GetFromJsonAsync<JsonObject>(new Uri(Http, $"{_name.Route}?limit=100&cursor={Uri.EscapeDataString(cursor)}")))!;
                ids.AddRange(page["items"]!.AsArray().Select(item => (string)item!["id"]!));
                cursor = (string?)page["nextCursor"] ?? "";
            }
        }
        while (cursor.Length > 0);
        return ids;
    }

    public void Dispose() => _client.Dispose();

    private async Task<byte[]?> Unary(string method, byte[] message)
    {
        var body = new byte[5 + message.Length];
        BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(1), (uint)message.Length);
        message.CopyTo(body, 5);
        using var call = new HttpRequestMessage(HttpMethod.Post, FormattableString.Invariant($"http://127.0.0.1:{grpcPort}/{_name.Items}.v1.{_name.Entity}Service/{method}"))
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        call.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        using var answer = await _client.SendAsync(call);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        var status = answer.TrailingHeaders.TryGetValues("grpc-status", out var trailing) ? trailing.First() : answer.Headers.GetValues("grpc-status").First();
        return status == "0" ? bytes[5..] : null;
    }

    private static byte[] Field(int number, byte[] value) => value.Length == 0 ? [] : [(byte)(number << 3 | 2), (byte)value.Length, .. value];

    private static string Text(byte[] message, int number) => Encoding.UTF8.GetString(Fields(message).FirstOrDefault(field => field.Number == number).Value ?? []);

    // Fields of a message that have a length; numbers are stepped over.
    private static IEnumerable<(int Number, byte[] Value)> Fields(byte[] message)
    {
        for (var at = 0; at < message.Length;)
        {
            var tag = Number(message, ref at);
            var value = Number(message, ref at);
            if ((tag & 7) != 2)
                continue;
            yield return (tag >> 3, message[at..(at + value)]);
            at += value;
        }
    }

    private static int Number(byte[] message, ref int at)
    {
        var (value, shift) = (0L, 0);
        do
        {
            value |= (long)(message[at] & 0x7F) << shift;
            shift += 7;
        }
        while ((message[at++] & 0x80) != 0);
        return (int)value;
    }
}
