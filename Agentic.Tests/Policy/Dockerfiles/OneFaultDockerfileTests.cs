using Agentic.Agents.Policy.Dockerfiles;

namespace Agentic.Tests.Policy.Dockerfiles;

/// <summary>Breaks one thing of a hardened Dockerfile, in the many ways it is written: exactly the rule about that thing fires.</summary>
public sealed class OneFaultDockerfileTests
{
    private const string From = "FROM debian:12.5-slim\n";
    private const string Shell = "SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\n";
    private const string Health = "HEALTHCHECK CMD [\"curl\", \"-f\", \"http://localhost:8080/\"]\n";
    private const string Rest = "WORKDIR /app\nCOPY . .\nUSER 10001\nEXPOSE 8080\n" + Health + "ENTRYPOINT [\"python\"]\nCMD [\"app.py\"]\n";

    [TestCase("{install} curl=7.88", "")]
    [TestCase("apt-get update && apt-get install --no-install-recommends curl=7 {clean}", "docker-apt-yes")]
    [TestCase("apt-get update -q && apt-get install -q --no-install-recommends curl=7 {clean}", "docker-apt-yes")]
    [TestCase("apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --no-install-recommends curl=7 {clean}", "docker-apt-yes")]
    [TestCase("apt-get update && apt-get install curl=7 --assume-yes --no-install-recommends {clean}", "")]
    [TestCase("apt-get -qq update && apt-get -qq install --no-install-recommends curl=7 {clean}", "")]
    [TestCase("apt-get update && apt-get install -qy --no-install-recommends curl=7 {clean}", "")]
    [TestCase("apt-get update && apt-get -o Dpkg::Options::=--force-confold install -y -t bookworm-backports --no-install-recommends curl=7 {clean}", "")]
    [TestCase("apt-get update && apt-get install -y curl=7 {clean}", "docker-apt-recommends")]
    [TestCase("apt-get update && apt-get install -y --install-recommends=false curl=7 {clean}", "")]
    [TestCase("apt-get update && apt-get install -y -o APT::Install-Recommends=false curl=7 {clean}", "")]
    [TestCase("{install} curl", "docker-pin-apt")]
    [TestCase("{install} curl=7 \\\n  # the client\n\n  git", "docker-pin-apt")]
    [TestCase("{install} curl=7 \\\n  # the client\n\n  git=1:2.*", "")]
    [TestCase("{install} ./local.deb", "")]
    [TestCase("apt-get update && apt-get install -y --no-install-recommends curl=7", "docker-apt-clean")]
    [TestCase("apt-get update && apt-get install -y --no-install-recommends curl=7 && apt-get clean", "docker-apt-clean")]
    [TestCase("rm -rf /var/lib/apt/lists/* && apt-get update && apt-get install -y --no-install-recommends curl=7", "docker-apt-clean")]
    [TestCase("apt-get update; apt-get install -y --no-install-recommends curl=7; rm -r /tmp/* /var/lib/apt/lists", "")]
    [TestCase("--mount=type=cache,target=/var/cache/apt --mount=type=cache,target=/var/lib/apt apt-get update && apt-get install -y --no-install-recommends curl=7", "")]
    [TestCase("--mount=type=cache,target=/var/lib/apt apt-get update && apt-get install -y --no-install-recommends curl=7", "")]
    [TestCase("--mount=type=cache,target=/var/lib/apt rm -f /etc/apt/apt.conf.d/docker-clean && apt-get update && apt-get install -y --no-install-recommends curl=7", "docker-apt-clean")]
    [TestCase("apt-get update {clean}", "docker-update-alone")]
    [TestCase("apk update", "docker-update-alone")]
    [TestCase("apk add --no-cache curl", "docker-pin-apk")]
    [TestCase("apk add --no-cache --virtual .build gcc", "docker-pin-apk")]
    [TestCase("apk add --no-cache --virtual=.build gcc=1 && apk del .build", "")]
    [TestCase("apk add --no-cache -t .build --repository http://x/edge 'gcc>12' curl~=8", "")]
    [TestCase("sudo make", "docker-sudo")]
    [TestCase("if true; then /usr/bin/sudo -u www make; fi", "docker-sudo")]
    [TestCase("echo $(sudo id)", "docker-sudo")]
    [TestCase("[\"sudo\", \"make\"]", "docker-sudo")]
    [TestCase("adduser sudoer && echo sudo && visudo -c && gosu web make", "")]
    [TestCase("{install} sudo=1.9", "")]
    [TestCase("make && cd /tmp && make", "docker-cd")]
    [TestCase("(cd /tmp && make)", "docker-cd")]
    [TestCase("echo 'cd /tmp' && ./cd.sh && cdk deploy", "")]
    [TestCase("pip install --no-cache-dir flask", "docker-pin-pip")]
    [TestCase("python3.11 -m pip install --no-cache-dir --upgrade pip", "docker-pin-pip")]
    [TestCase("pip install --no-cache-dir git+https://github.com/a/b", "docker-pin-pip")]
    [TestCase("pip3 install --no-cache-dir 'uvicorn[standard]==0.30' 'flask~=3.0' git+https://github.com/a/b@v1", "")]
    [TestCase("/opt/venv/bin/pip install --no-cache-dir --index-url https://x/simple -U pip==24.0", "")]
    [TestCase("pip install --no-cache-dir -e . && pip install --no-cache-dir '.[dev]' ./x.whl", "")]
    [TestCase("pip install --no-cache-dir --requirement=requirements.txt", "")]
    [TestCase("python -m pip install flask==3.0", "docker-pip-cache")]
    [TestCase("pip3 install -r requirements.txt", "docker-pip-cache")]
    [TestCase("PIP_NO_CACHE_DIR=1 pip install flask==3.0", "")]
    [TestCase("--mount=type=cache,target=/root/.cache pip install flask==3.0", "")]
    [TestCase("pip uninstall -y flask && pip download flask && pipx install black==24.1", "")]
    [TestCase("npm install -g @angular/cli", "docker-pin-npm")]
    [TestCase("npm i express", "docker-pin-npm")]
    [TestCase("npm install git+https://github.com/a/b.git", "docker-pin-npm")]
    [TestCase("npm ci && npm install --omit=dev --loglevel error && npm install -g @angular/cli@17.0.1 yarn@1.22.0", "")]
    [TestCase("npm install ./x.tgz /tmp/y https://x.com/z.tgz git+https://github.com/a/b.git#v1", "")]
    public void Finds_exactly_the_fault_of_a_RUN(string run, string rule)
    {
        var written = run.StartsWith("{install}", StringComparison.Ordinal) ? run + " {clean}" : run;
        written = written.Replace("{install}", "apt-get update && apt-get install -y --no-install-recommends", StringComparison.Ordinal)
            .Replace("{clean}", "&& rm -rf /var/lib/apt/lists/*", StringComparison.Ordinal);
        Assert.That(Rules(From + Shell + "RUN " + written + "\n" + Rest), Is.EqualTo(rule));
    }

