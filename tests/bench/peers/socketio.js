// A room of socket.io: `node socketio.js` keeps everything in memory, `node socketio.js REDIS_URL` uses the Redis streams adapter.
// Phones are websockets only. Prints where it listens, and runs until it is killed.
import { createServer } from "node:http";
import { createRequire } from "node:module";

const from = createRequire(`${process.cwd()}/`); // the packages are installed where this is started
const { Server } = from("socket.io");
const CONTENT = "x".repeat(200); // with it an event is about as long as ours

const options = { transports: ["websocket"], serveClient: false };
if (process.argv[2]) {
  const { createClient } = from("redis");
  const { createAdapter } = from("@socket.io/redis-streams-adapter");
  const client = createClient({ url: process.argv[2] });
  await client.connect();
  options.adapter = createAdapter(client);
}

const http = createServer();
const io = new Server(http, options);
io.on("connection", (socket) => {
  const room = socket.handshake.auth.room;
  socket.join(room);
  socket.on("say", (said, acknowledge) => {
    io.to(room).emit("event", { t: "event", seq: said.seq, e: { t: said.t }, set: { content: CONTENT } });
    acknowledge({ t: "ack", id: said.id, seq: said.seq });
  });
  socket.emit("live", { t: "live" });
});
http.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${http.address().port}`));
