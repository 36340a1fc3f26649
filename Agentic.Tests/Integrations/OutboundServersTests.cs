using System.Net;
using Agentic.Agents.Integrations;
using Agentic.Agents.Operations;
using Microsoft.Extensions.Options;

namespace Agentic.Tests.Integrations;

/// <summary>Which servers a caller may have this host speak to.</summary>
internal sealed class OutboundServersTests
{
    private static readonly Caller Remote = new("ci", [Scope.Operate]);

    [TestCase("127.0.0.1")]
    [TestCase("10.1.2.3")]
    [TestCase("172.16.0.1")]
    [TestCase("192.168.1.1")]
    [TestCase("100.64.0.1")]
    [TestCase("169.254.169.254")]
    [TestCase("0.0.0.0")]
    [TestCase("224.0.0.1")]
    [TestCase("255.255.255.255")]
    [TestCase("::1")]
    [TestCase("::")]
    [TestCase("::ffff:10.0.0.1")]
    [TestCase("64:ff9b::a00:1")]
    [TestCase("2002:a00:1::")]
    [TestCase("fc00::1")]
    [TestCase("fe80::1")]
    public void Counts_an_address_inside_a_network_as_not_public(string address) => Assert.That(OutboundServers.Allows(Reach.Public, IPAddress.Parse(address)), Is.False);

    [TestCase("8.8.8.8", Reach.Public, true)]
    [TestCase("2606:4700::1111", Reach.Public, true)]
    [TestCase("::ffff:8.8.8.8", Reach.Public, true)]
    [TestCase("127.0.0.1", Reach.Private, true)]
    [TestCase("10.1.2.3", Reach.Private, true)]
    [TestCase("169.254.169.254", Reach.Private, false)]
    [TestCase("::ffff:169.254.169.254", Reach.Private, false)]
    [TestCase("fe80::1", Reach.Private, false)]
    [TestCase("169.254.169.254", Reach.Configured, true)]
    public void Tells_what_each_reach_allows(string address, Reach reach, bool allowed) => Assert.That(OutboundServers.Allows(reach, IPAddress.Parse(address)), Is.EqualTo(allowed));

    [TestCase("http://10.1.2.3/", false)]
    [TestCase("http://[::1]:8080/", false)]
    [TestCase("http://2130706433/", false)]
    [TestCase("http://0x7f.1/", false)]
    [TestCase("https://8.8.8.8/", true)]
    [TestCase("https://jenkins.example.com/", true)]
    public void Refuses_a_remote_caller_an_address_that_is_written_out(string url, bool allowed) => Assert.That(Servers().For(new Uri(url), Remote).IsRefused, Is.EqualTo(!allowed));

    [TestCase("jenkins.corp.example", "http://jenkins.corp.example:8080/", Reach.Configured)]
    [TestCase("*.corp.example", "http://ci.corp.example/", Reach.Configured)]
    [TestCase("*.corp.example", "http://corp.example/", Reach.Public)]
    [TestCase("*.corp.example", "http://evilcorp.example/", Reach.Public)]
    [TestCase("10.2.0.0/16", "http://10.2.9.9/", Reach.Configured)]
    [TestCase("fd00::/8", "http://[fd00::7]/", Reach.Configured)]
    public void Lets_a_caller_name_what_the_configuration_allows(string entry, string url, Reach reach) => Assert.That(Servers(entry).For(new Uri(url), Remote).Value, Is.EqualTo(reach));

    [Test]
    public void Lets_the_person_at_this_machine_name_servers_of_their_own_network()
    {
        Assert.That(Servers().For(new Uri("http://127.0.0.1:8080/"), Caller.Local).Value, Is.EqualTo(Reach.Private));
        Assert.That(Servers().For(new Uri("http://169.254.169.254/latest/meta-data/"), Caller.Local).Refusal!.Kind, Is.EqualTo(RefusalKind.Forbidden));
    }

    [Test]
    public void Lets_nobody_name_a_server_who_may_only_read() =>
        Assert.That(Servers().For(new Uri("https://8.8.8.8/"), new Caller("viewer", [Scope.Read])).Refusal!.Reason, Does.Contain("scope 'operate'"));

    [TestCase("ftp://8.8.8.8/")]
    [TestCase("file:///etc/passwd")]
    [TestCase("https://ann:secret@jenkins.example.com/")]
    public void Takes_no_other_scheme_and_no_password_in_an_address(string url)
    {
        var refusal = Servers().For(new Uri(url), Caller.Local).Refusal!;

        Assert.That(refusal.Kind, Is.EqualTo(RefusalKind.Malformed));
        Assert.That(refusal.Reason, Does.Not.Contain("secret"));
    }

    [Test]
    public async Task Looks_at_the_address_a_name_leads_to()
    {
        using var http = new HttpClient(OutboundServers.Handler(Reach.Public, TimeSpan.FromSeconds(5)));

        var problem = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync("http://localhost:9/"));

        Assert.That(problem!.InnerException, Is.InstanceOf<OutOfReachException>());
        Assert.That(problem.InnerException!.Message, Does.StartWith("localhost is not a server this host may be sent to"));
    }

    [TestCase("https://jenkins.example.com/")]
    [TestCase("10.0.0.0/40")]
    [TestCase(" ")]
    public void Says_at_start_up_what_is_wrong_with_an_entry(string entry)
    {
        var options = new OutboundOptions { AllowedServers = [entry] };

        Assert.That(options.Validate(null!).Single().ErrorMessage, Does.Contain($"'{entry}'"));
    }

    private static OutboundServers Servers(params string[] allowed) => new(Options.Create(new OutboundOptions { AllowedServers = allowed }));
}
