"""gunicorn practice_eid.wsgi:app, with one worker (see practice_eid.store)."""

from practice_eid.app import create_app
from practice_eid.settings import read_settings

app = create_app(read_settings())
