"""The WebSocket driver: bounded, never truncating, and with no greenlet woken up for a message.

engineio's stock driver assembles a frame of any size in memory, calls `send` where `sendall` is meant, so that a slow
phone gets garbage, and needs for each message a queue, a second greenlet and a framing. Here one framing serves a whole
class, and what the kernel takes at once is written at once; only the rest goes through the socket's queue, in its
order, pings included. See docs/adr/0009 and 0014.
"""

import base64
import hashlib
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from typing import Any

import gevent
from engineio.packet import PING, PONG, Packet
from gevent import socket
from wsproto.connection import Connection, ConnectionState, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Event, Ping, Pong, TextMessage
from wsproto.frame_protocol import CloseReason
from wsproto.utilities import LocalProtocolError

from .events import MAX_MESSAGE
from .frames import ACCEPTED, BoundedInflate, Frame, frame, framed, inflated, inflates
from .outbox import Outbox

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455
_READ = 4096  # bytes: an answer is a hundred
_LINGER = 1.0  # seconds that a phone has to close on its side
_LINGER_READS = 16  # of 64 KB at most: whoever sends more will not hear why it was cut off
_PONG = Packet(PONG).encode()
_HEAD = 6  # bytes before a short text from a client: kind, length, mask
_TEXT, _DEFLATED_TEXT = 0x81, 0xC1  # a whole one
_DEFLATED = b"\r\nSec-WebSocket-Extensions: " + ACCEPTED.encode()


