using System.Diagnostics;
using System.Net;
using Agentic.Agents.Deployment;
using Agentic.Host.Listening;
using Yarp.ReverseProxy.Forwarder;

namespace Agentic.Host.Traffic;

/// <summary>Serves the services that run on this machine at <c>/run/{environment}/{service}/</c>.</summary>
internal static class TrafficRegistration
{
    private static readonly ForwarderRequestConfig Limits = new() { ActivityTimeout = TimeSpan.FromSeconds(100) };

    public static IHostApplicationBuilder AddTraffic(this IHostApplicationBuilder builder)
    {
        builder.Services.AddServiceTraffic(services => services.DoorAddress());
        return builder;
    }

    /// <param name="address">The host's own address, for the links it hands out; asked when a link is made, since a free port is known only then.</param>
    public static IServiceCollection AddServiceTraffic(this IServiceCollection services, Func<IServiceProvider, string> address)
    {
        services.AddHttpForwarder();
        services.AddSingleton(provider => new ServiceTraffic(provider.GetRequiredService<TimeProvider>(), () => address(provider)));
        services.AddSingleton<ITraffic>(provider => provider.GetRequiredService<ServiceTraffic>());
        services.AddSingleton<IMetricSource>(provider => provider.GetRequiredService<ServiceTraffic>());
        return services;
    }

    public static IEndpointConventionBuilder MapServiceTraffic(this IEndpointRouteBuilder endpoints)
    {
        var traffic = endpoints.ServiceProvider.GetRequiredService<ServiceTraffic>();
        var forwarder = endpoints.ServiceProvider.GetRequiredService<IHttpForwarder>();
        var client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            ActivityHeadersPropagator = new ReverseProxyPropagator(DistributedContextPropagator.Current),
            ConnectTimeout = TimeSpan.FromSeconds(5),

            // Node closes idle connections after 5 s; a request sent into that moment would be lost.
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(2),
        });
        return endpoints.Map("/run/{environment}/{service}/{**rest}", (HttpContext http, string environment, string service) =>
            Forward(http, traffic, forwarder, client, new ServiceKey(service, environment)));
    }

    private static async Task Forward(HttpContext http, ServiceTraffic traffic, IHttpForwarder forwarder, HttpMessageInvoker client, ServiceKey key)
    {
        // What a service serves is not ours: it shares our address, so without this its pages could act as whoever looks at them.
        http.Response.OnStarting(() =>
        {
            http.Response.Headers.ContentSecurityPolicy = "sandbox allow-scripts allow-forms";
            return Task.CompletedTask;
        });
        using var ticket = traffic.Admit(key);
        if (ticket is null)
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            http.Response.Headers.RetryAfter = "5";
            await http.Response.WriteAsync($"Nothing serves {key} now.\n", http.RequestAborted);
            return;
        }

        var error = await forwarder.SendAsync(http, ticket.Destination.AbsoluteUri, client, Limits, new PrefixTransformer(key));

        // A caller that hangs up says nothing about the service.
        if (error is not (ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled or ForwarderError.ResponseBodyCanceled or ForwarderError.UpgradeRequestCanceled or ForwarderError.UpgradeResponseCanceled))
        {
            ticket.Count(error != ForwarderError.None || http.Response.StatusCode >= 500);
        }
    }

    /// <summary>The service sees its own paths; the prefix goes along in the header that frameworks know.</summary>
    private sealed class PrefixTransformer(ServiceKey key) : HttpTransformer
    {
        public override async ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            var prefix = $"/run/{key.Environment}/{key.Service}";
            httpContext.Request.Path.StartsWithSegments(prefix, out var rest);
            proxyRequest.RequestUri = RequestUtilities.MakeDestinationAddress(destinationPrefix, rest.HasValue ? rest : "/", httpContext.Request.QueryString);
            proxyRequest.Headers.Host = null;
            proxyRequest.Headers.Remove("X-Forwarded-Prefix");
            proxyRequest.Headers.TryAddWithoutValidation("X-Forwarded-Prefix", prefix);
            proxyRequest.Headers.Remove("X-Forwarded-Proto");
            proxyRequest.Headers.TryAddWithoutValidation("X-Forwarded-Proto", httpContext.Request.Scheme);
            proxyRequest.Headers.Remove("X-Forwarded-Host");
            proxyRequest.Headers.TryAddWithoutValidation("X-Forwarded-Host", httpContext.Request.Host.Value);

            // The host's own credentials are none of the service's business.
            proxyRequest.Headers.Remove("Cookie");
            proxyRequest.Headers.Remove("X-Api-Key");
            proxyRequest.Headers.Authorization = null;
        }

        public override async ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
        {
            // A cookie of the service would be a cookie of the console's own address.
            proxyResponse?.Headers.Remove("Set-Cookie");
            return await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        }
    }
}
