using Agentic.Agents.Policy;
using Agentic.Agents.Policy.Engines;
using Agentic.Agents.Policy.Resources;
using Agentic.Agents.Policy.Terraform;

namespace Agentic.Tests.Policy.Terraform;

/// <summary>What terraform itself writes for a plan, made with the provider that is built into it, so that nothing is fetched.</summary>
[Platform(Exclude = "Win")]
internal sealed class RealPlanTests
{
    private const string Root = """
        variable "names" {
          default = { a = 1, "b c" = 2 }
        }

        resource "terraform_data" "each" {
          for_each = var.names
          input    = { name = each.key, size = each.value, list = [true, null, "x"] }
        }

        resource "terraform_data" "after" {
          count            = 2
          input            = terraform_data.each["a"].id
          triggers_replace = [count.index]
        }

        module "inner" {
          source = "./inner"
          name   = "deep"
        }

        output "id" {
          value = module.inner.id
        }
        """;

    private const string Inner = """
        variable "name" {}

        resource "terraform_data" "one" {
          input = var.name
        }

        output "id" {
          value = terraform_data.one.id
        }
        """;

    [Test]
    public async Task Reads_a_plan_with_keys_modules_and_what_is_known_after_apply()
    {
        var graph = Read(await Plan());

        Assert.That(Managed(graph).Select(resource => resource.Address), Is.EquivalentTo(new[]
        {
            "terraform_data.each[\"a\"]", "terraform_data.each[\"b c\"]", "terraform_data.after[0]", "terraform_data.after[1]", "module.inner.terraform_data.one",
        }));
        var each = graph.All.Single(resource => resource.Address == "terraform_data.each[\"b c\"]");
        var after = graph.All.Single(resource => resource.Address == "terraform_data.after[0]");
        Assert.That((each.At("input.name").AsText(), each.At("input.size").AsNumber(), after.At("input").IsUnknown), Is.EqualTo(("b c", (double?)2, true)));
        Assert.That(each.At("id").IsNull, Is.True, "what the provider makes up and the configuration does not set counts as not set");
        Assert.That(graph.All.Single(resource => resource.Module == "module.inner").At("input").AsText(), Is.EqualTo("deep"));
        Assert.That(graph.NotChecked, Is.Empty);
    }

    [Test]
    public async Task Gives_the_same_addresses_as_the_configuration_it_was_made_from()
    {
        var configuration = TerraformConfiguration.Read(new Dictionary<string, string> { ["main.tf"] = Root, ["inner/main.tf"] = Inner }).Graph;

        Assert.That(Managed(configuration).Select(resource => resource.Address), Is.EquivalentTo(Managed(Read(await Plan())).Select(resource => resource.Address)));
    }

    private static IEnumerable<CloudResource> Managed(ResourceGraph graph) => graph.All.Where(resource => resource.Mode == CloudResourceMode.Managed);

    private static ResourceGraph Read(string plan)
    {
        var (graph, refusal) = PlanReader.Read(plan);
        Assert.That(refusal, Is.Null);
        return graph!;
    }

    private static async Task<string> Plan()
    {
        var process = new LocalEngineProcess();
        if (process.Find("terraform") is not { } terraform)
        {
            const string Reason = "terraform is not installed, so no real plan can be made.";
            if (Environment.GetEnvironmentVariable("AGENTIC_REQUIRE_SERVICES") == "1")
            {
                Assert.Fail(Reason);
            }

            Assert.Ignore(Reason);
            return "";
        }

        var folder = Directory.CreateTempSubdirectory("agentic-plan-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "inner"));
            await File.WriteAllTextAsync(Path.Combine(folder, "main.tf"), Root);
            await File.WriteAllTextAsync(Path.Combine(folder, "inner", "main.tf"), Inner);
            foreach (var arguments in (string[][])[["init", "-input=false", "-no-color"], ["plan", "-input=false", "-no-color", "-out=plan"]])
            {
                var outcome = await process.RunAsync(terraform, arguments, folder, TimeSpan.FromMinutes(2), CancellationToken.None);
                Assert.That(outcome.ExitCode, Is.Zero, outcome.Output + outcome.Errors);
            }

            return (await process.RunAsync(terraform, ["show", "-json", "-no-color", "plan"], folder, TimeSpan.FromMinutes(2), CancellationToken.None)).Output;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
