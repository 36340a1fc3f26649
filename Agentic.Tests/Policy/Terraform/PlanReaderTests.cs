using System.Diagnostics;
using System.Text;
using Agentic.Agents.Policy.Resources;
using Agentic.Agents.Policy.Rules;
using Agentic.Agents.Policy.Terraform;
using Agentic.Tests.Support;

namespace Agentic.Tests.Policy.Terraform;

internal sealed class PlanReaderTests
{
    private static string Case(string name) => File.ReadAllText(Path.Combine(SourceTree.Cases("Policy"), "terraform-plan", name));

    private static ResourceGraph Read(string text)
    {
        var (graph, refusal) = PlanReader.Read(text);
        Assert.That(refusal, Is.Null);
        return graph!;
    }

    private static List<(string, string?)> Findings(ResourceGraph graph, params string[] rules) =>
        [.. TerraformRules.Check(graph, OrganisationRules.Default).Where(found => rules.Contains(found.Finding.Rule)).Select(found => (found.Finding.Rule, found.Finding.Resource))];

    [Test]
    public void Follows_references_through_modules_and_keys()
    {
        var graph = Read(Case("modules.json"));

        Assert.That(Findings(graph, "aws-s3-versioning", "aws-s3-public-access-block"), Is.EquivalentTo(((string, string?)[])
        [
            ("aws-s3-versioning", "module.store[\"b\"].aws_s3_bucket.this[0]"),
            ("aws-s3-public-access-block", "module.store[\"b\"].aws_s3_bucket.this[0]"),
        ]));
    }

    /// <summary>As Terraform 1.11 writes it: the attribute, the instance, and the resource without its key.</summary>
    [Test]
    public void Takes_a_reference_to_one_instance_for_that_instance_alone()
    {
        var buckets = string.Join(',', ((string[])["a.x", "c"]).Select(key => """{"address":"aws_s3_bucket.b[\"KEY\"]","mode":"managed","type":"aws_s3_bucket","name":"b","index":"KEY","values":{"bucket":"KEY"}}""".Replace("KEY", key, StringComparison.Ordinal)));
        var graph = Read("""
            {"format_version":"1.2","planned_values":{"root_module":{"resources":[BUCKETS,
              {"address":"aws_s3_bucket_versioning.v","mode":"managed","type":"aws_s3_bucket_versioning","name":"v","values":{"versioning_configuration":[{"status":"Enabled"}]}}]}},
             "resource_changes":[{"address":"aws_s3_bucket_versioning.v","mode":"managed","type":"aws_s3_bucket_versioning","name":"v","change":{"actions":["create"],"after":{"versioning_configuration":[{"status":"Enabled"}]},"after_unknown":{"bucket":true}}}],
             "configuration":{"root_module":{"resources":[
              {"address":"aws_s3_bucket.b","mode":"managed","type":"aws_s3_bucket","name":"b","expressions":{"bucket":{"references":["each.key"]}}},
              {"address":"aws_s3_bucket_versioning.v","mode":"managed","type":"aws_s3_bucket_versioning","name":"v","expressions":{"bucket":{"references":["aws_s3_bucket.b[\"a.x\"].id","aws_s3_bucket.b[\"a.x\"]","aws_s3_bucket.b"]}}}]}}}
            """.Replace("BUCKETS", buckets, StringComparison.Ordinal));

        Assert.That(Findings(graph, "aws-s3-versioning"), Is.EqualTo(((string, string?)[])[("aws-s3-versioning", "aws_s3_bucket.b[\"c\"]")]));
    }

