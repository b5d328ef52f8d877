"""Posts each notification as JSON."""

from nudged.channel import Manifest, Notification, Outcome, channel, http

PARAMETERS = {
    "type": "object",
    "properties": {
        "url": {"type": "string", "description": "The name of the secret that holds the whole URL."},
    },
    "required": ["url"],
    "additionalProperties": False,
}
"""What a channel of the configuration sets."""

MANIFEST: Manifest = {
    "name": "{{ name }}",
    "version": "0.1.0",
    "licence": "Apache-2.0",
    "asks": ["http"],
    "parameters": PARAMETERS,
    "budget": {"first-call-millis": 250},
}


def send(notification: Notification) -> Outcome:
    message = {
        "id": notification.id,
        "to": notification.address,
        "subject": notification.subject,
        "text": notification.text,
    }
    # The plugin never sees the URL: the daemon fills it in.
    return http.request("POST", f"secret:{notification.parameters['url']}", json=message).outcome()


Plugin, Delivery = channel(MANIFEST, send)
