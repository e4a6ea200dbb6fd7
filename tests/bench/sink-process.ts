import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The least a platform could do: takes what is posted, throws it away, says so. Prints its port. */
const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => response.end('ok'));
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
