import { createServer } from 'node:http';
import { Hocuspocus } from '@hocuspocus/server';
import { WebSocketServer } from 'ws';
import { answerMeasurements } from './measure.ts';

// The peer: Hocuspocus as it comes, without checks and without storage. Clients write the shared documents themselves.
const hocuspocus = new Hocuspocus({ quiet: true, onAuthenticate: async () => undefined });
const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 256 * 1024 });
const server = createServer();
server.on('upgrade', (request, stream, head) =>
  sockets.handleUpgrade(request, stream, head, (ws) => {
    const client = hocuspocus.handleConnection(ws as never, new Request('http://localhost/'));
    ws.on('message', (data) => client.handleMessage(data as Buffer));
    ws.on('close', (code, reason) => client.handleClose({ code, reason: reason.toString() }));
  }),
);
server.listen(0, '127.0.0.1', () => answerMeasurements(server));
