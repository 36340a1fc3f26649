namespace Agentic.Tests.Migration;

/// <summary>Pipelines put together by chance from everything the language offers.</summary>
internal static class RandomPipelines
{
    private static readonly string[] Leaves =
    [
        "sh 'make'", "sh \"make ${env.A} $B\"", "bat 'build.cmd'", "echo \"x ${y}\"", "def v = sh(script: 'date', returnStdout: true).trim()", "env.A = 'b'", "stash name: 's', includes: '**'", "unstash 's'",
        "junit '*.xml'", "unknownStep a: 1, b: [1, 2]", "error 'no'", "currentBuild.result = 'UNSTABLE'", "input 'go?'", "build job: 'x', parameters: [string(name: 'A', value: 'b')]", "deleteDir()", "checkout scm",
        "git url: 'https://github.com/a/b.git', branch: 'main'", "archiveArtifacts artifacts: 'out/**'", "x = [1, 2].collect { it * 2 }", "return", "throw new RuntimeException('x')", "sleep 3", "slackSend message: 'x'", "writeFile file: 'a', text: \"${A}\"",
    ];

    private static readonly string[] Blocks =
    [
        "if (env.A == 'x') {", "if (check()) {", "for (i in ['a', 'b']) {", "for (int i = 0; i < 2; i++) {", "while (more()) {", "dir('sub') {", "withEnv(['A=b', 'PATH+X=/x']) {", "timeout(time: 5, unit: 'MINUTES') {", "retry(3) {",
        "withCredentials([string(credentialsId: 'id', variable: 'V')]) {", "stage('S') {", "node('label') {", "lock('r') {", "catchError {", "something(1) {", "list.each { item ->", "docker.image('a:b').inside('-v /x:/x') {", "sshagent(['key']) {", "script {",
    ];

    public static string Next(Random random)
    {
        var body = Body(random, 0, "\n");
        return random.Next(3) switch
        {
            0 => "pipeline { agent any\n stages { stage('A') { steps { script {" + body + "} } } }\n post { always { echo 'x' } } }\n",
            1 => "node {" + body + "}\n",
            _ => "def helper(a, b = 1) {" + body + "}\nnode { helper('x') }\n" + Body(random, 2, "\n"),
        };
    }

    private static string Body(Random random, int depth, string indent)
    {
        var text = "";
        for (var count = random.Next(1, 5); count > 0; count--)
            text += indent + (depth < 4 && random.Next(3) == 0 ? random.Next(5) == 0
                ? "try {" + Body(random, depth + 1, indent + " ") + indent + "} catch (e) {" + Body(random, depth + 2, indent + " ") + indent + "} finally {" + Body(random, depth + 3, indent + " ") + indent + "}"
                : random.Next(8) == 0 ? "parallel a: {" + Body(random, depth + 1, indent + " ") + indent + "}, b: {" + Body(random, depth + 2, indent + " ") + indent + "}"
                : Blocks[random.Next(Blocks.Length)] + Body(random, depth + 1, indent + " ") + indent + "}" : Leaves[random.Next(Leaves.Length)]);
        return text + "\n";
    }
}
