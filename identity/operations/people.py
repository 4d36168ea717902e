"""Acts on a person: by whoever stands above them, by two of the topmost unit together, or by the operator."""

from identity import events
from identity.context import Context
from identity.operations.sessions import end_parts
from identity.operations.standing import Person, person_of, require_standing, told_about
from servicekit.access.decision import Caller
from servicekit.data.events import AuditEntry, Event
from servicekit.refusals import NotFound


def end_sessions_of(context: Context, caller: Caller, account_id: str) -> None:
    """Everywhere, by somebody who stands above all that the person holds; the person and their superior are told.

    One's own are ended otherwise: nobody is their own superior.
    """
    if account_id in caller.accounts:
        raise NotFound
    sign_out_everywhere(context, require_standing(context, caller, account_id), caller.account_id)


def end_sessions_by_operator(context: Context, account_id: str, reason: str) -> int:
    """At the machine, for whoever has nobody above them; how many sessions ended. Raises NotFound."""
    person = person_of(context, account_id)
    if person is None:
        raise NotFound
    return sign_out_everywhere(context, person, "", reason)


def sign_out_everywhere(context: Context, person: Person, by: str, reason: str = "") -> int:
    """Ends every session of the person, whichever account it is of; how many there were.

    `by`: whoever did it, empty for the operator.
    """
    store = context.store
    unit_path = person.highest.unit_path if person.live else ()
    details = {"reason": reason} if reason else {}
    unit_id = unit_path[-1] if unit_path else ""
    entry = AuditEntry(
        *("sessions.ended_by_superior", unit_id, unit_path, "account", person.id),
        subject_id=person.id,
        details=details,
    )

    ended = [one for account_id in person.accounts for one in store.sessions_of(account_id)]
    end_parts(context, ended, "session.ended_by_superior")

    def work() -> int:
        account = store.get_account(person.id)
        news = Event(events.SESSIONS_ENDED, told_about(person, by))
        store.save_account(account, account.version, [news], [entry])
        return len(ended)

    return store.database.in_transaction(work)
