// Checks Terraform against the schema of the AWS provider: every resource, data source, block, argument and referenced attribute must
// exist, and required arguments must be there. Usage: node terraform-schema.mjs FOLDER...; prints one line per problem.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
const { parse } = require('@cdktf/hcl2json');
const schema = JSON.parse(fs.readFileSync(path.join(path.dirname(require.resolve('@cdktf/provider-aws/package.json')), '.jsii'), 'utf8')).types;

const META = new Set(['count', 'for_each', 'provider', 'lifecycle', 'depends_on', 'provisioner', 'connection']);
const known = new Map();
for (const type of Object.values(schema)) {
  const found = /docs\/(resources|data-sources)\/\w+ (aws_\w+)}/.exec(type.docs?.summary ?? '');
  if (type.kind === 'class' && found && schema[`${type.fqn}Config`])
    known.set(`${found[1] === 'resources' ? 'resource' : 'data'} ${found[2]}`, { settings: schema[`${type.fqn}Config`], type });
}

const snake = (name) => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
const argumentsOf = (struct) => new Map((struct.properties ?? [])
  .map((property) => [/#(\w+) \w+#\1}/.exec(`${property.docs?.summary} ${property.docs?.remarks}`)?.[1], property])
  .filter(([name]) => name));
function blockOf(property) {
  const text = JSON.stringify(property.type ?? {});
  for (const [, fqn] of text.matchAll(/"fqn":"(@cdktf[^"]+)"/g)) if (schema[fqn]?.kind === 'interface') return schema[fqn];
  return null;
}

function check(where, body, struct, report) {
  const allowed = argumentsOf(struct);
  const dynamic = Object.keys(body.dynamic ?? {});
  for (const name of Object.keys(body)) {
    if (META.has(name) || name === 'dynamic') continue;
    const property = allowed.get(name);
    if (!property) { report(`${where}: there is no argument ${name}`); continue; }
    const block = blockOf(property);
    if (block) for (const inner of [body[name]].flat()) if (inner && typeof inner === 'object') check(`${where}.${name}`, inner, block, report);
  }
  for (const [name, property] of allowed)
    if (!property.optional && !(name in body) && !dynamic.includes(name)) report(`${where}: ${name} is required`);
}

function references(text, declared, report) {
  for (const [whole, data, type, name, index, attribute] of text.matchAll(/(?<![\w."])(data\.)?(aws_[a-z0-9_]+)\.([a-z0-9_]+)(\[[^\]]*\])?(?:\.([a-z_0-9]+))?/g)) {
    const kind = data ? 'data' : 'resource';
    if (!declared.has(`${kind} ${type} ${name}`) && !(kind === 'resource' && declared.has(`ephemeral ${type} ${name}`))) report(`${whole}: nothing like it is declared`);
    else if (attribute && known.has(`${kind} ${type}`)) {
      const attributes = new Set((known.get(`${kind} ${type}`).type.properties ?? []).map((p) => snake(p.name)));
      // The schema's own spelling may join a digit to its word, so compare without underscores.
      const plain = new Set([...attributes, ...argumentsOf(known.get(`${kind} ${type}`).settings).keys()].map((a) => a.replaceAll('_', '')));
      if (!plain.has(attribute.replaceAll('_', ''))) report(`${whole}: ${type} has no attribute ${attribute}`);
    }
  }
}

let problems = 0;
let blocks = 0;
for (const folder of process.argv.slice(2)) {
  const report = (problem) => { problems++; console.log(`${folder}: ${problem}`); };
  const files = fs.readdirSync(folder).filter((name) => name.endsWith('.tf'));
  const parsed = new Map();
  for (const name of files) {
    try { parsed.set(name, await parse(name, fs.readFileSync(path.join(folder, name), 'utf8'))); }
    catch (problem) { report(`${name}: ${problem.message ?? problem}`); }
  }
  const declared = new Set();
  for (const body of parsed.values())
    for (const kind of ['resource', 'data', 'ephemeral'])
      for (const [type, named] of Object.entries(body[kind] ?? {})) for (const name of Object.keys(named)) declared.add(`${kind} ${type} ${name}`);
  for (const [file, body] of parsed) {
    for (const kind of ['resource', 'data'])
      for (const [type, named] of Object.entries(body[kind] ?? {})) {
        if (!type.startsWith('aws_')) continue;
        const found = known.get(`${kind} ${type}`);
        if (!found) { report(`${file}: the provider has no ${kind} ${type}`); continue; }
        for (const [name, bodies] of Object.entries(named)) for (const one of bodies) { blocks++; check(`${file}: ${kind} ${type}.${name}`, one, found.settings, report); }
      }
    const text = fs.readFileSync(path.join(folder, file), 'utf8').replace(/^\s*#.*|^(resource|data|ephemeral) "\w+" "\w+"|ephemeral\.aws_[\w.]+/gm, '');
    references(text, declared, (problem) => report(`${file}: ${problem}`));
  }
  if (files.length === 0) report('no .tf file');
}
console.log(`${blocks} blocks checked, ${problems} problems`);
process.exit(problems === 0 ? 0 : 1);
