using System.Text;
using Agentic.Agents.Policy.Terraform;
using Agentic.Tests.Policy.Engines;

namespace Agentic.Tests.Policy.Terraform;

internal sealed class HclJsonReaderTests
{
    private const string Text = """
        {
          "//": "made by a program",
          "variable": { "name": { "default": "logs" } },
          "locals": { "open": ["0.0.0.0/0"] },
          "provider": { "aws": [ { "region": "eu-west-1" }, { "alias": "west", "region": "us-west-1", "default_tags": { "tags": { "Owner": "a" } } } ] },
          "resource": {
            "aws_s3_bucket": { "logs": { "bucket": "${var.name}-1", "provider": "aws.west", "versioning": { "enabled": true }, "tags": { "Team": "a" } } },
            "aws_security_group": { "web": { "ingress": [ { "from_port": 22, "to_port": 22, "cidr_blocks": "${local.open}" } ],
              "dynamic": { "egress": { "for_each": "${local.open}", "content": { "cidr_blocks": ["${egress.value}"] } } } } }
          }
        }
        """;

    [Test]
    public void Reads_the_JSON_syntax_into_the_same_resources()
    {
        var graph = TerraformConfiguration.Read(new Dictionary<string, string> { ["main.tf.json"] = Text }).Graph;

        var bucket = graph.All.Single(resource => resource.Type == "aws_s3_bucket");
        var group = graph.All.Single(resource => resource.Type == "aws_security_group");
        Assert.That((bucket.Address, bucket.At("bucket").AsText(), bucket.Provider, bucket.Line), Is.EqualTo(("aws_s3_bucket.logs", "logs-1", "aws.west", 7)));
        Assert.That(bucket.Values.ToString(), Does.Contain("versioning = [{enabled = true}]").And.Contain("tags = {Team = a}"));
        Assert.That(group.Values.ToString(), Does.Contain("cidr_blocks = [0.0.0.0/0]").And.Contain("egress = [{"));
        Assert.That(graph.NotChecked, Is.Empty);
    }

    [TestCase("[]")]
    [TestCase("{\"resource\": 3}")]
    [TestCase("{\"resource\": {\"a\": {\"b\": ")]
    [TestCase("{\"unheard\": {}}")]
    public void Says_where_a_file_is_none(string text) => Assert.That(HclJsonReader.Read("a.tf.json", text).Problems, Is.Not.Empty);

    [Test]
    public void Never_throws_on_mangled_files()
    {
        var random = new Random(77);
        for (var round = 0; round < 800; round++)
        {
            var text = new StringBuilder(Text);
            for (var edit = random.Next(1, 8); edit > 0; edit--)
            {
                Mangle.Once(text, random, "{}[]:,\"${}0.abc\n ");
            }

            Assert.That(() => TerraformConfiguration.Read(new Dictionary<string, string> { ["a.tf.json"] = text.ToString() }), Throws.Nothing);
        }
    }
}
