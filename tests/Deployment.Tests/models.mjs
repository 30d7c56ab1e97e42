// Reads one document a line and writes what the published schema of its kind has against it, one line each.
import { createInterface } from 'node:readline';

const packages = {
  'keda.sh': '@kubernetes-models/keda',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
  'cert-manager.io': '@kubernetes-models/cert-manager',
};

for await (const line of createInterface({ input: process.stdin })) {
  const document = JSON.parse(line);
  const group = document.apiVersion.includes('/') ? document.apiVersion.split('/')[0] : '';
  const name = `${document.kind} ${document.metadata?.name}`;
  let models;
  try {
    models = await import(`${packages[group] ?? 'kubernetes-models'}/${document.apiVersion}`);
  } catch (error) {
    console.log(`${name}: there is no schema of ${document.apiVersion} (${error.code})`);
    continue;
  }
  if (!models[document.kind]) {
    console.log(`${name}: ${document.apiVersion} has no kind ${document.kind}`);
    continue;
  }
  try {
    new models[document.kind](document).validate();
  } catch (error) {
    console.log(`${name}: ${error.message.replaceAll('\n', ' ')}`);
  }
}
