"""What gunicorn loads."""

from notifications.app import create_app
from notifications.settings import read_settings

app = create_app(read_settings())