    [TestCase("RUN curl -s http://x | tar x", "docker-pipefail")]
    [TestCase("RUN bash -c 'a | b'", "docker-pipefail")]
    [TestCase("RUN [\"sh\", \"-c\", \"a | b\"]", "docker-pipefail")]
    [TestCase("RUN <<EOF\na | b\nEOF", "docker-pipefail")]
    [TestCase("RUN bash -eu <<EOF\na | b\nEOF", "docker-pipefail")]
    [TestCase("RUN <<EOF\n#!/usr/bin/env bash\na | b\nEOF", "docker-pipefail")]
    [TestCase("SHELL [\"/bin/sh\", \"-c\"]\nRUN a | b", "docker-pipefail")]
    [TestCase("RUN case $x in \\\n a) b | c;; esac", "docker-pipefail")]
    [TestCase("RUN case \"$x\" in a|b) echo c;; (d | e) echo f;; *) echo g;; esac", "")]
    [TestCase("RUN [[ $x =~ ^(a|b)$ ]] && echo c", "")]
    [TestCase("RUN set -euo pipefail; a | b", "")]
    [TestCase("RUN bash -o pipefail -c 'a | b'", "")]
    [TestCase("RUN bash -eo pipefail <<EOF\na | b\nEOF", "")]
    [TestCase("RUN a || b", "")]
    [TestCase("RUN grep 'a|b' \"c|d\" e\\|f", "")]
    [TestCase("RUN [\"a\", \"|\", \"b\"]", "")]
    [TestCase("RUN python3 <<EOF\nprint(1 | 2)\nEOF", "")]
    [TestCase("RUN <<EOF\n#!/usr/bin/env python3\nx = 1 | 2\nEOF", "")]
    [TestCase("RUN cat <<EOF > /x\na | sudo b\nEOF", "")]
    [TestCase("COPY <<EOF /etc/x\nRUN sudo a | b\nEOF", "")]
    [TestCase("SHELL [\"/bin/ash\", \"-eo\", \"pipefail\", \"-c\"]\nRUN a | b", "")]
    [TestCase("SHELL [\"powershell\", \"-Command\"]\nRUN Get-X | Out-Y", "")]
    public void Finds_a_pipe_that_hides_a_failure(string lines, string rule) => Assert.That(Rules(From + lines + "\n" + Rest), Is.EqualTo(rule));

