using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Agentic.Agents.Deployment;

/// <summary>Sends each event as one signed POST. Redirects are not followed: the address is what was configured.</summary>
internal sealed class HttpEventSink(IOptions<EventOptions> options) : IEventSink, IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = options.Value.Limit })
    {
        Timeout = options.Value.Limit, MaxResponseContentBufferSize = 64 * 1024,
    };

    public async Task<Delivery> Send(string id, string outgoing, CancellationToken cancellation)
    {
        var body = Encoding.UTF8.GetBytes(outgoing);
        using var request = new HttpRequestMessage(HttpMethod.Post, options.Value.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("X-Agentic-Delivery", id);
        if (options.Value.Secret.Length > 0)
        {
            request.Headers.Add("X-Agentic-Signature-256", "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(options.Value.Secret), body)));
        }

        try
        {
            using var answer = await _http.SendAsync(request, cancellation).ConfigureAwait(false);
            var said = string.Create(CultureInfo.InvariantCulture, $"the receiver answers {(int)answer.StatusCode}");
            return answer.IsSuccessStatusCode ? Delivery.Taken

                // These speak of this event; any other "no" speaks of the receiver and how it is reached.
                : new Delivery(answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity ? DeliveryResult.Refused : DeliveryResult.Later, said);
        }
        catch (HttpRequestException unreachable)
        {
            return new Delivery(DeliveryResult.Later, unreachable.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new Delivery(DeliveryResult.Later, "the receiver did not answer in time");
        }
    }

    public void Dispose() => _http.Dispose();
}
