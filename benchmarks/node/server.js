// The bare server that Préau is compared with: same words on the wire, as many bytes, nothing stored, nothing checked.
"use strict"

const { createServer } = require("node:http")
const { Server } = require("socket.io")

const [port, pageBytes, stateBytes] = process.argv.slice(2).map(Number)
const page = Buffer.alloc(pageBytes, "x")
const fill = "x".repeat(1 << 16)
let version = 0
const state = (bytes, round) => ({ version, revision: Date.now(), phase: "open", round, html: fill.slice(0, bytes) })

const http = createServer((request, response) => {
  const url = new URL(request.url, "http://x")
  if (url.pathname === "/command") {
    version += 1
    const round = url.searchParams.get("round")
    io.to("class").emit("state", state(Number(url.searchParams.get("bytes")), round ? [round] : []))
    response.setHeader("Content-Length", 2)
    response.end("{}")
  } else {
    response.setHeader("Set-Cookie", `phone=${Math.random()}; HttpOnly; Path=/`)
    response.setHeader("Content-Length", page.length)
    response.end(page)
  }
})
const io = new Server(http, { serveClient: false, perMessageDeflate: false })
io.on("connection", (socket) => {
  socket.on("hello", (_said, acknowledge) => {
    socket.join("class")
    acknowledge({ ok: true, state: state(stateBytes, []), mine: {} })
  })
  socket.on("answer", ({ round, seq }) => socket.emit("saved", { round, seq }))
})
// The backlog is the one that Préau asks for: a class joins at once.
http.listen({ port, host: "127.0.0.1", backlog: 4096 })
