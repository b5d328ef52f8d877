"""Channels, and the mistakes that authors make in them."""

import unittest
from types import SimpleNamespace

from tests import stand_ins

stand_ins.install()

from nudged.channel import channel, delivered, inbox, mail, rejected, retry  # noqa: E402

HALF = "a\ud83d"


class Channels(unittest.TestCase):
    def send(self, function, **getters: object):
        _, delivery = channel({"name": "a", "version": "0.1.0"}, function)
        return delivery().send(SimpleNamespace(parameters=lambda: "{}", **getters))

    def test_what_is_no_outcome_is_told_in_the_log_before_the_call_ends(self) -> None:
        async def later(_) -> None: ...

        for function, why in (
            (lambda _: None, "`send` returned None, no outcome: return delivered(…), retry(…) or rejected(…)"),
            (lambda _: "sent", "`send` returned 'sent', no outcome"),
            (later, "`send` returned a coroutine (a call is answered at once: leave out `async`), no outcome"),
        ):
            with self.subTest(why), self.assertRaises(TypeError):
                self.send(function)
            level, line = stand_ins.LOGGED[-1]
            self.assertEqual((level, line[: len(why) + 11]), ("ERROR", f"TypeError: {why}"))

    def test_half_a_pair_of_surrogates_leaves_as_the_replacement_character(self) -> None:
        kept = []

        def send(notification):
            notification.keep(HALF)
            mail.send(HALF, "t", headers={"X-Nudged-A": HALF})
            inbox.post([inbox.Entry("k", HALF)])
            return retry(HALF, after=7)

        self.assertEqual(self.send(send, keep=kept.append).value, ("a\ufffd", 7))
        [message, rows] = stand_ins.SENT[-2:]
        self.assertEqual((kept, message.subject, message.headers), (["a\ufffd"], "a\ufffd", [("X-Nudged-A", "a\ufffd")]))
        self.assertEqual([tuple(row) for row in rows], [("k", "a\ufffd", None)])
        self.assertEqual((delivered(HALF).value, rejected(7).value), ("a\ufffd", "7"))
