"""The words and signs that cards use: tables, no rules."""

from __future__ import annotations

from bot.domain.reports import Claim, Policy, PolicyAction, PolicyStatus
from bot.domain.values import Severity

SIGN = {
    Severity.EXTREME: "🟣",
    Severity.SEVERE: "🔴",
    Severity.MODERATE: "🟠",
    Severity.MINOR: "🟡",
    Severity.UNKNOWN: "⚪",
}

NONE_OF = {
    "killed": "nobody killed",
    "injured": "nobody injured",
    "missing": "nobody missing",
    "abducted": "nobody abducted",
    "arrested": "nobody arrested",
    "displaced": "nobody displaced",
}

SAID = {
    Claim.CLAIMED: "claimed by {name}",
    Claim.BLAMED: "{name}, blamed",
    Claim.SUSPECTED: "{name}, suspected",
    Claim.DENIED: "denied by {name}",
}
"""How a statement about who did it is told; ``said_by`` follows."""

NOBODY_CLAIMED = "nobody has claimed it"

STATUS = {
    PolicyStatus.PROPOSED: "proposed",
    PolicyStatus.ANNOUNCED: "announced",
    PolicyStatus.IN_FORCE: "in force",
    PolicyStatus.SUSPENDED: "suspended",
    PolicyStatus.OVERTURNED: "struck down",
}

FIELD = {
    "killed": "Killed",
    "injured": "Injured",
    "missing": "Missing",
    "abducted": "Abducted",
    "arrested": "Arrested",
    "displaced": "Displaced",
}

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""Written out, for dates must not depend on the machine's locale."""


def spaced(name: str) -> str:
    """Return an enum's value as words: ``armed_clash`` -> ``armed clash``."""
    return name.replace("_", " ")


def status(policy: Policy) -> str:
    """Return how far a policy has come; empty where nothing is known."""
    lifted = policy.status is PolicyStatus.OVERTURNED and PolicyAction.LIFT in policy.actions
    return "lifted" if lifted else STATUS.get(policy.status, "")