class LeanWebSocket:
    """One connection, as engineio expects it: called with a request, then `wait`, `send` and `close`."""

    def __init__(self, handler: Callable[[Any], Any], server: Any) -> None:
        self._handler = handler
        self._phone: Any = handler.__self__  # type: ignore[attr-defined]  # engineio passes its socket's bound method
        self._patience = server.ping_interval + server.ping_timeout
        self._parts: list[Any] = []
        self._size = 0
        self._messages: list[str | bytes] = []
        self._pinged: float | None = None
        self._last_word: Event | None = None  # said once what came before it has been handed over
        self._open, self._busy, self._faulty, self._plain = True, False, False, True

    @cached_property
    def _protocol(self) -> Connection:
        """Most phones never say what needs it: two kilobytes for each."""
        return Connection(ConnectionType.SERVER, [BoundedInflate(MAX_MESSAGE)] if self._deflates else [])

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        key = environ.get("HTTP_SEC_WEBSOCKET_KEY", "").encode("latin-1")
        if environ.get("HTTP_SEC_WEBSOCKET_VERSION") != "13" or not key:
            if not self._phone.connected:
                self._phone.close(wait=False, abort=True)  # engineio has already made it, and would keep it for a while
            start_response("426 Upgrade Required", [("Sec-WebSocket-Version", "13"), ("Content-Length", "0")])
            return [b""]
        hosted = "gunicorn.socket" in environ
        self._socket: Any = environ["gunicorn.socket"] if hosted else environ["wsgi.input"].raw._sock
        self._deflates = inflates(environ.get("HTTP_SEC_WEBSOCKET_EXTENSIONS", ""))
        self._taken = (_TEXT, _DEFLATED_TEXT) if self._deflates else (_TEXT,)
        self._early = _read_already(environ["wsgi.input"], self._socket)
        # TLS must not be written around: the direct way is for a plain socket alone.
        self._kernel: Any = self._socket._sock if type(self._socket) is socket.socket else None
        accept = base64.b64encode(hashlib.sha1(key + _GUID, usedforsecurity=False).digest())
        self._socket.sendall(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + (_DEFLATED if self._deflates else b"") + b"\r\n\r\n"
        )
        if not hosted:
            # What is left on the socket afterwards is no request: pywsgi would parse it, and log its sender's address.
            start_response.__self__.close_connection = True
        if self._kernel is not None:
            self._phone.send = self._push
        answer: Any = []
        try:
            answer = self._handler(self)
        except (ValueError, LookupError):
            # engineio reads a packet outside its own guard: what is none ends this connection, and nothing else.
            if self._protocol.state is ConnectionState.OPEN:
                self._faulty = True
                self._control(CloseConnection(code=CloseReason.PROTOCOL_ERROR))
            self._phone.close(wait=False, abort=True)
        finally:
            self._open = False
            self._phone.__dict__.pop("send", None)  # a cycle that only the collector would undo
            if self._faulty:
                self._linger()
        if hosted:
            raise StopIteration  # gunicorn's word for a connection that is no longer its own
        return answer

    def _push(self, pkt: Any) -> None:
        """Instead of engineio's `Socket.send`: write now what the kernel takes whole, queue the rest behind it."""
        phone = self._phone
        if not phone.check_ping_timeout():
            return
        if not phone.upgraded:
            phone.queue.put(pkt)  # long polling may still have to carry it
            return
        data = framed(pkt, self._deflates)
        if pkt.packet_type == PING:
            self._pinged = time.monotonic()
        # A ping wakes engineio's writer, which takes a queue that was empty for two pings as a phone that is gone.
        if pkt.packet_type == PING or self._busy or not self._open or not phone.queue.empty():
            phone.queue.put(data)
            if phone.queue.is_given_up:
                self._cut()
            return
        try:
            taken = self._kernel.send(data)
        except BlockingIOError:
            taken = 0
        except OSError:
            return  # the reader is told as well, and ends the connection
        if taken < len(data):
            phone.queue.put(Frame(data[taken:]) if taken else data)

    def send(self, message: str | bytes) -> None:
        """The slow way, from engineio's writer: whole, or not at all if the phone reads nothing for too long."""
        if not self._open:
            raise OSError
        self._busy = True
        try:
            with gevent.Timeout(self._patience, OSError):
                self._socket.sendall(frame(message))
        except OSError:
            self._cut()
            raise
        finally:
            self._busy = False

    def wait(self) -> str | bytes | None:
        """The next message, or None once the connection is over."""
        while not self._messages:
            if self._last_word is not None:
                self._control(self._last_word)
                return None
            try:
                data, self._early = self._early or self._socket.recv(_READ), b""
            except OSError:
                return None
            if not data:
                return None
            if self._plain:
                data = self._take_plain(data)
                if not data:
                    continue
                self._plain = False
            try:
                self._protocol.receive_data(data)
                for event in self._protocol.events():
                    if not self._take(event):
                        break
            except LocalProtocolError:
                return None  # what comes after a closing frame
        message = self._messages.pop(0)
        if message == _PONG and self._pinged is not None:
            # For the console's line on the network: no answer of a pupil is timed.
            self._phone.round_trip, self._pinged = time.monotonic() - self._pinged, None
        return message

    def _take_plain(self, data: bytes) -> bytes:
        """Take the frames that nearly all are, a whole short text each, and give back what is not: wsproto reads that
        and whatever follows. It needs ten times as long, and at two thousand phones that is felt."""
        while len(data) > _HEAD and data[0] in self._taken and data[1] > 0x80:
            size = data[1] & 0x7F
            stop = _HEAD + size
            if size > 125 or len(data) < stop:
                break
            mask = int.from_bytes((data[2:_HEAD] * 32)[:size], "big")
            text = (int.from_bytes(data[_HEAD:stop], "big") ^ mask).to_bytes(size, "big")
            try:
                self._messages.append((text if data[0] == _TEXT else inflated(text, MAX_MESSAGE)).decode())
            except ValueError:
                break
            data = data[stop:]
        return data

    def _take(self, event: Event) -> bool:
        if isinstance(event, TextMessage | BytesMessage):
            data = event.data
            self._size += len(data.encode() if isinstance(data, str) and not data.isascii() else data)
            if self._size > MAX_MESSAGE:
                return self._fail(CloseReason.MESSAGE_TOO_BIG)
            self._parts.append(data)
            if event.message_finished:
                self._messages.append(self._parts[0][:0].join(self._parts))
                self._parts, self._size = [], 0
        elif isinstance(event, Ping):
            self._control(event.response())
        elif isinstance(event, CloseConnection):
            if self._protocol.state is not ConnectionState.REMOTE_CLOSING:
                return self._protocol.state is ConnectionState.OPEN and self._fail(event.code)
            self._last_word = event.response()
            return False
        return True

    def _fail(self, code: int) -> bool:
        """The phone broke the protocol, or sent too much: it is told so."""
        self._faulty = True
        self._last_word = CloseConnection(code=code)
        return False

    def _control(self, event: Event) -> None:
        """A control frame, between two messages and never inside one that is still on its way. Of pongs that wait, the
        newest is enough: whoever pings without reading fills nothing."""
        data = Frame(self._protocol.send(event))
        if self._busy or not self._phone.queue.empty():
            data.kind = "pong" if isinstance(event, Pong) else None
            self._phone.queue.put(data)
            return
        with suppress(OSError):
            self.send(data)

    def close(self) -> None:
        """Called by engineio's writer, which has nothing more to send. The reader ends with the phone's own frame."""
        if self._phone.queue.is_given_up:
            self._cut()  # perhaps in the middle of a frame: nothing that follows would be understood
        elif self._open and self._protocol.state is ConnectionState.OPEN:
            self._control(CloseConnection(code=CloseReason.NORMAL_CLOSURE))
            gevent.spawn_later(_LINGER, self._cut)

    def _cut(self) -> None:
        """Wake the reader of a phone that is gone."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def _linger(self) -> None:
        """A reset would take the closing frame away from its reader: what is still being sent is read a little."""
        with suppress(OSError), gevent.Timeout(_LINGER, False):
            self._socket.shutdown(socket.SHUT_WR)
            for _ in range(_LINGER_READS):
                if not self._socket.recv(MAX_MESSAGE):
                    return


def _read_already(reader: Any, sock: Any) -> bytes:
    """What came behind the request and was read with it: a client that does not wait for the answer has said it all the
    same."""
    if not hasattr(reader, "peek"):  # gunicorn's body
        return bytes(reader.reader.unreader.take_buffered())
    patience = sock.gettimeout()
    sock.settimeout(0)
    try:
        return bytes(reader.peek(1))
    except OSError:  # TLS says so when there is nothing
        return b""
    finally:
        sock.settimeout(patience)


def install(server: Any) -> None:
    """Make this Socket.IO server use the driver. The table belongs to engineio's module: a copy is changed."""
    server.eio._async = {**server.eio._async, "websocket": LeanWebSocket, "queue": Outbox}
