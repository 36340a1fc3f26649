using Microsoft.Playwright;

namespace Agentic.Tests.ConsolePages;

/// <summary>Every page at phone and desk width in both themes: nothing runs over the edge. Set AGENTIC_SCREENSHOTS to a folder to look at them.</summary>
internal sealed class LookTests : PageTest
{
    private static readonly string[] Routes =
    [
        "workflows", "workflows?query=nothing-like-it", "workflows/{waiting}?task=deploy", "workflows/{waiting}?task=scaffold&file=app/main.py", "workflows/{failed}?task=provision", "workflows/{large}", "new", "new/goal",
        "new/operation", "approvals", "dead-letters", "templates", "migrate", "policy", "audit", "services/user-service", "workflows/wf-unknown",
    ];

    [Test]
    public async Task Every_page_fits_a_phone_and_a_desk_in_both_themes([Values(360, 390, 1280)] int width, [Values(ColorScheme.Light, ColorScheme.Dark)] ColorScheme scheme)
    {
        Host.Stage.Fill(Host, 45);
        await Page.SetViewportSizeAsync(width, width < 800 ? 844 : 860);
        await Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
        foreach (var route in Routes)
        {
            await Go(Resolve(route));
            await Page.Locator("h1, .empty h2").First.WaitForAsync();
            await Page.WaitForLoadStateAsync(LoadState.NetworkIdle, new PageWaitForLoadStateOptions { Timeout = 3000 }).ContinueWith(_ => { }, TaskScheduler.Default);

            var over = await Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");

            await Photograph(FormattableString.Invariant($"{NameOf(route)}.{width}.{scheme}"));
            Assert.That(over, Is.LessThanOrEqualTo(0), $"{route} is wider than {width} px");
        }
    }

    private string Resolve(string route) => route
        .Replace("{waiting}", Id("user-service"), StringComparison.Ordinal).Replace("{failed}", Id("billing-service"), StringComparison.Ordinal)
        .Replace("{large}", Id("platform-everything"), StringComparison.Ordinal);

    private string Id(string service) => Host.Workflows.First(workflow => workflow.Record["serviceName"]!.GetValue<string>() == service).Id;

    private static string NameOf(string route) => string.Concat(route.Select(letter => char.IsLetterOrDigit(letter) ? letter : '-'));
}
