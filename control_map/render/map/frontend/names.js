/* The names of a theatre's places, provinces, parts and neighbours, found in any script and spelling, as the gazetteer reads them. */
const LONGEST = 200;       // characters of what is typed that are read
const SHORTEST_INSIDE = 3; // characters of a key that is looked for within others
const EDITS_PER = 5, MOST_EDITS = 2, FEWEST_CONSONANTS = 4;
const [WHOLE, BEGINNING, INSIDE, SLIP, CONSONANTS] = [0, 1, 2, 3, 4];
const BEHIND = {[WHOLE]: BEGINNING, [INSIDE]: CONSONANTS + 1};  // ranks of settlements: of thousands some name always is like the text
const KINDS = ["provincial_capital", "province", "district", "crossing", "part", "settlement", "neighbour"];  // of one name, in this order
const KINDS_BY_NAME = ["province", "district", ...KINDS.filter(kind => !["province", "district"].includes(kind))];  // if just that was typed
const SETTLEMENT_STEPS = 1000;  // of a degree
const DOUBLED = /([a-z])\1+/g;

export class Names {
  /* `file` is the file of names, see `search_files.py`. */
  constructor(file, theatre) {
    this.folds = file.folds;
    this.letters = new Map(Object.entries(file.letters).flatMap(([latin, those]) => Array.from(those, letter => [letter, latin])));
    this.joining = new RegExp(`\\b(${file.joining.join("|")})\\b`, "g");
    this.marked = {pattern: new RegExp(file.marked[0], "g"), sounds: file.marked[1]};
    this.words = Object.fromEntries(Object.entries(file.words).map(([kind, words]) => [kind, new Set(words)]));
    this.provinceKeys = new Map(Object.entries(file.provinces));
    const {places, parts, provinces, neighbours, labels: {kinds}} = theatre;
    this.targets = [
      ...places.map((place, index) => ({
        kind: place.kind, target: place.id, name: place.name, local: place.local, detail: kinds[place.kind].short, around: place.kind === "crossing" ? `${place.neighbour} \u00b7 ${place.province}` : place.province,
        keys: file.places[index], provinces: [place.provinceId, ...file.also_in[index] ?? []],
      })),
      ...provinces.map(({id, name}) => ({kind: "province", target: `province/${id}`, name, local: file.local[id], detail: "province", around: "", keys: this.provinceKeys.get(id) ?? [], provinces: [id]})),
      ...parts.map(({name, local, place}, index) => ({
        kind: "part", target: place.id, name, local, detail: `part of ${theatre.nameWithKind(place)}`, around: place.province, keys: file.parts[index], provinces: [place.provinceId],
      })),
      ...this.settlements(file, theatre),
      ...neighbours.map(({name}) => ({kind: "neighbour", target: `neighbour/${name}`, name, detail: "neighbouring country", around: "", keys: file.neighbours[name] ?? [], provinces: []})),
    ];
  }

  /* The settlements of the file, each with its point. */
  settlements({settlements, also_in: alsoIn}, {places}) {
    if (!settlements) return [];
    const {names, locals, others} = settlements, [indexes, lons, lats] = [settlements.places, settlements.lon, settlements.lat].map(sums);
    return names.map((name, row) => {
      const place = places[indexes[row]], local = locals[row], written = [name, local, ...others[row]?.split("|") ?? []];
      return {
        kind: "settlement", target: place.id, name, local, at: [lons[row] / SETTLEMENT_STEPS, lats[row] / SETTLEMENT_STEPS],
        detail: `settlement in ${place.name}`, around: place.province, provinces: [place.provinceId, ...alsoIn[indexes[row]] ?? []],
        keys: [...new Set(written.flatMap(each => this.keys(each)))],
      };
    });
  }

