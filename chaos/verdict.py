"""Whose fault it was: the provider's truth against what the vault's journal had when the server was killed."""
import bisect
import dataclasses


@dataclasses.dataclass
class Kill:
    """One of them. `journal`: {client id: whether its answer was there} right after it."""
    number: int
    at: float  # after it, and before the next start; milliseconds since 1970
    how: str
    journal: dict


@dataclasses.dataclass
class Loss:
    """A client that needs a sign-in, though nobody revoked anything."""
    client: object
    family: str
    provider: object


@dataclasses.dataclass
class Report:
    lost_by_us: list
    lost_in_flight: list
    in_doubt_resolved: int


def held_newest(truth):
    """{family: whether the refresh token that was used last was the newest then}: what the vault holds is what it uses."""
    newest, held = {}, {}
    for event in truth:
        if event["what"] == "issued":
            newest[event["family"]] = event["serial"]
        elif event["what"] == "used":
            held[event["family"]] = event["serial"] == newest[event["family"]]
    return held


def unseen_issue(truth, family):
    """When the process connected that was to get the first refresh token of this family that was never used; None: each was."""
    used = {event["serial"] for event in truth if event["what"] == "used" and event["family"] == family}
    issued = [event for event in truth if event["what"] == "issued" and event["family"] == family]
    lost = [event for event in issued if event["serial"] not in used]
    return lost[0].get("connected_at") if lost else None


def last_events(truth, family):
    """What became of it in the end, for people."""
    events = [event for event in truth if event["family"] == family][-4:]
    start = events[0]["at"]
    return ", ".join(f"{event['what']} {event['serial']} {event.get('why', '')}+{event['at'] - start} ms" for event in events)


def judge(loss, truth, kills):
    """(whether it was in flight, the kill that it was lost in, why)."""
    connected = unseen_issue(truth, loss.family)
    if connected is None:
        return False, None, "the provider issued nothing that was not used"
    place = bisect.bisect_left([kill.at for kill in kills], connected)
    if place == len(kills):
        return False, None, "nothing was killed after the provider had committed"
    kill = kills[place]
    answered = kill.journal.get(loss.client.id)
    if answered is None:
        return False, kill, "the journal did not even have what was sent"
    if answered:
        return False, kill, "the journal had the answer"
    return True, kill, "the answer was not durable yet"


def report(losses, truths, kills):
    """`truths`: {provider: its events}."""
    by_us, in_flight, lost_at = [], [], set()
    for loss in losses:
        is_in_flight, kill, why = judge(loss, truths[loss.provider], kills)
        line = f"client {loss.client.id}, family {loss.family}: {why}" + (
            f" (kill {kill.number}, {kill.how})" if kill else "")
        (in_flight if is_in_flight else by_us).append(line)
        if kill:
            lost_at.add((kill.number, loss.client.id))
    doubtful = {(kill.number, client) for kill in kills for client, answered in kill.journal.items() if not answered}
    return Report(by_us, in_flight, len(doubtful - lost_at))
