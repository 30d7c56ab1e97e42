// Makes the JSON schema of a dashboard from Grafana's own types; then reads one document a line and writes what the schema has against it, one line each.
import { createInterface } from 'node:readline';
import { createRequire } from 'node:module';
import Ajv from 'ajv';
import { createGenerator } from 'ts-json-schema-generator';

const types = createRequire(import.meta.url).resolve('@grafana/schema/package.json').replace('package.json', 'dist/types/raw/dashboard/x/types.gen.d.ts');
const schema = createGenerator({ path: types, type: 'Dashboard', skipTypeCheck: true }).createSchema('Dashboard');
const validate = new Ajv({ allErrors: true, strict: false }).compile(schema);

for await (const line of createInterface({ input: process.stdin })) {
  const document = JSON.parse(line);
  for (const annotation of document.annotations?.list ?? []) {
    // Prometheus' own words, which Grafana's types of all data sources do not have.
    for (const word of ['expr', 'titleFormat', 'textFormat', 'step']) {
      delete annotation[word];
    }
  }
  if (!validate(document)) {
    for (const error of validate.errors) {
      console.log(`${document.uid}${error.instancePath}: ${error.message} ${JSON.stringify(error.params)}`);
    }
  }
}
