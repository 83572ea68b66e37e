"""A report in words, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.reports import CASUALTY_FIELDS, Incident, Policy, Report
from bot.domain.values import Count, Place


def report_in_words(report: Report) -> str:
    """Return a few lines that tell what an article says."""
    lines = [f"{report.article_id}: {report.title or '(no headline)'}"]
    if report.incident:
        lines += [f"  {name:<12}{value}" for name, value in _incident(report.incident, report)]
    elif report.policy:
        lines += [f"  {name:<12}{value}" for name, value in _policy(report.policy, report)]
    else:
        lines.append("  other: neither an incident nor a policy decision")
    lines += [f"  {'background':<12}{one.when or '?'}: {one.what}" for one in report.background]
    lines += [
        f"  {'evidence':<12}{field}: “{found[0].sentence.strip()}”"
        for field, found in report.evidence.items()
        if found
    ]
    return "\n".join([*lines, ""])


def _incident(incident: Incident, report: Report) -> Iterator[tuple[str, str]]:
    types = ", ".join(type_.value for type_ in incident.types)
    yield "incident", f"{types} ({report.severity.word})"
    if incident.place:
        yield "place", _place(incident.place)
    if incident.occurred_on:
        span = incident.occurred_on
        yield "date", f"{span.start}" + (f" to {span.end}" if span.end != span.start else "")
    for field in CASUALTY_FIELDS:
        count = incident.casualties.get(field)
        if count is not None:
            yield field, _count(count)
    if incident.perpetrators:
        yield "by", ", ".join(f"{one.name} ({one.status.value})" for one in incident.perpetrators)
    yield "claim", incident.claim.value
    yield from _lists({"targets": incident.targets, "weapons": incident.weapons})


def _policy(policy: Policy, report: Report) -> Iterator[tuple[str, str]]:
    actions = ", ".join(action.value for action in policy.actions)
    yield "policy", f"{actions} ({report.severity.word})"
    yield from _lists({"issuers": policy.issuers, "subjects": policy.subjects})
    if policy.country:
        yield "country", policy.country
    if policy.effective_on:
        yield "effective", str(policy.effective_on)
    if policy.deadline:
        yield "deadline", str(policy.deadline)
    yield "status", policy.status.value
    for figure in policy.figures:
        yield "figure", f"{figure.value:,.10g} {figure.what}"
    for reaction in policy.reactions:
        yield "reaction", f"{reaction.actor}: {reaction.stance.value}"


def _lists(fields: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    return ((name, ", ".join(values)) for name, values in fields.items() if values)


def _place(place: Place) -> str:
    parts = [place.name, place.admin1, place.country]
    return ", ".join(dict.fromkeys(part for part in parts if part))


def _count(count: Count) -> str:
    return str(count.min) if count.exact else f"{count.min} to {count.max}"
