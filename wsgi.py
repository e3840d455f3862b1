"""For gunicorn, whose gevent worker patches the standard library before it loads this: see gunicorn.conf.py."""

from workshop import create_app
from workshop.config import read_config
from workshop.data_folder import hold

config = read_config()
# A worker that takes over waits until the one before has left.
held = hold(config, seconds=20)
app = create_app(config)