    /// <summary>As Terraform 1.11 lists <c>module.store[each.key].id</c>: the module and the key, but not the output.</summary>
    [Test]
    public void Follows_a_reference_into_the_instance_of_a_module_with_the_same_key()
    {
        static string Of(string key) => """{"address":"module.store[\"KEY\"]","resources":[{"address":"module.store[\"KEY\"].aws_s3_bucket.this","mode":"managed","type":"aws_s3_bucket","name":"this","values":{}}]}""".Replace("KEY", key, StringComparison.Ordinal);
        var graph = Read("""
            {"format_version":"1.2","planned_values":{"root_module":{
               "resources":[{"address":"aws_s3_bucket_versioning.v[\"b\"]","mode":"managed","type":"aws_s3_bucket_versioning","name":"v","index":"b","values":{"versioning_configuration":[{"status":"Enabled"}]}}],
               "child_modules":[STORES]}},
             "resource_changes":[{"address":"aws_s3_bucket_versioning.v[\"b\"]","mode":"managed","type":"aws_s3_bucket_versioning","name":"v","index":"b","change":{"actions":["create"],"after":{},"after_unknown":{"bucket":true}}}],
             "configuration":{"root_module":{
               "resources":[{"address":"aws_s3_bucket_versioning.v","mode":"managed","type":"aws_s3_bucket_versioning","name":"v","expressions":{"bucket":{"references":["module.store","each.key"]}},"for_each_expression":{"references":["var.keys"]}}],
               "variables":{"keys":{}},
               "module_calls":{"store":{"source":"./store","for_each_expression":{"references":["var.stores"]},"module":{
                 "outputs":{"id":{"expression":{"references":["aws_s3_bucket.this.id","aws_s3_bucket.this"]}},"name":{"expression":{"references":["var.name"]}}},
                 "resources":[{"address":"aws_s3_bucket.this","mode":"managed","type":"aws_s3_bucket","name":"this","expressions":{}}]}}}}}}
            """.Replace("STORES", $"{Of("a")},{Of("b")}", StringComparison.Ordinal));

        Assert.That(Findings(graph, "aws-s3-versioning"), Is.EqualTo(((string, string?)[])[("aws-s3-versioning", "module.store[\"a\"].aws_s3_bucket.this")]));
    }

    /// <summary>Twelve modules in one another, each input made of all inputs of the one above: more ways than anyone can walk.</summary>
    [Test]
    public void Comes_to_an_end_where_modules_pass_everything_on_to_everything()
    {
        var all = string.Join(',', Enumerable.Range(0, 20).Select(number => $"\"var.v{number}\""));
        var inputs = string.Join(',', Enumerable.Range(0, 20).Select(number => $"\"v{number}\":{{\"references\":[{all}]}}"));
        var module = $"{{\"resources\":[{{\"address\":\"aws_ebs_volume.v\",\"mode\":\"managed\",\"type\":\"aws_ebs_volume\",\"name\":\"v\",\"expressions\":{{\"encrypted\":{{\"references\":[{all}]}}}}}}]}}";
        for (var depth = 0; depth < 12; depth++)
        {
            module = $"{{\"module_calls\":{{\"m\":{{\"expressions\":{{{inputs}}},\"module\":{module}}}}}}}";
        }

        var address = string.Concat(Enumerable.Repeat("module.m.", 12)) + "aws_ebs_volume.v";
        var graph = Read($"{{\"format_version\":\"1.2\",\"planned_values\":{{\"root_module\":{{\"child_modules\":[{{\"address\":\"{address[..^17]}\",\"resources\":[{{\"address\":\"{address}\",\"mode\":\"managed\",\"type\":\"aws_ebs_volume\",\"name\":\"v\",\"values\":{{}}}}]}}]}}}},"
            + $"\"resource_changes\":[{{\"address\":\"{address}\",\"mode\":\"managed\",\"type\":\"aws_ebs_volume\",\"name\":\"v\",\"change\":{{\"actions\":[\"create\"],\"after\":{{}},\"after_unknown\":{{\"encrypted\":true}}}}}}],\"configuration\":{{\"root_module\":{module}}}}}");

        Assert.That(Findings(graph, "aws-ebs-encryption"), Is.Empty);
    }