  /* Return a text in plain Latin letters and digits, with single spaces between the words, as `latin_words` does. */
  latin(text) {
    const letters = Array.from(text, letter => (letter < "\u0080" ? letter : this.letters.get(letter) ?? "")).join("");
    return letters.normalize("NFKD").toLowerCase().replace(/['`\u2019]/g, "").replace(/[^a-z0-9]+/g, " ").trim();
  }

  /* Return the key that the spellings of a name share, as `normalise` does. */
  key(text) {
    const words = this.latin(text);
    const folded = this.folds.reduce((key, [letters, one]) => key.replaceAll(letters, one), words.includes(" ") ? words.replace(this.joining, " ") : words);
    return folded.replace(DOUBLED, "$1").replaceAll(" ", "");
  }

  /* Return the keys of a name without the marks on its letters and, if that differs, with them, as `spelling_keys` does. */
  keys(text) {
    const plain = text.toLowerCase().normalize("NFD");
    const spelledOut = plain.replace(this.marked.pattern, (_, ...groups) => this.marked.sounds[groups.findIndex(Boolean)]);
    return [...new Set([this.key(text), ...(spelledOut === plain ? [] : [this.key(spelledOut)])])].filter(Boolean);
  }

  /* Return what has a name like the text, the best match first, at most so many. */
  find(text, most) {
    const readings = this.readings(text.slice(0, LONGEST)), found = new Map();
    const methods = [key => other => other === key && WHOLE, key => other => other.startsWith(key) && BEGINNING,
      key => other => key.length >= SHORTEST_INSIDE && other.includes(key) && INSIDE, slips, sameConsonants];
    const collect = (those, matches) => {
      for (const {name, kind, provinces, isPart} of those) {
        for (const key of this.keys(name)) {
          const rankOf = matches(key);
          this.targets.forEach((target, index) => {
            if (provinces && !target.provinces.some(id => provinces.has(id))) return;
            const best = Math.min(...target.keys.map(other => rankOf(other)).filter(Number.isFinite));
            if (best === Infinity) return;
            // A province that is stated, and the kind that is, come before what only has the name.
            const isWritten = [target.name, target.local].some(written => written?.toLowerCase() === name.toLowerCase());
            const rank = target.kind === "settlement" && !isWritten ? BEHIND[best] ?? best : best;
            const weight = [isPart ? 1 : 0, rank, provinces ? 0 : 1, !kind || kind === target.kind ? 0 : 1, isWritten ? 0 : 1];
            if (!found.has(index) || inOrder(weight, found.get(index)) < 0) found.set(index, weight);
          });
        }
      }
    };
    for (const method of methods.slice(0, 3)) collect(readings, method);
    // Only what is found nowhere is looked for with slips, and last by consonants; a stated province says where.
    for (const method of methods.slice(3)) if (![...found.values()].some(([, rank]) => rank < SLIP)) collect(readings, method);
    const typed = text.trim().toLowerCase(), order = ([index, weight]) => {
      const {name, local, kind} = this.targets[index], isJustThat = [name, local].some(written => written?.toLowerCase() === typed);
      return [...weight, (isJustThat ? KINDS_BY_NAME : KINDS).indexOf(kind), name.length];
    };
    return [...found].sort((a, b) => inOrder(order(a), order(b))).slice(0, most).map(([index]) => this.targets[index]);
  }

  /* The ways to read a text: a name, the kind that is stated, and the provinces beside the name, or null. What stands before and in
   * brackets can be a name by itself, as in "Chaghcharan (Firozkoh)": `isPart`. */
  readings(text) {
    const cuts = [[text, null]], words = text.trim().split(/\s+/);
    const cut = /^(.*\S)\s*[,;\u060c(\[]\s*([^)\]]+?)[)\]]?\s*$/su.exec(text) ?? /^(.*\S)\s+(?:of|in|\u062f\u0631)\s+(\S.*)$/isu.exec(text);
    if (cut) cuts.push([cut[1], this.provincesCalled(cut[2], true)]);
    for (let last = 1; last <= 2 && last < words.length; last++) {
      cuts.push([words.slice(0, -last).join(" "), this.provincesCalled(words.slice(-last).join(" "))]);
    }
    return cuts.filter(([, provinces]) => provinces === null || provinces.size).flatMap(([name, provinces]) => {
      const [, before, inside] = /^(.*?)\s*[([]([^)\]]*)/su.exec(name) ?? [];
      return [name, before, inside].filter(Boolean).map((each, part) => ({...this.withoutKind(each), provinces, isPart: part > 0}));
    });
  }

  /* Return the ids of the provinces of a name, or, while it is typed, of the names that begin so. */
  provincesCalled(text, isTyped = false) {
    const keys = this.keys(this.without(text, this.words.province));
    const called = test => [...this.provinceKeys].filter(([, names]) => names.some(test)).map(([id]) => id);
    const exactly = called(name => keys.includes(name));
    return new Set(exactly.length || !isTyped ? exactly : called(name => keys.some(key => name.startsWith(key))));
  }

  /* Split the words for a kind of place from a name; a name of such words alone keeps them. */
  withoutKind(text) {
    const {words} = this, stated = this.latin(text).split(" ");
    const kind = ["district", "province", "provincial_capital", "crossing"].find(each => stated.some(word => words[each].has(word) && word.length > 1));
    return {name: this.without(this.without(text, words.any), words.province), kind};
  }

  without(text, words) {
    const written = text.trim().split(/\s+/), kept = written.filter(word => !words.has(this.latin(word)));
    return (kept.length ? kept : written).join(" ");
  }
}

/* The sums of the first numbers of a list, as many as it has. */
function sums(steps) {
  let sum = 0;
  return steps.map(step => (sum += step));
}

/* Compare lists of numbers, the first difference decides. */
function inOrder(one, other) {
  const at = one.findIndex((number, index) => number !== other[index]);
  return at < 0 ? 0 : one[at] - other[at];
}

/* Match names with a few slips, as many as the gazetteer allows; digits are never wrong. */
function slips(key) {
  const most = Math.min(MOST_EDITS, Math.floor(key.length / EDITS_PER)), digits = key.replace(/\D/g, "");
  return other => {
    if (Math.abs(other.length - key.length) > most || other.replace(/\D/g, "") !== digits) return false;
    const distance = editDistance(key, other);
    return distance <= most && SLIP + distance / 10;
  };
}

/* Match names with the same consonants, of which there are some: the vowels may be others, or not be written. */
function sameConsonants(key) {
  const consonants = consonantsOf(key);
  return other => consonants.length >= FEWEST_CONSONANTS && consonantsOf(other) === consonants && CONSONANTS;
}

const consonantsOf = key => key.replace(/[aeiouwyh]/g, "");

/* The number of letters that are wrong, missing, added or swapped with their neighbours. */
function editDistance(one, other) {
  let [older, old] = [[], Array.from({length: other.length + 1}, (_, at) => at)];
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const isSame = one[i - 1] === other[j - 1], isSwapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      row[j] = Math.min(old[j] + 1, row[j - 1] + 1, old[j - 1] + !isSame, ...(isSwapped ? [older[j - 2] + 1] : []));
    }
    [older, old] = [old, row];
  }
  return old[other.length];
}
