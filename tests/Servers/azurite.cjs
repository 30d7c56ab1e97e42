// Loaded before Azurite. It asks its database for a blob by account, container and name, in this order, and the database searches by the first alone: it looks at every blob of the account.
// By the name first it finds the same one at once, however many there are.
'use strict';

const path = require('node:path');

const { Resultset } = require(require.resolve('lokijs', { paths: [path.dirname(process.argv[1])] }));

const all = Resultset.prototype.findAnd;

function named(condition) {
  return typeof condition.name === 'string' || typeof condition.blobName === 'string';
}

Resultset.prototype.findAnd = Resultset.prototype.$and = function (conditions) {
  return all.call(this, [...conditions.filter(named), ...conditions.filter((condition) => !named(condition))]);
};
