"""A channel that sends in the way that it is told, with all that there is to know of the notification."""

from datetime import datetime, timezone

from nudged.channel import Notification, Outcome, Reminder, channel, delivered, http, inbox, log, mail, rejected, retry

HALF = "a\ud83d"


def by_http(notification: Notification) -> Outcome:
    answer = http.request(
        "PUT",
        "secret:hook",
        headers={"X-Number": 7},
        secret_headers={"authorization": ("Bearer ", "token")},
        json=everything(notification),
        sign=["old", "new"],
    )
    notification.keep(answer.header("X-Id"))
    log.info(f"was sent {HALF}")
    none = "null" if answer.header("x-none") is None else "some"
    return delivered(f"{answer.status} {none} {answer.json()['said']} {len(answer.body)}")


def by_bytes(notification: Notification) -> Outcome:
    http.request("POST", "https://x.test/", body=f"{HALF} ñ")
    http.request("POST", "https://x.test/", body=b"\xc3\xb1")
    try:
        http.request("GET", "https://x.test/")
    except http.NoAnswer as error:
        notification.keep(f"{error.kind}: {error}")
    return http.request("GET", "https://x.test/").outcome()


def by_mail(notification: Notification) -> Outcome:
    headers = {"X-Nudged-Kind": 1}
    return mail.send(notification.subject, notification.text, html=f"<p>{HALF}</p>", headers=headers)


def by_inbox(notification: Notification) -> Outcome:
    return inbox.post(inbox.Entry("nudged", one.sentence, one.target) for one in notification.reminders)


WAYS = {
    "http": by_http,
    "bytes": by_bytes,
    "mail": by_mail,
    "plain": lambda notification: mail.send(notification.subject, notification.text),
    "inbox": by_inbox,
    "later": lambda _: retry("busy"),
    "never": lambda _: rejected(HALF),
}


def everything(notification: Notification) -> dict[str, object]:
    names = ["id", "channel", "decided", "address", "subject", "preamble", "text", "unsubscribe", "more"]
    wordings = [notification.wording(part) for part in ("subject", "html")]
    reminders = [told(one) for one in notification.reminders]
    return {**{name: shown(getattr(notification, name)) for name in names}, "wordings": wordings, "reminders": reminders}


def told(one: Reminder) -> dict[str, object]:
    names = ["item", "reminder", "notice", "reason", "since", "deadline", "target", "title", "sentence", "severity"]
    names += ["link", "ordinal", "history", "thread", "facts"]
    return {**{name: shown(getattr(one, name)) for name in names}, "firstSent": shown(one.first_sent)}


def shown(value: object) -> object:
    """A datetime as the other language has it."""
    if not isinstance(value, datetime):
        return value
    return value.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Plugin, Delivery = channel(
    {"name": "example", "version": "0.1.0", "asks": ["http", "inbox", "mail"]},
    lambda notification: WAYS[notification.parameters["way"]](notification),
)
