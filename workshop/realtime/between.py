"""Between processes: pushes go through Redis, and a class does not wait for it when it is away."""

import logging
import time
from collections.abc import Callable, Iterator
from typing import Any

from redis.backoff import NoBackoff
from redis.retry import Retry
from socketio import RedisManager

log = logging.getLogger(__name__)
CHANNEL = "preau"
PATIENCE = 1.0  # seconds for one exchange with Redis, which takes less than a millisecond
SILENCE = 5.0  # seconds without a message after which Redis is asked whether it is still there
AGAIN = 0.5  # seconds between two tries to find it again


class Between(RedisManager):  # type: ignore[misc]  # python-socketio is not typed
    """The stock manager waits ten seconds a push for a Redis that is silent, in the command's own time, and looks for
    one that is gone ever more seldom, up to a minute apart. Here a push that cannot cross is dropped, and who missed it
    catches up from the database (`Hub.catch_up`)."""

    def __init__(self, url: str) -> None:
        options = {
            "socket_timeout": PATIENCE,
            "socket_connect_timeout": PATIENCE,
            "health_check_interval": SILENCE,
            "retry": Retry(NoBackoff(), 0),
        }
        super().__init__(url, channel=CHANNEL, redis_options=options)
        self.is_up = False
        self.losses = 0  # how many times Redis went away: what was pushed since may be missing here, or elsewhere
        self.on_emit: Callable[[str, Any], None] | None = None

    def is_answering(self) -> bool:
        """Raises what the library raises when Redis does not answer in time."""
        with self._get_redis_module().Redis.from_url(self.redis_url, **self.redis_options) as client:
            return bool(client.ping())

    def _handle_emit(self, message: dict[str, Any]) -> None:
        """From here or from elsewhere, it is about to reach the sockets of this process."""
        if self.on_emit is not None and message.get("room"):
            self.on_emit(message["event"], message["data"][0])
        super()._handle_emit(message)

    def _publish(self, data: dict[str, Any]) -> None:
        if not self.is_up:
            return
        try:
            self.redis.publish(self.channel, self.json.dumps(data))
        except Exception as error:
            self._lost(error)

    def _lost(self, error: Exception) -> None:
        if self.is_up or not self.losses:  # said once, also when it was never there
            self.is_up = False
            self.losses += 1
            log.error("Redis is away: %s", type(error).__name__)

    def _redis_listen_with_retries(self) -> Iterator[dict[str, Any]]:
        while True:
            try:
                self._redis_connect()
                self.pubsub.subscribe(self.channel)
                self.redis.ping()
                self.is_up = True
                log.info("Redis is here")
                while self.is_up:
                    message = self.pubsub.get_message(timeout=SILENCE)
                    if message is not None:
                        yield message
            except Exception as error:
                self._lost(error)
            finally:
                if self.pubsub is not None:
                    self.pubsub.close()
            time.sleep(AGAIN)
