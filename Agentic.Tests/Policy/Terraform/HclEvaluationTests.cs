using Agentic.Agents.Policy;
using Agentic.Agents.Policy.Resources;
using Agentic.Agents.Policy.Terraform;

namespace Agentic.Tests.Policy.Terraform;

internal sealed class HclEvaluationTests
{
    private static ResourceGraph Graph(params (string Path, string Text)[] files) =>
        TerraformConfiguration.Read(files.ToDictionary(file => file.Path, file => file.Text)).Graph;

    private static CloudValue Value(string expression, string before = "") =>
        Graph(("main.tf", $"{before}\nresource \"x\" \"y\" {{\n  v = {expression}\n}}\n")).All.Single(resource => resource.Type == "x").At("v");

    [TestCase("1 + 2 * 3", "7")]
    [TestCase("\"a-${1 + 1}\"", "a-2")]
    [TestCase("true && !false", "true")]
    [TestCase("5 > 3 ? \"yes\" : \"no\"", "yes")]
    [TestCase("[for n in [1, 2, 3] : n * 2 if n != 2]", "[2, 6]")]
    [TestCase("{ for k, v in { a = 1 } : upper(k) => v }", "{A = 1}")]
    [TestCase("[{ n = 1 }, { n = 2 }][*].n", "[1, 2]")]
    [TestCase("{ a = { b = [10, 20] } }.a.b[1]", "20")]
    [TestCase("lookup({ a = 1 }, \"z\", 9)", "9")]
    [TestCase("merge({ a = 1 }, { a = 2, b = 3 })", "{a = 2, b = 3}")]
    [TestCase("concat([1], [2, 3])", "[1, 2, 3]")]
    [TestCase("flatten([[1], [[2]]])", "[1, 2]")]
    [TestCase("coalesce(null, \"\", \"x\")", "x")]
    [TestCase("join(\",\", [\"a\", \"b\"])", "a,b")]
    [TestCase("split(\"-\", \"a-b\")", "[a, b]")]
    [TestCase("replace(\"a.b\", \".\", \"-\")", "a-b")]
    [TestCase("format(\"%s-%03d\", \"n\", 7)", "n-007")]
    [TestCase("cidrsubnet(\"10.0.0.0/16\", 8, 2)", "10.0.2.0/24")]
    [TestCase("jsondecode(jsonencode({ a = [true] })).a[0]", "true")]
    [TestCase("try({ a = 1 }.b, 5)", "5")]
    [TestCase("contains([\"a\"], \"a\")", "true")]
    [TestCase("element([\"a\", \"b\"], 3)", "b")]
    [TestCase("length(range(4))", "4")]
    [TestCase("one([])", "null")]
    [TestCase("\"%{ for n in [\"a\", \"b\"] }${n};%{ endfor }\"", "a;b;")]
    [TestCase("toset([\"b\", \"a\", \"b\"])", "[a, b]")]
    public void Evaluates(string expression, string expected) => Assert.That(Value(expression).ToString(), Is.EqualTo(expected));

    [TestCase("var.missing")]
    [TestCase("local.missing")]
    [TestCase("data.aws_caller_identity.me.account_id")]
    [TestCase("aws_vpc.elsewhere.id")]
    [TestCase("timestamp()")]
    [TestCase("var.missing ? 1 : 2")]
    [TestCase("1 / 0")]
    public void Says_that_it_does_not_know(string expression) => Assert.That(Value(expression).IsUnknown, Is.True);

    [Test]
    public void Knows_what_two_branches_agree_on() => Assert.That(Value("var.missing ? true : true").AsBool(), Is.True);

    [Test]
    public void Keeps_the_known_pieces_of_a_text() => Assert.That(Value("\"arn:${var.missing}:root\"").PartialText, Is.EqualTo("arn:\uE000:root"));

    [Test]
    public void Prefers_tfvars_to_defaults()
    {
        var graph = Graph(("main.tf", "variable \"on\" { default = false }\nresource \"x\" \"y\" { v = var.on }\n"), ("terraform.tfvars", "on = true\n"));

        Assert.That(graph.All.Single().At("v").AsBool(), Is.True);
    }

    [Test]
    public void Fills_optional_attributes_of_an_object_type()
    {
        var value = Value("var.o.enabled", "variable \"o\" {\n  type    = object({ enabled = optional(bool, true) })\n  default = {}\n}");

        Assert.That(value.AsBool(), Is.True);
    }

    [Test]
    public void Makes_one_instance_per_count_and_key()
    {
        var graph = Graph(("main.tf", "resource \"a\" \"n\" {\n  count = 2\n  i = count.index\n}\nresource \"a\" \"k\" {\n  for_each = { x = 1, y = 2 }\n  v = each.value\n}\nresource \"a\" \"none\" {\n  count = 0\n}\n"));

        Assert.That(graph.All.Select(resource => resource.Address), Is.EqualTo((string[])["a.n[0]", "a.n[1]", "a.k[\"x\"]", "a.k[\"y\"]"]));
    }

