"""What a channel is written with: one function that sends one notification.

    from nudged.channel import Notification, Outcome, channel, http

    MANIFEST = {"name": "hook", "version": "0.1.0", "asks": ["http"], "secrets": ["url"]}

    def send(notification: Notification) -> Outcome:
        return http.request("POST", "secret:url", json={"text": notification.text}).outcome()

    Plugin, Delivery = channel(MANIFEST, send)

The two classes keep these names: the daemon's interfaces are looked for under them.
"""

from __future__ import annotations

from collections.abc import Callable

from . import http, inbox, log, mail
from ._failure import told
from ._plain import described
from ._plugin import Manifest, describing
from ._print import to_log
from .notification import Notification, Reminder
from .outcome import Outcome, delivered, rejected, retry
from .text import counted, date, date_and_time, days, shortened

__all__ = [
    "Manifest", "Notification", "Outcome", "Reminder", "channel", "counted", "date", "date_and_time", "days", "delivered",
    "http", "inbox", "log", "mail", "rejected", "retry", "shortened",
]  # fmt: skip


def channel(manifest: Manifest, send: Callable[[Notification], Outcome]) -> tuple[type, type]:
    """A channel: `Plugin, Delivery = channel(…)`.

    An exception is the plugin's fault, and the notification is tried again later; only that a request had no answer is no
    fault.
    """

    class Delivery:
        def send(self, lent) -> Outcome:
            return _sent(send, lent)

    return describing("channel", manifest), Delivery


def _sent(send: Callable[[Notification], Outcome], lent) -> Outcome:
    """The outcome.

    No outcome says "the plugin is broken": what was raised goes to the log, where the daemon finds it for its record of the
    attempt, and then ends the call.
    """
    to_log()
    try:
        outcome = send(Notification(lent))
        if not isinstance(outcome, Outcome):
            came = described(outcome)
            raise TypeError(f"`send` returned {came}, no outcome: return delivered(…), retry(…) or rejected(…)")
        return outcome
    except http.NoAnswer as error:
        return retry(str(error))
    except BaseException as error:
        log.error(told(error))
        raise
