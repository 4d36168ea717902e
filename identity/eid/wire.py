"""HTTP to a provider, through the door out: to the hosts of its profile, and with the words of a sign-in."""

from collections.abc import Mapping

from identity.eid.profile import Profile
from identity.eid.refused import EidSilent, EidUnavailable
from identity.eid.strict_json import Json, strict_object
from servicekit.out.door import client, deadlines
from servicekit.out.door.destinations import Reach
from servicekit.out.door.failures import OutsideFailed, OutsideSilent
from servicekit.settings import Network

MAX_BYTES = 512 * 1024
# Only to name them to the operator.
USUAL_TYPES = ("text/html", "text/plain", "application/jwt", "application/xml")


class Deadline(deadlines.Deadline):
    """Seconds that are left for a whole sign-in step, over all its requests."""

    def left(self) -> float:
        try:
            return super().left()
        except OutsideSilent as silent:
            raise EidSilent(silent.reason) from silent

    def part(self, seconds: float) -> "Deadline":
        """At most so many seconds of what is left."""
        return Deadline(min(seconds, self.left()))


class Wire:
    """One provider's HTTP client; safe to share between threads. `ca_file`: of trusted authorities.

    `networks`: of the inside ones those in which a provider may be.
    """

    def __init__(self, profile: Profile, networks: tuple[Network, ...] = (), ca_file: str = "") -> None:
        reach = Reach(profile.hosts, networks, plain=not profile.secure)
        self._client = client.Client(reach, ca_file)

    def close(self) -> None:
        self._client.close()

    def send(
        self,
        method: str,
        url: str,
        deadline: Deadline,
        *,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> "Answer":
        """The answer, whole and bounded; raises EidSilent for anything that is no HTTP answer in time."""
        try:
            answer = self._client.send(method, url, deadline, MAX_BYTES, data=data, headers=headers)
        except OutsideSilent as silent:
            raise EidSilent(silent.reason) from silent
        except OutsideFailed as failed:
            raise EidUnavailable(failed.reason) from failed
        return Answer(answer.status, answer.headers, answer.body)


class Answer(client.Answer):
    def json(self) -> Json:
        """The JSON object in it; raises EidUnavailable."""
        if self.media_type not in ("application/json", "application/jwk-set+json"):
            said = self.media_type if self.media_type in USUAL_TYPES else "another"
            raise EidUnavailable(f"content type {said} where JSON was expected")
        try:
            return strict_object(self.body)
        except ValueError as error:
            raise EidUnavailable("unreadable JSON") from error
