/* Answers, for timelines that Python wrote, what `test_parity.py` asks: a JSON object on the standard input, one on the output. */
import "./browser.mjs";
import {readFileSync} from "node:fs";
import {CRS} from "./browser.mjs";

const {Theatre} = await import("../../../control_map/render/map/frontend/theatre.js");
const {ChangesList} = await import("../../../control_map/render/map/frontend/changes_list.js");
const {DailyCounts} = await import("../../../control_map/render/map/frontend/daily_counts.js");
const {DISPUTED, NOBODY, Timeline} = await import("../../../control_map/render/map/frontend/timeline.js");

const {rounded} = await import("../../../control_map/render/map/frontend/period.js");

const answers = JSON.parse(readFileSync(0, "utf8")).map(({geometry, timeline: file, days, pairs, silences, people, numbers}) => {
  const theatre = new Theatre(geometry, CRS), timeline = new Timeline(file, theatre), {places, statuses} = theatre, list = new ChangesList(theatre);
  const counts = new DailyCounts(theatre, timeline);
  const idOf = status => statuses[status].id;
  const shown = (place, step) => [idOf(timeline.status[step]), Boolean(timeline.bits[step] & DISPUTED), timeline.claimed[step] === NOBODY ? "" : idOf(timeline.claimed[step])];
  const onDay = day => {
    timeline.seek(day);
    return places.map(({index}) => ({found: shown(index, timeline.stepOn(index, day)), atCursor: shown(index, timeline.cursor[index])}));
  };
  return {
    shown: days.map(onDay),
    changes: pairs.map(([since, until]) => places.map(({index}) => [
      idOf(timeline.namedOn(index, since)), idOf(timeline.namedOn(index, until)), theatre.labels.changes[timeline.changeBetween(index, since, until)],
    ])),
    listed: pairs.map(([since, until]) => {
      const {days: ofList, counts} = list.compare(timeline, since, until);
      return {rows: ofList.flatMap(({day, places: those}) => those.map(({id}) => [id, day])), counts};
    }),
    counts: days.map(day => ({districts: counts.on(day), ...counts.resting(day)})),
    people: days.map(day => counts.sumOn(day, people)),
    rounded: numbers.map(rounded),
    blindDistricts: silences.map(([day, olderThan]) => counts.blindOn(day, olderThan)),
    blind: silences.map(([day, olderThan]) => places.map(({index}) => timeline.isBlindSpot(index, day, olderThan))),
    changedOn: timeline.changedOn.map(indexes => indexes.map(index => places[index].id)),
  };
});
process.stdout.write(JSON.stringify(answers));
