using Agentic.Agents.Policy.CloudFormation;
using Agentic.Agents.Policy.Rules;

namespace Agentic.Tests.Policy.CloudFormation;

internal sealed class CloudFormationReaderTests
{
    private static List<(string Rule, string? Resource, int? Line)> Findings(string template, params string[] rules)
    {
        var (graph, refusal) = CloudFormationReader.Read(template, "template.yaml");
        Assert.That(refusal, Is.Null);
        return [.. TerraformRules.Check(graph!, OrganisationRules.Default).Where(found => rules.Contains(found.Finding.Rule)).Select(found => (found.Finding.Rule, found.Finding.Resource, found.Finding.Line))];
    }

    [Test]
    public void Judges_a_template_by_the_rules_of_terraform()
    {
        const string template = """
            AWSTemplateFormatVersion: '2010-09-09'
            Parameters:
              Public:
                Type: String
                Default: 'true'
            Conditions:
              IsPublic: !Equals [!Ref Public, 'true']
            Resources:
              Database:
                Type: AWS::RDS::DBInstance
                Properties:
                  PubliclyAccessible: !If [IsPublic, true, false]
                  StorageEncrypted: true
              Data:
                Type: AWS::S3::Bucket
                Properties:
                  AccessControl: PublicRead
                  VersioningConfiguration:
                    Status: Enabled
                  PublicAccessBlockConfiguration:
                    BlockPublicAcls: true
                    BlockPublicPolicy: true
            """;

        Assert.That(Findings(template, "aws-rds-public", "aws-rds-encryption", "aws-s3-public-acl", "aws-s3-versioning", "aws-s3-public-access-block", "aws-s3-restrict-public-buckets"), Is.EquivalentTo(((string, string?, int?)[])
        [
            ("aws-rds-public", "Database", 10),
            ("aws-s3-public-acl", "Data", 15),
            ("aws-s3-restrict-public-buckets", "Data.PublicAccessBlockConfiguration", 15),
        ]));
    }

    [Test]
    public void Knows_where_a_cluster_a_distribution_and_a_domain_keep_what_the_rules_ask_for()
    {
        const string template = """
            Resources:
              Cluster:
                Type: AWS::EKS::Cluster
                Properties:
                  EncryptionConfig:
                    - Provider: { KeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/a' }
                      Resources: [secrets]
              Open:
                Type: AWS::EKS::Cluster
                Properties:
                  Name: open
              Site:
                Type: AWS::CloudFront::Distribution
                Properties: { DistributionConfig: { Enabled: true } }
              Silent:
                Type: AWS::CloudFront::Distribution
                Properties: { DistributionConfig: { Enabled: true } }
              Source:
                Type: AWS::Logs::DeliverySource
                Properties: { Name: site, ResourceArn: !GetAtt Site.Arn }
              Delivery:
                Type: AWS::Logs::Delivery
                Properties: { DeliverySourceName: !Ref Source }
              Search:
                Type: AWS::OpenSearchService::Domain
              Safe:
                Type: AWS::OpenSearchService::Domain
                Properties: { DomainEndpointOptions: { EnforceHTTPS: true } }
            """;

        Assert.That(Findings(template, "aws-eks-secrets-encryption", "aws-cloudfront-logging", "aws-es-https").Select(found => (found.Rule, found.Resource)), Is.EquivalentTo(((string, string?)[])
        [
            ("aws-eks-secrets-encryption", "Open"),
            ("aws-cloudfront-logging", "Silent"),
            ("aws-es-https", "Search"),
        ]));
    }

    [Test]
    public void Takes_encryption_from_where_data_comes_from_and_policies_from_users_and_groups()
    {
        const string template = """
            Resources:
              Member:
                Type: AWS::RDS::DBInstance
                Properties: { Engine: aurora-postgresql }
              Restored:
                Type: AWS::RDS::DBCluster
                Properties: { SnapshotIdentifier: orders }
              Plain:
                Type: AWS::RDS::DBCluster
                Properties: { Engine: aurora-postgresql }
              Everything:
                Type: AWS::IAM::Group
                Properties:
                  Policies:
                    - PolicyName: all
                      PolicyDocument: { Statement: [{ Effect: Allow, Action: '*', Resource: '*' }] }
              Person:
                Type: AWS::IAM::Policy
                Properties:
                  Users: [admin]
                  PolicyDocument: { Statement: [{ Effect: Allow, Action: 's3:Get*', Resource: '*' }] }
              Group:
                Type: AWS::EC2::SecurityGroup
                Properties: { GroupDescription: Web, SecurityGroupIngress: None }
            """;

        Assert.That(Findings(template, "aws-rds-encryption", "aws-rds-cluster-encryption", "aws-iam-admin-policy", "aws-iam-user-policy", "aws-sg-description").Select(found => (found.Rule, found.Resource)), Is.EquivalentTo(((string, string?)[])
        [
            ("aws-rds-cluster-encryption", "Plain"),
            ("aws-iam-admin-policy", "Everything.Policies[0]"),
            ("aws-iam-user-policy", "Person.Users"),
        ]));
    }

    [Test]
    public void Says_nothing_about_a_parameter_without_a_default() =>
        Assert.That(Findings("{\"Parameters\":{\"E\":{\"Type\":\"String\"}},\"Resources\":{\"V\":{\"Type\":\"AWS::EC2::Volume\",\"Properties\":{\"Encrypted\":{\"Ref\":\"E\"}}}}}", "aws-ebs-encryption"), Is.Empty);

    [Test]
    public void Leaves_out_a_resource_whose_condition_does_not_hold() =>
        Assert.That(Findings("Conditions:\n  Never: !Equals [a, b]\nResources:\n  V:\n    Type: AWS::EC2::Volume\n    Condition: Never\n", "aws-ebs-encryption"), Is.Empty);

    [TestCase("Resources:\n  a: &a [*a, *a]\n")]
    [TestCase("{\"Resources\":")]
    [TestCase("just text")]
    [TestCase("Resources: {}\n")]
    public void Refuses_what_is_no_template(string text) => Assert.That(CloudFormationReader.Read(text, "t.yaml").Refusal, Is.Not.Null);

    [Test]
    public void Does_not_unfold_aliases_without_end()
    {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + string.Concat(Enumerable.Range(1, 12).Select(n => $"a{n}: &a{n} [{string.Join(", ", Enumerable.Repeat($"*a{n - 1}", 9))}]\n"))
            + "Resources:\n  V:\n    Type: AWS::EC2::Volume\n    Properties:\n      Tags: *a12\n";

        Assert.That(CloudFormationReader.Read(bomb, "t.yaml").Graph, Is.Not.Null);
    }
}
