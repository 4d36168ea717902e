"""gunicorn practice_mail.wsgi:app, with one worker and without --preload: the SMTP side lives in the worker."""

from practice_mail.app import create_app
from practice_mail.catcher import start_catcher
from practice_mail.settings import read_settings
from practice_mail.store import Store

settings = read_settings()
store = Store(settings.mail_dir)
catcher = start_catcher(store, settings.smtp_host, settings.smtp_port)
app = create_app(store)
