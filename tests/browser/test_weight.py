"""What a pupil's first visit costs, everything counted, as Chromium itself counts it."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import CDPSession, Page

from tests.driving import Server

from .conftest import Open
from .people import PHONE

BUDGET = 40 * 1024  # bytes received, headers included
REQUESTS = 5
FIRST_MESSAGES = (
    1024  # bytes of the socket until the phone is in: the page shows the four questions of the lobby already
)
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}  # 400 kbit/s


@dataclass
class Meter:
    """Bytes received and requests made by one page, from the first on; what the socket brings is apart."""

    network: CDPSession
    asked: dict[str, str] = field(default_factory=dict)
    received: dict[str, int] = field(default_factory=dict)
    messages: int = 0

    def __post_init__(self) -> None:
        for event, heard in {
            "requestWillBeSent": self._request,
            "loadingFinished": self._finished,
            "webSocketCreated": self._socket,
            "webSocketHandshakeResponseReceived": self._handshake,
            "webSocketFrameReceived": self._frame,
        }.items():
            self.network.on(f"Network.{event}", heard)  # type: ignore[call-overload]
        self.network.send("Network.enable")

    def _request(self, said: dict[str, Any]) -> None:
        if not said["request"]["url"].startswith("data:"):
            self.asked[said["requestId"]] = said["request"]["url"]

    def _finished(self, said: dict[str, Any]) -> None:
        if said["requestId"] in self.asked:
            self.received[said["requestId"]] = int(said["encodedDataLength"])  # headers included

    def _socket(self, said: dict[str, Any]) -> None:
        self.asked[said["requestId"]] = said["url"]

    def _handshake(self, said: dict[str, Any]) -> None:
        headers = said["response"]["headers"]
        # A line for the status, and « : », CR and LF around each header.
        self.received[said["requestId"]] = 36 + sum(len(name) + len(value) + 4 for name, value in headers.items())

    def _frame(self, said: dict[str, Any]) -> None:
        self.messages += len(said["response"]["payloadData"].encode()) + 4

    @property
    def total(self) -> int:
        return sum(self.received.values())

    def told(self) -> str:
        lines = [f"{self.received.get(key, 0):>7} {address}" for key, address in self.asked.items()]
        return "\n".join(
            [*lines, f"{self.total:>7} bytes, {len(self.asked)} requests", f"{self.messages:>7} bytes of messages"]
        )


def _phone(open_page: Open) -> tuple[Page, CDPSession]:
    page = open_page("about:blank", PHONE, device_scale_factor=2)
    return page, page.context.new_cdp_session(page)


def _is_welcome(page: Page) -> None:
    """The question is shown, and the socket has said whose phone this is."""
    page.locator("form.question:visible h1").first.wait_for()
    page.locator("[data-mine=name]:not(:empty)").wait_for()


def test_first_visit_weighs_little_and_asks_little(server: Server, open_page: Open) -> None:
    page, network = _phone(open_page)
    meter = Meter(network)
    page.goto(server.addresses["participant_url"])
    _is_welcome(page)
    page.wait_for_load_state("networkidle")
    print(f"\nfirst visit of a pupil:\n{meter.told()}")  # the figures are the point
    assert len(meter.asked) <= REQUESTS, meter.told()
    assert 10_000 < meter.total <= BUDGET, meter.told()
    assert 0 < meter.messages <= FIRST_MESSAGES, meter.told()
    addresses = list(meter.asked.values())
    assert any(address.startswith("ws:") for address in addresses), "the handshake was not counted"
    assert all(server.address.split(":", 1)[1] in address for address in addresses), "something comes from elsewhere"


def test_question_shows_within_four_seconds_on_a_slow_network(server: Server, open_page: Open) -> None:
    page, network = _phone(open_page)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", SLOW)
    page.goto(server.addresses["participant_url"], wait_until="commit")
    page.locator("form.question:visible h1").first.wait_for()
    # Painted, and not only laid out; the clock starts with the navigation, as does the page's.
    painted = """() => performance.getEntriesByName("first-contentful-paint").length && performance.now()"""
    milliseconds = float(page.wait_for_function(painted).json_value())
    print(f"\nat 400 kbit/s and 400 ms: the question after {milliseconds:.0f} ms")  # the figure
    assert 400 < milliseconds < 4000
    page.locator("[data-mine=name]:not(:empty)").wait_for()
    page.locator("label.choice:visible").first.click()
    page.get_by_text("Réponse enregistrée").first.wait_for()