    /// <summary>A local is not in the plan: whether the value that goes through it is this bucket, nobody can say.</summary>
    [Test]
    public void Says_nothing_about_a_bucket_that_something_behind_a_local_may_point_at()
    {
        var graph = Read("""
            {"format_version":"1.2","planned_values":{"root_module":{"resources":[
               {"address":"aws_s3_bucket.a","mode":"managed","type":"aws_s3_bucket","name":"a","values":{}},
               {"address":"aws_s3_bucket_versioning.v[\"b\"]","mode":"managed","type":"aws_s3_bucket_versioning","name":"v","index":"b","values":{"versioning_configuration":[{"status":"Enabled"}]}}]}},
             "resource_changes":[{"address":"aws_s3_bucket_versioning.v[\"b\"]","mode":"managed","type":"aws_s3_bucket_versioning","name":"v","index":"b","change":{"actions":["create"],"after":{},"after_unknown":{"bucket":true}}}],
             "configuration":{"root_module":{"resources":[
               {"address":"aws_s3_bucket.a","mode":"managed","type":"aws_s3_bucket","name":"a","expressions":{}},
               {"address":"aws_s3_bucket_versioning.v","mode":"managed","type":"aws_s3_bucket_versioning","name":"v","expressions":{"bucket":{"references":["local.ids","each.key"]}},"for_each_expression":{"references":["var.keys"]}}]}}}
            """);

        Assert.That(Findings(graph, "aws-s3-versioning", "aws-s3-access-logging"), Is.EqualTo(((string, string?)[])[("aws-s3-access-logging", "aws_s3_bucket.a")]));
    }

    /// <summary>The provider keeps the SHA-1 of user data; what was written stands in the configuration.</summary>
    [Test]
    public void Reads_user_data_where_the_plan_has_its_hash_only()
    {
        var graph = Read("""
            {"format_version":"1.2","planned_values":{"root_module":{"resources":[
              {"address":"aws_instance.a","mode":"managed","type":"aws_instance","name":"a","values":{"user_data":"7d5d0a4e2f5d4a5f1a1c0a7b9f7b1e0d9c8b7a69"}}]}},
             "configuration":{"root_module":{"resources":[
              {"address":"aws_instance.a","mode":"managed","type":"aws_instance","name":"a","expressions":{"user_data":{"constant_value":"export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE"}}}]}}}
            """);

        Assert.That(Findings(graph, "aws-ec2-userdata-secrets"), Is.EqualTo(((string, string?)[])[("aws-ec2-userdata-secrets", "aws_instance.a")]));
    }

    /// <summary>Terraform writes no expressions for a resource whose block is empty, and a null where null was written.</summary>
    [Test]
    public void Takes_what_an_empty_block_leaves_to_the_provider_and_a_written_null_for_not_set()
    {
        static string Queue(string name) => """{"address":"aws_sqs_queue.NAME","mode":"managed","type":"aws_sqs_queue","name":"NAME","values":{"kms_master_key_id":null}}""".Replace("NAME", name, StringComparison.Ordinal);
        static string Change(string name) => """{"address":"aws_sqs_queue.NAME","mode":"managed","type":"aws_sqs_queue","name":"NAME","change":{"actions":["create"],"after":{"kms_master_key_id":null},"after_unknown":{"sqs_managed_sse_enabled":true}}}""".Replace("NAME", name, StringComparison.Ordinal);
        static string Written(string name, string expressions) => """{"address":"aws_sqs_queue.NAME","mode":"managed","type":"aws_sqs_queue","name":"NAME"EXPRESSIONS,"schema_version":0}""".Replace("NAME", name, StringComparison.Ordinal).Replace("EXPRESSIONS", expressions, StringComparison.Ordinal);
        string[] names = ["empty", "written", "set"];
        var graph = Read("""
            {"format_version":"1.2","planned_values":{"root_module":{"resources":[QUEUES]}},"resource_changes":[CHANGES],"configuration":{"root_module":{"resources":[WRITTEN]}}}
            """.Replace("QUEUES", string.Join(',', names.Select(Queue)), StringComparison.Ordinal)
            .Replace("CHANGES", string.Join(',', names.Select(Change)), StringComparison.Ordinal)
            .Replace("WRITTEN", string.Join(',',
                Written("empty", ""),
                Written("written", ""","expressions":{"sqs_managed_sse_enabled":{"constant_value":null}}"""),
                Written("set", ""","expressions":{"sqs_managed_sse_enabled":{"references":["local.on"]}}""")), StringComparison.Ordinal));

        Assert.That(Findings(graph, "aws-sqs-encryption"), Is.EqualTo(((string, string?)[])[("aws-sqs-encryption", "aws_sqs_queue.empty"), ("aws-sqs-encryption", "aws_sqs_queue.written")]));
    }