    [TestCase("ADD a /b", "docker-add")]
    [TestCase("add --chown=1:1 . /app", "docker-add")]
    [TestCase("ADD [\"a b\", \"/c\"]", "docker-add")]
    [TestCase("ADD a.zip b.tar /c/", "docker-add")]
    [TestCase("ADD a.tar.gz /b", "")]
    [TestCase("ADD --checksum=sha256:6a https://x/y /b", "")]
    [TestCase("ADD git@github.com:a/b.git /b", "")]
    [TestCase("ADD <<EOF /x\nhello\nEOF", "")]
    [TestCase("EXPOSE 80 22/tcp", "docker-ssh-port")]
    [TestCase("EXPOSE 20-25", "docker-ssh-port")]
    [TestCase("ARG PORT=22\nEXPOSE ${PORT}", "docker-ssh-port")]
    [TestCase("EXPOSE 222 2222 8022 22/udp", "")]
    [TestCase("WORKDIR ./app", "docker-workdir-absolute")]
    [TestCase("WORKDIR \"app\"", "docker-workdir-absolute")]
    [TestCase("ARG DIR=app\nWORKDIR ${DIR}", "docker-workdir-absolute")]
    [TestCase("ARG DIR=/app\nWORKDIR ${DIR}/x\nWORKDIR $HOME/y\nWORKDIR \"/z\"", "")]
    [TestCase("maintainer Somebody", "docker-maintainer")]
    [TestCase("LABEL maintainer=\"somebody\"", "")]
    [TestCase("ONBUILD RUN sudo make", "docker-sudo")]
    [TestCase("ENV A=1 \\\n  PIP_NO_CACHE_DIR=off\nRUN pip install flask==3.0", "docker-pip-cache")]
    [TestCase("ENV PIP_NO_CACHE_DIR on\nRUN pip install flask==3.0", "")]
    [TestCase("RUN echo 'APT::Get::Assume-Yes \"true\"; APT::Install-Recommends \"0\";' > /etc/apt/apt.conf.d/9\nRUN apt-get update && apt-get install curl=7 && rm -rf /var/lib/apt/lists/*", "")]
    public void Finds_exactly_the_fault_of_an_instruction(string lines, string rule) => Assert.That(Rules(From + Shell + lines + "\n" + Rest), Is.EqualTo(rule));

    [TestCase("FROM debian", "docker-untagged-image")]
    [TestCase("FROM localhost:5000/debian", "docker-untagged-image")]
    [TestCase("FROM --platform=$BUILDPLATFORM golang AS build\nRUN make\nFROM debian:12", "docker-untagged-image")]
    [TestCase("FROM debian:latest", "docker-latest-tag")]
    [TestCase("ARG TAG=latest\nFROM debian:${TAG}", "docker-latest-tag")]
    [TestCase("FROM debian:12 AS a\nFROM debian:11 AS A", "docker-alias-unique")]
    [TestCase("FROM debian:latest@sha256:6a", "")]
    [TestCase("FROM scratch", "")]
    [TestCase("ARG IMAGE\nFROM $IMAGE", "")]
    [TestCase("# syntax=docker/dockerfile:1\nFROM debian:12 as Base\nFROM base", "")]
    [TestCase("FROM debian:12 AS a\nCMD [\"x\"]\nUSER root\nFROM debian:12", "")]
    public void Finds_exactly_the_fault_of_a_base_image(string from, string rule) => Assert.That(Rules(from + "\n" + Rest), Is.EqualTo(rule));

    [TestCase("USER 10001\n", "", "docker-user-missing")]
    [TestCase("10001", "root", "docker-user-root")]
    [TestCase("10001", "\"0:0\"", "docker-user-root")]
    [TestCase("USER 10001", "ARG NAME=root\nUSER $NAME", "docker-user-root")]
    [TestCase("10001", "${APP_UID}", "")]
    [TestCase("10001", "1000:root", "")]
    [TestCase(Health, "", "docker-healthcheck")]
    [TestCase(Health, "HEALTHCHECK --interval=5s CMD curl -f http://localhost || exit 1\n", "")]
    [TestCase("CMD [\"app.py\"]", "CMD app.py", "docker-shell-form")]
    [TestCase("CMD [\"app.py\"]", "CMD ['app.py']", "docker-shell-form")]
    [TestCase("ENTRYPOINT [\"python\"]", "ENTRYPOINT python", "docker-shell-form")]
    [TestCase("CMD [\"app.py\"]", "CMD [\"a\"]\nCMD [\"b\"]", "docker-multiple-cmd")]
    [TestCase("ENTRYPOINT [\"python\"]", "ENTRYPOINT [\"a\"]\nENTRYPOINT [\"b\"]", "docker-multiple-entrypoint")]
    [TestCase("\n", "\r\n", "")]
    public void Finds_exactly_what_the_image_lacks(string part, string other, string rule) =>
        Assert.That(Rules((From + Shell + Rest).Replace(part, other, StringComparison.Ordinal)), Is.EqualTo(rule));

    private static string Rules(string text)
    {
        var result = DockerfilePolicy.Check(text, "Dockerfile");
        Assert.That(result.NotChecked, Is.Empty);
        return string.Join(' ', result.Findings.Select(finding => finding.Rule).Distinct().Order(StringComparer.Ordinal));
    }
}
