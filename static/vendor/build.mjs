/* How socket.io.min.js and morphdom.min.js were made, once, from the published packages; nothing runs this at start or in
   a release. In an empty folder, this file in it:
     npm install socket.io-client@4.8.4 morphdom@2.7.8 esbuild@0.28.2 && node build.mjs
   What a phone never uses is left out, 3.8 KB of gzip in all: WebTransport, binary messages, syntax for browsers of before
   2018. Their licences are beside. */
import { readFileSync } from "node:fs";
import { build } from "esbuild";

const TRANSPORTS = `import { XHR } from "./polling-xhr.js";
import { WS } from "./websocket.js";
export const transports = { websocket: WS, polling: XHR };`;
const NO_BINARY = {
  "is-binary": "export const isBinary = () => false, hasBinary = isBinary;",
  binary: "export const deconstructPacket = (packet) => ({ packet, buffers: [] }), reconstructPacket = (packet) => packet;",
};
const lean = {
  name: "lean",
  setup(bundler) {
    bundler.onLoad({ filter: /engine\.io-client.*transports\/index\.js$/ }, () => ({ contents: TRANSPORTS }));
    bundler.onLoad({ filter: /socket\.io-parser.*\/(is-)?binary\.js$/ }, ({ path }) => ({
      contents: NO_BINARY[path.includes("is-binary") ? "is-binary" : "binary"],
    }));
  },
};

async function make(name, contents, banner) {
  await build({
    stdin: { contents, resolveDir: "." },
    outfile: name,
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2018",
    conditions: ["import"],
    plugins: [lean],
    legalComments: "none",
    banner: { js: banner },
  });
}

const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version;
await make(
  "socket.io.min.js",
  'import { io } from "socket.io-client"; window.io = io;',
  `/*! Socket.IO v${version("socket.io-client")}, cut down by build.mjs\n * (c) 2014-2026 Guillermo Rauch\n * Released under the MIT License.\n */`,
);
await make(
  "morphdom.min.js",
  'import morphdom from "morphdom"; window.morphdom = morphdom;',
  `/*! morphdom v${version("morphdom")}\n * (c) Patrick Steele-Idem\n * Released under the MIT License.\n */`,
);