    [Test]
    public void Makes_one_instance_without_a_key_where_their_number_is_not_known() =>
        Assert.That(Graph(("main.tf", "variable \"n\" {}\nresource \"a\" \"b\" {\n  count = var.n\n}\n")).All.Single().Address, Is.EqualTo("a.b"));

    [Test]
    public void Passes_inputs_into_a_local_module_and_outputs_out_of_it()
    {
        var graph = Graph(
            ("main.tf", "module \"bucket\" {\n  source = \"./bucket\"\n  name   = \"orders\"\n}\nresource \"x\" \"y\" {\n  v = module.bucket.id\n  w = module.bucket.name\n}\n"),
            ("bucket/main.tf", "variable \"name\" {}\nresource \"aws_s3_bucket\" \"this\" {\n  bucket = var.name\n}\noutput \"id\" {\n  value = aws_s3_bucket.this.id\n}\noutput \"name\" {\n  value = aws_s3_bucket.this.bucket\n}\n"));

        var user = graph.All.Single(resource => resource.Type == "x");
        Assert.That(user.At("w").Text, Is.EqualTo("orders"));
        Assert.That(user.At("v").Origins, Is.EqualTo((string[])["module.bucket.aws_s3_bucket.this"]));
        Assert.That(graph.All.Single(resource => resource.Type == "aws_s3_bucket").File, Is.EqualTo("bucket/main.tf"));
    }

    [Test]
    public void Says_which_modules_were_not_part_of_what_was_sent()
    {
        var graph = Graph(("main.tf", "module \"vpc\" {\n  source  = \"terraform-aws-modules/vpc/aws\"\n  version = \"5.0.0\"\n}\n"));

        Assert.That(graph.NotChecked.Single().What, Is.EqualTo("module.vpc"));
    }

    [Test]
    public void Ends_on_cycles_and_modules_that_call_themselves()
    {
        var graph = Graph(("main.tf", "locals {\n  a = local.b\n  b = local.a\n}\nmodule \"me\" {\n  source = \"./\"\n}\nresource \"x\" \"y\" {\n  v = local.a\n  w = x.y.v\n}\n"));

        Assert.That(graph.All.Single(resource => resource.Module.Length == 0).At("v").IsUnknown, Is.True);
    }

    [Test]
    public void Bounds_what_a_small_text_may_grow_into()
    {
        var text = "locals {\n  l0 = \"0123456789\"\n" + string.Concat(Enumerable.Range(1, 40).Select(n => $"  l{n} = \"${{local.l{n - 1}}}${{local.l{n - 1}}}\"\n")) + "}\nresource \"x\" \"y\" {\n  v = local.l40\n}\n";

        Assert.That(Graph(("main.tf", text)).All.Single().At("v").IsUnknown, Is.True);
    }

    [Test]
    public void Bounds_repetition_inside_repetition()
    {
        var loop = string.Concat(Enumerable.Range(0, 6).Select(n => $"[for x{n} in range(1000) : ")) + "1" + new string(']', 6);

        Assert.That(Graph(("main.tf", $"resource \"x\" \"y\" {{\n  v = {loop}\n}}\n")).NotChecked, Is.Not.Empty);
    }

    [Test]
    public void Renders_a_policy_document_with_what_is_not_known_left_open()
    {
        var value = Value("data.aws_iam_policy_document.d.json", "variable \"arn\" {}\ndata \"aws_iam_policy_document\" \"d\" {\n  statement {\n    actions   = [\"s3:*\"]\n    resources = [var.arn]\n  }\n}");

        Assert.That(value.PartialText, Is.EqualTo("{\"Statement\":[{\"Action\":\"s3:*\",\"Effect\":\"Allow\",\"Resource\":\"\uE000\"}],\"Version\":\"2012-10-17\"}"));
    }

    [TestCase("aws:kms", false)]
    [TestCase("made-up", true)]
    public void Knows_what_fails_whether_or_not_a_dynamic_block_is_there(string algorithm, bool fails)
    {
        var text = $$"""
            variable "encrypt" {}

            resource "aws_s3_bucket" "data" {
              dynamic "server_side_encryption_configuration" {
                for_each = var.encrypt ? [1] : []
                content {
                  rule {
                    apply_server_side_encryption_by_default {
                      sse_algorithm = "{{algorithm}}"
                    }
                  }
                }
              }
            }
            """;

        var (result, _) = ContentChecks.Run(new PolicyContent("terraform", new Dictionary<string, string> { ["main.tf"] = text }, []), PolicyBook.BuiltIn.Organisation);

        Assert.That(result!.Findings.Any(finding => finding.Rule == "aws-s3-kms-encryption"), Is.EqualTo(fails));
    }
}
