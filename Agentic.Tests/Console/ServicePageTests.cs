using Microsoft.Playwright;

namespace Agentic.Tests.ConsolePages;

/// <summary>Looking at a service before it is made, updating it and publishing it afterwards.</summary>
internal sealed class ServicePageTests : PageTest
{
    private ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name, Exact = true });

    private ILocator Region(string name) => Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = name, Exact = true });

    [Test]
    public async Task Previews_files_and_differences_and_writes_nothing()
    {
        await Go("new");
        await Page.GetByLabel("Service name").FillAsync("user-service");
        await Choose("python");
        await Button("Preview files").ClickAsync();

        await Expect(Region("README.md")).ToContainTextAsync("A service that keeps users.");
        await Expect(Region("Differences").Last).ToContainTextAsync("+FROM python:3.12-slim");
        await Page.Locator(".tree [data-path='Dockerfile']").ClickAsync();
        await Expect(Region("Dockerfile")).ToContainTextAsync("USER 10001");
        await Photograph("preview");
        Assert.That(Host.Workflows, Is.Empty);
        Assert.That(Host.Requests.Single().Body, Is.EqualTo("{\"serviceName\":\"user-service\",\"language\":\"python\",\"database\":\"postgresql\"}"));
    }

    [Test]
    public async Task Shows_a_refused_preview_at_its_field()
    {
        await Go("new");
        await Page.GetByLabel("Service name").FillAsync("taken-service");
        await Choose("python");
        await Button("Preview files").ClickAsync();

        await Expect(Page.Locator("[data-member=serviceName] .fault")).ToHaveTextAsync("The name is reserved; add a word.");
    }

    [Test]
    public async Task Shows_what_an_update_would_do_and_then_does_it_for_that_commit()
    {
        await Go("services/user-service");
        await Button("Look for changes").ClickAsync();

        await Expect(Page.GetByText("1 conflict.")).ToBeVisibleAsync();
        await Expect(Page.Locator(".rows li", new PageLocatorOptions { HasText = "compose.yaml" })).ToContainTextAsync("Stays deleted");
        await Page.GetByText("Differences", new PageGetByTextOptions { Exact = true }).ClickAsync();
        await Expect(Region("Differences")).ToContainTextAsync("-FROM python:3.11-slim");
        await Photograph("update");
        await Button("Update").ClickAsync();

        await Expect(Page.Locator(".live")).ToHaveTextAsync("Live");
        Assert.That(Host.Requests.Last().Body, Does.Contain("\"commit\":\"4bf92f3577b34da6a3ce929d0e0e4736aabbccdd\""));
    }

    [Test]
    public async Task Publishes_and_says_why_it_could_not()
    {
        await Go("services/lost-service");
        await Button("Publish").ClickAsync();
        await Expect(Page.Locator("[data-member=connection] .fault").Last).ToHaveTextAsync("Connection is needed.");
        await Page.Locator("[name=connection]").Last.FillAsync("nowhere");
        await Button("Publish").ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Alert).Last).ToContainTextAsync("There is no connection 'nowhere'.");

        await Go("services/user-service");
        await Page.Locator("[name=connection]").Last.FillAsync("forge");
        await Button("Publish").ClickAsync();
        await Expect(Page.Locator(".live")).ToHaveTextAsync("Live");
    }

    [TestCase(ColorScheme.Light)]
    [TestCase(ColorScheme.Dark)]
    public async Task Fits_a_phone_with_everything_shown(ColorScheme scheme)
    {
        await Page.SetViewportSizeAsync(390, 844);
        await Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
        await Go("services/user-service");
        await Button("Look for changes").ClickAsync();
        await Page.GetByText("Differences", new PageGetByTextOptions { Exact = true }).ClickAsync();
        await Expect(Region("Differences")).ToBeVisibleAsync();
        await Photograph($"update.phone.{scheme}");
        Assert.That(await Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth"), Is.LessThanOrEqualTo(0));

        await Go("new");
        await Page.GetByLabel("Service name").FillAsync("user-service");
        await Choose("python");
        await Button("Preview files").ClickAsync();
        await Expect(Region("README.md")).ToBeVisibleAsync();
        await Photograph($"preview.phone.{scheme}");
        Assert.That(await Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth"), Is.LessThanOrEqualTo(0));
    }
}
