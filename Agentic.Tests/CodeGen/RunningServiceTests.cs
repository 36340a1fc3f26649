using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Agentic.Agents.CodeGen;

namespace Agentic.Tests.CodeGen;

/// <summary>One service of each language, started for real beside its real store and messaging, called, and stopped in the middle of it.</summary>
internal sealed class RunningServiceTests
{
    private const int Callers = 16;
    private const int BeforeTheSignal = 150;

    [TestCase("python", "rest", "dynamodb", "sns")]
    [TestCase("nodejs", "grpc", "redis", "sqs")]
    [TestCase("go", "rest", "postgresql", "sns")]
    public async Task Loses_no_request_when_it_is_told_to_stop(string language, string api, string store, string messaging)
    {
        var request = new GenerateService("order-line-service", language, api, store, messaging);
        using var tools = new Toolchain(language);
        tools.Require();
        Require(LocalServices.Missing(request) ?? LocalServices.MissingEmulator);
        var (program, arguments, folder) = tools.Build(request.ServiceName, Service.Generated(request));
        await using var services = await LocalServices.Start(request, withMessaging: true);
        using var aws = new AwsEmulator(services.Aws);
        var queue = await aws.CreateQueue("events");
        services.Environment["QUEUE_URL"] = queue;
        if (messaging == "sns")
            services.Environment["TOPIC_ARN"] = await aws.CreateTopic("events-topic", "events");
        var (port, grpcPort) = (LocalProcess.FreePort(), LocalProcess.FreePort());
        (services.Environment["HOST"], services.Environment["PORT"], services.Environment["GRPC_PORT"]) =
            ("127.0.0.1", port.ToString(CultureInfo.InvariantCulture), grpcPort.ToString(CultureInfo.InvariantCulture));

        var acknowledged = new ConcurrentBag<string>();
        await using (var first = await LocalProcess.Start(port, folder, services.Environment, program, arguments))
        {
            using var calls = new ServiceCalls(request, port, grpcPort);
            await Ready(calls, first);
            var enough = new TaskCompletionSource();
            var callers = Enumerable.Range(0, Callers).Select(async caller =>
            {
                for (var number = 0; await calls.Create($"line {caller}-{number}") is { } id; number++)
                {
                    acknowledged.Add(id);
                    if (acknowledged.Count >= BeforeTheSignal)
                        enough.TrySetResult();
                }
            }).ToList();
            await Task.WhenAny(enough.Task, Task.WhenAll(callers));
            Assert.That(acknowledged, Has.Count.GreaterThanOrEqualTo(BeforeTheSignal), first.Output);
            await first.Stop();
            await Task.WhenAll(callers);
            Assert.That(first.ExitCode, Is.Zero, first.Output);
        }

        await using var second = await LocalProcess.Start(port, folder, services.Environment, program, arguments);
        using var again = new ServiceCalls(request, port, grpcPort);
        await Ready(again, second);
        var told = new HashSet<string>(StringComparer.Ordinal);
        for (var patience = 0; patience < 600 && told.Count < acknowledged.Count; patience++)
        {
            foreach (var message in await aws.Take(queue))
                told.Add((string)message["subject"]!);
            await Task.Delay(100);
        }

        // Nothing that was answered is gone, nothing took effect without an answer, and every change was told.
        var kept = await again.Ids();
        Assert.That(acknowledged.Except(kept), Is.Empty, "answered, but gone");
        Assert.That(kept.Except(acknowledged), Is.Empty, "took effect without an answer");
        Assert.That(told, Is.EquivalentTo(acknowledged), "events that were told");
        await second.Stop();
        Assert.That(second.ExitCode, Is.Zero, second.Output);
    }

    private static void Require(string? missing)
    {
        if (missing is null)
            return;
        if (Environment.GetEnvironmentVariable("AGENTIC_REQUIRE_SERVICES") == "1")
            Assert.Fail(missing);
        Assert.Ignore(missing);
    }

    private static async Task Ready(ServiceCalls calls, LocalProcess service)
    {
        for (var patience = 0; ; patience++)
        {
            using var answer = await calls.Get("ready");
            if (answer.StatusCode == HttpStatusCode.OK)
                return;
            if (patience == 100)
                Assert.Fail($"{await answer.Content.ReadAsStringAsync()}\n{service.Output}");
            await Task.Delay(100);
        }
    }
}
