"""What gunicorn loads."""

from congress.app import create_app
from congress.settings import read_settings

app = create_app(read_settings())
