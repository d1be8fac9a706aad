"""What the board shows on a page that is run without a browser: its command, and the files that this names."""

import json
import re
from dataclasses import asdict
from typing import Any

from streamlit.testing.v1 import AppTest

from control_map.render.map.board import ShowCommand
from control_map.ui.state.board_parts import find_part, find_whole
from control_map.ui.state.served_files import find_served_file


def map_arguments(app: AppTest) -> dict[str, Any]:
    """Return the arguments of the map's component."""
    (component,) = app.get("component_instance")
    return json.loads(component.proto.json_args)


def command(app: AppTest) -> dict[str, Any]:
    """Return the command that the board was given last, whole."""
    sent = next(found[1] for each in app.get("html") if (found := re.search("data-command='(.*?)'", each.body)))
    return asdict(ShowCommand("", 0)) | json.loads(sent)


def _file(name: str) -> dict[str, Any]:
    file = find_served_file(name)
    if file is None and (whole := find_whole(name)):
        file = find_part(whole, name)
    assert file, name
    return json.loads(file.content)


def timeline(app: AppTest) -> dict[str, Any]:
    """Return the file of the timeline or the replay that the board draws."""
    return _file(command(app)["timeline"])


def facts(app: AppTest) -> dict[str, Any]:
    """Return what the board's head says of the view as a whole."""
    return timeline(app)["view"]


def geometry(app: AppTest) -> dict[str, Any]:
    found = re.search(r'"geometry": "([^"]+)"', map_arguments(app)["script"])
    assert found
    return _file(found[1])


def counts(app: AppTest, day: int | None = None) -> dict[str, int]:
    """Return the districts by status as the head counts them on a day, by default the one shown."""
    drawn, day = geometry(app), command(app)["day"] if day is None else day
    found = dict.fromkeys((status["id"] for status in drawn["statuses"]), 0)
    for (_, kind, *_), (steps, _) in zip(drawn["places"], timeline(app)["places"], strict=True):
        if kind == "district":
            status = [step[1] for step in steps if step[0] <= max(day, -1)][-1]
            found[drawn["statuses"][status]["id"]] += 1
    return found


def part(app: AppTest, kind: str, *numbers: int) -> dict[str, Any]:
    """Return a file that belongs to the timeline, such as the dossier of a place."""
    asked = [*numbers, *([command(app)["day"]] if facts(app)["replays"] else [])]
    name = re.sub(r"^[a-z]+", kind, command(app)["timeline"])
    return _file(name.replace(".json", "".join(f"-{number}" for number in asked) + ".json"))


def dossier(app: AppTest, place_id: str) -> dict[str, Any]:
    """Return the file with the dossier of a place."""
    return part(app, "dossier", [place[0] for place in geometry(app)["places"]].index(place_id))


def passages(app: AppTest, place_id: str) -> list[str]:
    """Return the explanation of a place on the day shown, with its placeholders."""
    file = dossier(app, place_id)
    pieces = file["places"][place_id][3]
    *_, (_, _, _, *numbers) = [piece for piece in pieces if piece[0] <= command(app)["day"]]
    return [file["texts"][number] for number in numbers]
