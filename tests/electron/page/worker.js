postMessage([typeof require, typeof process].join(' '));
