"""Eight reports of one attack by five publishers, as a chat would live through them."""

from __future__ import annotations

from typing import Any

from bot.domain.events import ChangeKind, Event
from bot.domain.reports import Claim, Incident, Perpetrator
from bot.domain.values import Count
from bot.events.batch import Archive
from tests.events.builders import TEXT, incident, sourced

WIRE = (
    "ZARGHUN: (AFP) — A bomb in a handcart killed eight people at the vegetable market of "
    "Zarghun on Wednesday, the clinic said. Windows of the Akbari hotel broke and rescuers from "
    "Killi Paind searched the stalls while shopkeeper Mirwais Tareen waited for his brother. "
)
OTHERS = (
    "The market of Zarghun was full when the handcart blew up, said traders who buy vegetables "
    "there every Wednesday. Mirwais Tareen, who keeps a shop under the Akbari hotel, counted "
    "bodies himself. The Bolan clinic asked for blood and sent patients on to Killi Paind."
)


def killed(event: Event) -> Count | None:
    return event.incident.casualties.killed if event.incident else None


def test_eight_reports_of_one_attack_end_as_one_event_with_exactly_the_right_replies():
    archive = Archive()

    def hear(fact: Incident, **how: Any) -> tuple[Event, list[tuple[ChangeKind, str]]]:
        step = archive.add(sourced(fact, **how))
        return step.after, [(change.kind, change.text) for change in step.material]

    # 12:00  The first report opens the event: this is the alert.
    event, told = hear(incident(killed=3), number=1, title="Three killed in Zarghun market blast")
    assert [kind for kind, _ in told] == [ChangeKind.OPENED]
    assert event.public_id.startswith("KH-")

    # 12:30  The same article, rewritten in place with more text: the message is edited, no reply.
    event, told = hear(
        incident(killed=3, injured=2), number=1, hours=0.5, text=TEXT + " More to follow."
    )
    assert told == []

    # 13:00  A second publisher knows of eight: both are worth a reply.
    event, told = hear(
        incident(killed=8),
        number=2, hours=1, publisher="Frontier Daily", text=OTHERS,
        title="Eight dead as handcart bomb hits Zarghun market",
    )  # fmt: skip
    assert told == [
        (ChangeKind.TOLL_UP, "Killed 3 → 8"),
        (ChangeKind.SECOND_SOURCE, "Second source: Frontier Daily"),
    ]

    # 13:30  A third prints the agency's text, which gives the same toll: edited.
    event, told = hear(
        incident(killed=8), number=3, hours=1.5, publisher="Valley Times", text=WIRE,
        title="Zarghun bombing kills eight",
    )  # fmt: skip
    assert told == []
    assert event.publishers == ("Morning Post", "Frontier Daily", "AFP")

    # 14:00  A fourth prints the same wire copy: the agency still counts once.
    event, told = hear(
        incident(killed=8), number=4, hours=2, publisher="Border Herald", text=WIRE,
        title="Market bombing in Zarghun kills eight",
    )  # fmt: skip
    assert told == []
    assert event.publishers == ("Morning Post", "Frontier Daily", "AFP")

    # 15:00  Twelve: up by half and by three or more.
    event, told = hear(
        incident(killed=12), number=2, hours=3, publisher="Frontier Daily", text=OTHERS,
        title="Toll of Zarghun market bombing rises to 12",
    )  # fmt: skip
    assert told == [(ChangeKind.TOLL_UP, "Killed 8 → 12")]

    # 16:00  A group claims it, and repeats the old figure: a claim, no correction.
    who = (Perpetrator("Red Ridge Front", Claim.CLAIMED),)
    event, told = hear(
        incident(killed=8, who=who, claim=Claim.CLAIMED), number=5, hours=4,
        publisher="City Wire", title="Red Ridge Front says it bombed Zarghun market",
    )  # fmt: skip
    assert told == [(ChangeKind.CLAIM, "Red Ridge Front claimed it")]
    assert killed(event) == Count(12, 12)

    # 18:00  The clinic had counted bodies twice: nine, from the publisher that said twelve.
    event, told = hear(
        incident(killed=9), number=2, hours=6, publisher="Frontier Daily", text=OTHERS,
        title="Zarghun toll revised to nine",
    )  # fmt: skip
    assert told == [(ChangeKind.CORRECTION, "Correction: killed 12 → 9")]

    # Next day  The funeral joins the event and alerts nobody.
    event, told = hear(
        incident(killed=12), number=6, hours=26, follow_up="funeral",
        title="Zarghun buries the dead of the market bombing",
    )  # fmt: skip
    assert told == []
    assert killed(event) == Count(9, 9)

    assert len(archive.events) == 1
    assert len(event.sources) == 6
    told_killed = [entry for entry in event.ledger if entry.field == "killed"]
    assert [(entry.count.max, entry.publisher) for entry in told_killed] == [
        (3, "Morning Post"), (8, "Frontier Daily"), (8, "Valley Times"), (8, "Border Herald"),
        (12, "Frontier Daily"), (8, "City Wire"), (9, "Frontier Daily"), (12, "Morning Post"),
    ]  # fmt: skip
    assert event.incident is not None
    assert event.incident.claim is Claim.CLAIMED
