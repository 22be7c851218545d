// A room of colyseus, without a schema: messages only. A room lives in one process by design, so there is no split one.
// Prints where it listens, and runs until it is killed.
import { createServer } from "node:http";
import { createRequire } from "node:module";

const from = createRequire(`${process.cwd()}/`); // the packages are installed where this is started
const { Room, Server } = from("@colyseus/core");
const { WebSocketTransport } = from("@colyseus/ws-transport");
const CONTENT = "x".repeat(200); // with it an event is about as long as ours

class Couple extends Room {
  maxClients = 2;

  onCreate() {
    this.onMessage("say", (client, said) => {
      this.broadcast("event", { t: "event", seq: said.seq, e: { t: said.t }, set: { content: CONTENT } });
      client.send("ack", { t: "ack", id: said.id, seq: said.seq });
    });
  }
}

const http = createServer();
const server = new Server({ transport: new WebSocketTransport({ server: http }), greet: false });
server.define("couple", Couple).filterBy(["room"]);
await server.listen(0, "127.0.0.1");
console.log(`http://127.0.0.1:${http.address().port}`);
