using System.Net;
using Agentic.Host.Security;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Agentic.Host.Listening;

/// <summary>Binds the ports, and refuses to bind where nobody would be asked who they are.</summary>
internal static class ListeningRegistration
{
    public static void AddListening(this WebApplicationBuilder builder)
    {
        var listening = ListeningOptions.Read(builder.Configuration);
        RefuseOpenLocalMode(builder.Configuration, listening);
        builder.Services.AddSingleton(listening);
        builder.Services.AddTransient<IStartupFilter, OwnAddresses>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            foreach (var address in listening.Doors)
                Listen(kestrel, address, static _ => { });
            Listen(kestrel, listening.Management, ManagementConnection.Mark);
        });
    }

    /// <summary>The address people open, once the host has started and every port 0 has become a real one.</summary>
    public static string DoorAddress(this WebApplication app) => app.Services.DoorAddress();

    public static string DoorAddress(this IServiceProvider services) => Bound(services).First();

    public static string ManagementAddress(this WebApplication app) => Bound(app.Services).Last();

    private static ICollection<string> Bound(IServiceProvider services) =>
        services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;

    private static void RefuseOpenLocalMode(IConfiguration configuration, ListeningOptions listening)
    {
        var mode = configuration["Auth:Mode"];
        if (!string.IsNullOrEmpty(mode) && !mode.Equals(nameof(AuthMode.Local), StringComparison.OrdinalIgnoreCase))
            return;
        if (listening.Doors.Append(listening.Management).FirstOrDefault(address => !address.IsLoopback) is { } open)
            throw new StartRefusedException(
                $"Auth:Mode=Local asks nobody who they are, so it listens on loopback only, and {open} can be reached from other machines. "
                + "Either listen on http://localhost:8080 (setting Urls) and http://localhost:8558 (setting Management:Url), "
                + "or set Auth:Mode=ApiKey with a first key in Auth:ApiKey:Bootstrap, or Auth:Mode=Jwt.");
    }

    /// <summary>Takes the addresses we bind ourselves out of the server's own list, at which it would warn that it does not use them.</summary>
    private sealed class OwnAddresses(IServer server) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next)
        {
            server.Features.Get<IServerAddressesFeature>()?.Addresses.Clear();
            return next;
        }
    }

    private static void Listen(KestrelServerOptions kestrel, ListenAddress address, Action<ListenOptions> refine)
    {
        void Configure(ListenOptions options)
        {
            refine(options);
            if (address.IsTls)
                options.UseHttps();
        }

        if (address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) && address.Port != 0)
            kestrel.ListenLocalhost(address.Port, Configure);
        else if (address.IsLoopback && !IPAddress.TryParse(address.Host.Trim('[', ']'), out _))
            kestrel.Listen(IPAddress.Loopback, address.Port, Configure);
        else if (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip))
            kestrel.Listen(ip, address.Port, Configure);
        else
            kestrel.ListenAnyIP(address.Port, Configure);
    }
}
