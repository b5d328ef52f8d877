"""HTTP to the hosts that the operator grants to the plugin. The manifest asks for it: `"asks": ["http"]`.

Secrets go by name: the daemon fills them in once it knows where the request goes. What is not granted ends the call.
"""

from __future__ import annotations

import json as _json
from collections.abc import Mapping, Sequence
from typing import Any

from componentize_py_types import Err
from wit_world.imports import http as wire

from ._plain import well_formed
from .outcome import Outcome, delivered, rejected, retry
from .text import shortened

_QUOTED = 200
"""Characters of an answer that an outcome quotes: enough for an error message, too few for a page."""

_PASSING = {408, 425, 429, *range(500, 600)}
"""Statuses that may pass; every other that is not 2xx is final."""


class NoAnswer(Exception):
    """There is no answer: whoever does not catch it has the notification tried again later."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind = kind
        """`resolve`, `connect`, `tls`, `send`, `timeout`, `answer` (broken off or malformed), …"""


def request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    secret_headers: Mapping[str, tuple[str, str]] | None = None,
    json: Any = None,
    body: str | bytes = b"",
    sign: Sequence[str] = (),
) -> Response:
    """Sends a request, within the time that is left to the call; at most 8 a call. A redirect is an answer.

    Args:
        method: `GET`, `POST` …
        url: http or https, or `secret:<name>` where the whole URL is one of the channel's secrets.
        headers: Header fields. Host, Content-Length and the like are the daemon's.
        secret_headers: Header fields that end in one of the channel's secrets: `{"authorization": ("Bearer ", "token")}`.
        json: The body, as JSON.
        body: The body if it is no JSON, at most 4 MiB.
        sign: Has the daemon sign the request after Standard Webhooks with each of these secrets.

    Raises:
        NoAnswer: If there is none.
    """
    made = wire.Request(method, well_formed(url))
    headers = dict(headers or {})
    if json is not None:
        body = _json.dumps(json, ensure_ascii=False)
        if not any(name.lower() == "content-type" for name in headers):
            made.header("content-type", "application/json")
    for name, value in headers.items():
        made.header(name, well_formed(value))
    for name, (prefix, secret) in (secret_headers or {}).items():
        made.secret_header(name, prefix, secret)
    made.body(well_formed(body).encode() if isinstance(body, str) else body)
    if sign:
        made.sign(list(sign))
    try:
        return Response(made.send())
    except Err as error:
        raise NoAnswer(error.value.kind, error.value.detail) from None


class Response:
    """What the other side answered."""

    def __init__(self, host: wire.Response) -> None:
        self._host = host

    @property
    def status(self) -> int:
        """The status code."""
        return self._host.status()

    @property
    def retry_after(self) -> int | None:
        """What Retry-After comes to, in seconds from now."""
        return self._host.retry_after()

    @property
    def body(self) -> bytes:
        """The body, at most 1 MiB; the channel's secrets are blotted out."""
        return bytes(self._host.body())

    def header(self, name: str) -> str | None:
        """The first header field of this name, whatever its case."""
        return self._host.header(name)

    def text(self) -> str:
        """The body as text; what is not UTF-8 becomes replacement characters."""
        return self.body.decode(errors="replace")

    def json(self) -> Any:
        """The body, read as JSON."""
        return _json.loads(self.body)

    def summary(self) -> str:
        """The status and the beginning of the body on one line, to be an outcome's detail: `404: no such hook`."""
        printable = "".join(one if one.isprintable() else " " for one in self.text())
        body = shortened(" ".join(printable.split()), _QUOTED)
        return f"{self.status}: {body}" if body else str(self.status)

    def outcome(self) -> Outcome:
        """What the answer means, by nudged's rule for all channels.

        2xx is delivered; 408, 425, 429 and 5xx may pass; everything else is refused for good, redirects included.
        """
        status = self.status
        if 200 <= status < 300:
            return delivered(self.summary())
        if status in _PASSING:
            return retry(self.summary(), after=self.retry_after)
        return rejected(self.summary())
