using System.IO.Compression;
using System.Text;
using Agentic.Agents.Policy;
using Agentic.Agents.Policy.CloudFormation;
using Agentic.Agents.Policy.Engines;
using Agentic.Tests.Policy.Engines;

namespace Agentic.Tests.Policy;

/// <summary>Whatever comes in, a parser answers: with what it read, or with why it could not.</summary>
internal sealed class ParserFuzzTests
{
    private const int Rounds = 1200;

    private const string Template = """
        AWSTemplateFormatVersion: '2010-09-09'
        Parameters: {Size: {Type: Number, Default: 20}}
        Conditions: {Big: !Not [!Equals [!Ref Size, 20]]}
        Resources:
          Data:
            Type: AWS::S3::Bucket
            Properties:
              BucketName: !Sub 'shop-${AWS::Region}-${Size}'
              VersioningConfiguration: !If [Big, {Status: Enabled}, !Ref AWS::NoValue]
          Rule:
            Type: AWS::EC2::SecurityGroup
            Properties:
              SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0}]
              Tags: [{Key: Owner, Value: !Join ['-', [a, !Select [0, !Split [',', 'x,y']]]]}]
        """;

    private const string Pack = """
        pack: shop
        version: 1.0.0
        disable: [docker-add]
        overrides: [{rule: CKV_AWS_20, severity: low, disabled: false}]
        rules:
          - {id: org-volume-size, severity: high, match: {type: [aws_ebs_volume, 'aws_*']}, condition: 'values.size < `100` && contains(keys(values.tags), `"Owner"`)', message: '{resource} is too large.'}
        tests:
          - {name: large, rule: org-volume-size, expect: fail, resource: {values: {size: 500, tags: {}}}}
        """;

    private const string Suppressed = """
        # agentic:allow aws-ebs-encryption Scratch data only.
        resource "aws_ebs_volume" "a" {
          # checkov:skip=CKV_AWS_3:why not
          #trivy:ignore:AWS-0026
          size = 20 // tfsec:ignore:aws-ebs-encryption,aws-s3-versioning because
        }
        """;

    private const string Sarif = """
        {"version":"2.1.0","runs":[{"tool":{"driver":{"name":"Trivy","rules":[{"id":"KSV017"}]}},"results":[
          {"ruleIndex":0,"level":"error","message":{"text":"privileged"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"file:///app/a%20b.yaml"},"region":{"startLine":4,"endLine":6}},"logicalLocations":[{"fullyQualifiedName":"a"}]}]},
          {"ruleId":"X","suppressions":[{"kind":"inSource","status":"rejected"}]}],"invocations":[{"executionSuccessful":true}]}]}
        """;

    private static IEnumerable<string> Mangled(string seed, string alphabet, int start)
    {
        var random = new Random(start);
        for (var round = 0; round < Rounds; round++)
        {
            var text = new StringBuilder(seed);
            for (var edit = random.Next(1, 8); edit > 0; edit--)
            {
                Mangle.Once(text, random, alphabet);
            }

            yield return text.ToString();
        }
    }

    [Test]
    public void Reads_any_template_without_failing()
    {
        foreach (var text in Mangled(Template, "{}[]:,!&*'\"$-\n aA0", 101))
        {
            Assert.That(() => CloudFormationReader.Read(text, "t.yaml"), Throws.Nothing, text);
            Assert.That(() => ContentChecks.Run(new PolicyContent("cloudformation", new Dictionary<string, string> { ["t.yaml"] = text }, []), PolicyBook.BuiltIn.Organisation), Throws.Nothing, text);
        }
    }

    [Test]
    public void Reads_any_rule_pack_without_failing()
    {
        foreach (var text in Mangled(Pack, "{}[]:,`'\"|&?@()-\n aA0", 102))
        {
            var pack = RulePackReader.Read(text, "pack");
            if (!pack.IsRefused)
            {
                Assert.That(() => RulePackCheck.Test(pack.Value), Throws.Nothing, text);
            }
        }
    }