    /// <summary>Converters leave out what they cannot know; the configuration still says that it was set.</summary>
    [Test]
    public void Takes_an_attribute_that_only_the_configuration_has_for_set()
    {
        var graph = Read("""
            {"format_version":"1.0","planned_values":{"root_module":{"resources":[
              {"address":"aws_cloudtrail.a","mode":"managed","type":"aws_cloudtrail","name":"a","values":{"name":"a"}},
              {"address":"aws_cloudtrail.b","mode":"managed","type":"aws_cloudtrail","name":"b","values":{"name":"b"}},
              {"address":"aws_ebs_volume.c","mode":"managed","type":"aws_ebs_volume","name":"c","values":{}},
              {"address":"aws_dynamodb_table.d","mode":"managed","type":"aws_dynamodb_table","name":"d","values":{}}]}},
             "configuration":{"root_module":{"resources":[
              {"address":"aws_cloudtrail.a","mode":"managed","type":"aws_cloudtrail","name":"a","expressions":{"name":{"constant_value":"a"},"kms_key_id":{"references":["aws_kms_key.k.arn","aws_kms_key.k"]}}},
              {"address":"aws_cloudtrail.b","mode":"managed","type":"aws_cloudtrail","name":"b","expressions":{"name":{"constant_value":"b"}}},
              {"address":"aws_ebs_volume.c","mode":"managed","type":"aws_ebs_volume","name":"c","expressions":{"encrypted":{"constant_value":true}}},
              {"address":"aws_dynamodb_table.d","mode":"managed","type":"aws_dynamodb_table","name":"d","expressions":{"point_in_time_recovery":[{"enabled":{"constant_value":true}}]}}]}}}
            """);

        Assert.That(Findings(graph, "aws-cloudtrail-encryption", "aws-ebs-encryption", "aws-dynamodb-pitr"), Is.EqualTo(((string, string?)[])[("aws-cloudtrail-encryption", "aws_cloudtrail.b")]));
    }

    [Test]
    public void Takes_an_unknown_attribute_nobody_set_for_the_default_of_its_provider()
    {
        var graph = Read(Case("computed.json"));

        Assert.That(Findings(graph, "aws-ebs-encryption"), Is.EqualTo(((string, string?)[])[("aws-ebs-encryption", "aws_ebs_volume.unset")]));
    }

    [TestCase("0.1")]
    [TestCase("0.2")]
    [TestCase("1.0")]
    [TestCase("1.2")]
    [TestCase("1.9")]
    public void Reads_format_version(string version) =>
        Assert.That(PlanReader.Read($"{{\"format_version\":\"{version}\",\"planned_values\":{{\"root_module\":{{}}}}}}").Refusal, Is.Null);

