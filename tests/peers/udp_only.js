// An RTSP server from npm that knows UDP only: it answers 461 to a client that asks for TCP.
// node udp_only.js PUBLISH_PORT CLIENT_PORT FIRST_RTP_PORT
"use strict";
const RtspServer = require("rtsp-streaming-server").default;

const [publish, client, first] = process.argv.slice(2).map(Number);
const server = new RtspServer({ serverPort: publish, clientPort: client, rtpPortStart: first, rtpPortCount: 200 });
server.start().then(() => console.log("serving"), (error) => { console.error(error); process.exit(1); });