    [Test]
    public void Reads_any_suppression_without_failing()
    {
        foreach (var text in Mangled(Suppressed, "#/:=*,- \nagentic:allow", 103))
        {
            Assert.That(() => PolicyEvaluation.Evaluate(new PolicyContent("terraform", new Dictionary<string, string> { ["main.tf"] = text }, []), "staging", PolicyBook.BuiltIn, DateTimeOffset.UnixEpoch), Throws.Nothing, text);
        }
    }

    [Test]
    public void Reads_any_SARIF_log_without_failing()
    {
        foreach (var text in Mangled(Sarif, "{}[]:,\"0-9 tnf", 104))
        {
            Assert.That(() => SarifImport.Read(text, EngineAliases.None), Throws.Nothing, text);
        }
    }

    [Test]
    public void Refuses_bombs_and_paths_that_leave_an_archive()
    {
        var laughs = "a: &a [x, x, x, x, x, x, x, x, x]\n" + string.Concat(Enumerable.Range('b', 20).Select(letter => $"{(char)letter}: &{(char)letter} [{string.Join(", ", Enumerable.Repeat($"*{(char)(letter - 1)}", 9))}]\n")) + "apiVersion: v1\nkind: *u\n";
        var deep = string.Concat(Enumerable.Repeat("[", 100_000));
        var nested = "resource \"a\" \"b\" {\n  v = " + string.Concat(Enumerable.Repeat("(", 50_000)) + "\n}\n";

        Assert.That(Evaluate("kubernetes", laughs).IsRefused, Is.False);
        Assert.That(Evaluate("kubernetes", deep).Value!.NotChecked.Count(gap => !gap.IsLimit), Is.GreaterThan(0));
        Assert.That(() => Evaluate("terraform", nested), Throws.Nothing);
        Assert.That(Evaluate("terraform_plan", "{\"format_version\":\"1.2\",\"planned_values\":" + deep).IsRefused, Is.True);
        Assert.That(PolicyContent.Read("files", Zip(("../evil.tf", 10)), null).Refusal!.Reason, Does.Contain("outside of itself"));
        Assert.That(PolicyContent.Read("files", Zip([.. Enumerable.Range(0, 9).Select(number => ($"{number}.txt", 31 * 1024 * 1024))]), null).Refusal!.Reason, Does.Contain("unpacks to more than 256 MiB"));
    }

    [Test]
    public void Takes_a_hostile_line_in_its_stride()
    {
        var long1 = "token = \"" + string.Concat(Enumerable.Repeat("aA1-", 500_000)) + "\"";
        var long2 = string.Concat(Enumerable.Repeat("eyJ", 300_000)) + string.Concat(Enumerable.Repeat("curl -u a:", 20_000));
        var long3 = "RUN " + string.Concat(Enumerable.Repeat("apt-get install \\\n", 50_000));

        Assert.That(() => Evaluate("files", long1), Throws.Nothing);
        Assert.That(() => Evaluate("files", long2), Throws.Nothing);
        Assert.That(() => Evaluate("dockerfile", "FROM a\n" + long3), Throws.Nothing);
    }

    private static Agentic.Agents.Operations.Outcome<PolicyVerdict> Evaluate(string type, string text) =>
        PolicyEvaluation.Evaluate(new PolicyContent(type, new Dictionary<string, string> { [PolicyContent.DefaultName(type)] = text }, []), "staging", PolicyBook.BuiltIn, DateTimeOffset.UnixEpoch);

    private static string Zip(params (string Name, int Size)[] entries)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            var zeros = new byte[81920];
            zeros.AsSpan().Fill((byte)'a');
            foreach (var (name, size) in entries)
            {
                using var entry = archive.CreateEntry(name, CompressionLevel.Fastest).Open();
                for (var left = size; left > 0; left -= zeros.Length)
                {
                    entry.Write(zeros, 0, Math.Min(left, zeros.Length));
                }
            }
        }

        return Convert.ToBase64String(stream.ToArray());
    }
}
