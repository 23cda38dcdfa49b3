// Loaded into an `ai` before it begins: reports what has been called when the request for its container goes out (NODE_V8_COVERAGE).
'use strict';
const { Socket } = require('node:net');
const { takeCoverage } = require('node:v8');

const { write } = Socket.prototype;
Socket.prototype.write = function (data, ...others) {
  if (String(data).startsWith('POST ') && String(data).includes('/containers/create?'))
    takeCoverage();
  return write.call(this, data, ...others);
};