    [TestCase("{\"format_version\":\"2.0\",\"planned_values\":{}}", "format_version 2.0")]
    [TestCase("{}", "neither planned_values nor resource_changes")]
    [TestCase("[]", "not a JSON object")]
    [TestCase("{\"format_version\":", "not JSON: line 1")]
    [TestCase("terraform plan output", "not JSON")]
    public void Refuses_what_is_not_a_plan_and_says_why(string text, string why) => Assert.That(PlanReader.Read(text).Refusal, Does.Contain(why));

    [Test]
    public void Reads_the_encodings_shells_write()
    {
        const string plan = "{\"format_version\":\"1.2\",\"planned_values\":{\"root_module\":{\"resources\":[{\"address\":\"aws_vpc.a\",\"mode\":\"managed\",\"type\":\"aws_vpc\",\"name\":\"a\",\"values\":{}}]}}}";

        foreach (var encoding in (Encoding[])[new UTF8Encoding(true), new UnicodeEncoding(false, true), new UnicodeEncoding(true, true), new UnicodeEncoding(false, false), new UnicodeEncoding(true, false)])
        {
            byte[] bytes = [.. encoding.GetPreamble(), .. encoding.GetBytes(plan)];

            Assert.That(Read(PlanText.Decode(bytes)).All.Single().Address, Is.EqualTo("aws_vpc.a"), encoding.WebName);
        }
    }

    [Test]
    public void Leaves_out_what_the_plan_deletes()
    {
        var graph = Read("""
            {"format_version":"1.2","planned_values":{"root_module":{}},"resource_changes":[
              {"address":"aws_vpc.old","mode":"managed","type":"aws_vpc","name":"old","change":{"actions":["delete"],"before":{},"after":null}},
              {"address":"aws_vpc.new","mode":"managed","type":"aws_vpc","name":"new","change":{"actions":["create"],"after":{},"after_unknown":{"id":true}}}]}
            """);

        Assert.That(graph.All.Select(resource => resource.Address), Is.EqualTo((string[])["aws_vpc.new"]));
    }

    [Test]
    public void Survives_random_damage()
    {
        var random = new Random(20240502);
        var texts = new[] { Case("modules.json"), Case("computed.json") };
        for (var round = 0; round < 1500; round++)
        {
            var text = texts[round % 2].ToCharArray();
            for (var edits = random.Next(1, 6); edits > 0; edits--)
            {
                text[random.Next(text.Length)] = "{}[]\",:0tn "[random.Next(11)];
            }

            if (PlanReader.Read(new string(text)).Graph is { } graph)
            {
                TerraformRules.Check(graph, OrganisationRules.Default);
            }
        }
    }

    [Test]
    public void Reads_what_terraform_itself_writes()
    {
        var folder = Directory.CreateTempSubdirectory("plan-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "main.tf"), "resource \"terraform_data\" \"each\" {\n  for_each = toset([\"a\", \"b\"])\n  input    = each.key\n}\nresource \"terraform_data\" \"next\" {\n  input = terraform_data.each[\"a\"].id\n}\n");
            Run(folder.FullName, "init -input=false -no-color");
            Run(folder.FullName, "plan -input=false -no-color -out=tfplan");

            var graph = Read(Run(folder.FullName, "show -json tfplan"));

            Assert.That(graph.All.Where(resource => resource.Mode == CloudResourceMode.Managed).Select(resource => resource.Address), Is.EqualTo((string[])["terraform_data.each[\"a\"]", "terraform_data.each[\"b\"]", "terraform_data.next"]));
            Assert.That(graph.All.Single(resource => resource.Name == "next").At("input").Origins, Does.Contain("terraform_data.each[\"a\"]"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Run(string folder, string arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("terraform", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.That(process.ExitCode, Is.Zero, errors.Result);
            return output;
        }
        catch (System.ComponentModel.Win32Exception) when (Environment.GetEnvironmentVariable("AGENTIC_REQUIRE_SERVICES") != "1")
        {
            Assert.Ignore("terraform is not on PATH; install it to run this test.");
            throw;
        }
    }
}
