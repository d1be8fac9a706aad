"""Names are compared by their consonants: one may be written without vowels, with others, or as a translation.

"zrd sng" is how Zard Sang is written in the Arabic script, and "Zarghunkalay" is Zarghūn Kêlay. A generic word, such as
the Koh of Koh-e Safi, counts by what it says: "Kōh-e Zarsang" can be "Gora Zarsang", and is not "Rod-e Zarsang".
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from control_map.core.model import NameFeature
from control_map.geocoding.spelling import (
    JOINING_WORDS,
    fold_letters,
    latin_words,
    normalise,
    read_marked_letters,
    spelling_keys,
)

MIN_CONSONANTS = 4
"""Consonants that two names have in common; names with fewer are too often alike."""
CONSONANTS_PER_VOWEL = 4
"""Per so many consonants, one vowel may be another."""
# Generic words of the languages in which places are named; a theatre adds those of its own.
_GENERIC_WORDS = {
    NameFeature.MOUNTAIN: """
        koh kuh kowh ghar ghrunah jabal jabel jebel djebel dagh dagi tepe tepesi tappeh tapa tall tell cerro monte
        کوه غر جبل تپه تل
        """,
    NameFeature.PASS: "kotal kowtal kandao kandaw gardaneh gecidi puerto paso کوتل کندو گردنه",
    NameFeature.VALLEY: """
        dara darra darah darreh wadi oued dere deresi tangi tangay tagao tagaw shela shelah shaylah sela jar algad lgad
        manda mandah mandeh khwar nala quebrada arroyo valle دره وادي تنگی تگاب شیله جر لگد مانده خوړ
        """,
    NameFeature.RIVER: "rod rud darya daryo nahr joy juy chay cayi nehri irmak rio رود دریا نهر جوی",
    NameFeature.LAKE: "nawar hamun golu buhayrat laguna lagoa ناور هامون بحيرة",
    NameFeature.SPRING: "chashma chashmah cheshma cheshmeh chah ain ayn bulaq pinar pinari fuente چشمه چاه عين",
    NameFeature.DAM: "band sadd baraj baraji represa بند سد",
    NameFeature.PLAIN: "dasht dast ova ovasi llano دشت",
    NameFeature.ISLAND: "jazira jazirat adasi isla ilha جزيرة",
    NameFeature.FORT: "qala qalah qaleh qalat kala kalah kaleh kale kalesi hisn qasr castillo قلعه کلا حصن قصر",
    NameFeature.VILLAGE: """
        kalay kelay kili deh dih qarya qaryat qaryeh kafr qishlaq koy koyu aldea pueblo bazar کلی ده قریه قشلاق کفر قرية
        """,
}
# Words that the makers of maps write beside a name, in whatever country. A name can do without them.
_WORDS_OF_MAPS = {
    NameFeature.MOUNTAIN: "mount mountain mountains mt hill hills peak gora gory hora khrebet mont montagne",
    NameFeature.PASS: "pass pereval col",
    NameFeature.VALLEY: "valley ravine balka ovrag vallee",
    NameFeature.RIVER: "river stream creek reka ruchey riviere fleuve",
    NameFeature.LAKE: "lake ozero lac",
    NameFeature.SPRING: "spring springs well istochnik rodnik kolodets",
    NameFeature.DAM: "dam plotina barrage",
    NameFeature.PLAIN: "plain desert steppe step urochishche",
    NameFeature.ISLAND: "island ostrov ile",
    NameFeature.FORT: "fort castle krepost",
    NameFeature.VILLAGE: "village selo derevnya khutor poselok",
}
# Words for a district and its centre that stand in names of lists, and say nothing about the place.
_DISTRICT_WORDS = frozenset(
    "nahiya nahiyah nahiyat nahyt nhyt nahyh nhyh woluswali uluswali wlswaly wlswly markaz mrkz".split()
)
# Letters of the Arabic script that get lost on the way to Latin ones, or that are a d in Arabic and a z in Persian.
_ARABIC_LETTERS = str.maketrans(dict.fromkeys("اأإآع", "a") | dict.fromkeys("ضظ", "dh"))
_ARABIC_ARTICLE = re.compile(r"\b\u0627\u0644(?=\w{3})")
_SUN_LETTERS = ("d", "n", "r", "s", "sh", "t", "th", "z")
# Two letters that are one sound, or another in another language: the dh of Arabic is the z of Persian.
_OTHER_SOUNDS = (("kh", "h"), ("dh", "z"))
_FOLDS = (
    *(("kh", "x"), ("gh", "g"), ("sh", "s"), ("th", "s"), ("tch", "ch"), ("ch", "c"), ("ts", "c"), ("dj", "j")),
    *(("dzh", "j"), ("zh", "z"), ("dz", "z"), ("ph", "f"), ("dh", "d"), ("ck", "k"), ("q", "k"), ("v", "w")),
)
_CONSONANTS = re.compile("[^aeiouwyh]")
_SHORT_VOWELS = frozenset("aeiou")
_MOST_VOWELS_MORE = 2


class NameForm(NamedTuple):
    """One form in which a name is compared.

    `consonants` are those but w, y and h, which can also be vowels; `between` has what stands before, between and after
    them. `features` is what the generic words say that were left out, `own` counts the consonants of the other words,
    and `is_bare` says that the whole name has no vowel but a.
    """

    consonants: str
    between: tuple[str, ...]
    features: frozenset[str]
    own: int
    is_bare: bool

    def is_like(self, other: "NameForm") -> bool:
        """Whether two forms can be of one name.

        The consonants are the same, the last vowels alike, and of the others as good as all. A bare name may lack
        short vowels. The generic words that both names have mean the same, or neither has any.
        """
        if self.consonants != other.consonants or not _agree(self.features, other.features):
            return False
        last, different = len(self.consonants), 0
        for at, (mine, others) in enumerate(zip(self.between, other.between, strict=True)):
            sounds, other_sounds = _sounds(mine), _sounds(others)
            if abs(len(mine) - len(others)) > _MOST_VOWELS_MORE:
                return False
            if sounds and other_sounds:
                is_alef = at == 0 and ((self.is_bare and mine == "a") or (other.is_bare and others == "a"))
                is_different = sounds.isdisjoint(other_sounds) and not is_alef
                if is_different and at == last:
                    return False
                different += is_different
            elif sounds or other_sounds:
                silent, between, vowels = (self, mine, others) if other_sounds else (other, others, mine)
                if at == 0 or (at == last and "h" not in between):
                    return False
                is_omitted = silent.is_bare and silent.own >= MIN_CONSONANTS and _SHORT_VOWELS.issuperset(vowels)
                different += at != last and not is_omitted
        return different <= last // CONSONANTS_PER_VOWEL


class GenericWords:
    """The generic words of names, by which the forms of a name are made.

    Parameters
    ----------
    added
        Further words by `NameFeature`; other keys are passed over.
    """

    def __init__(self, added: Mapping[str, Iterable[str]] | None = None) -> None:
        self._features: dict[str, frozenset[str]] = {}
        of_maps = {feature: words.split() for feature, words in _WORDS_OF_MAPS.items()}
        known = {feature: words.split() for feature, words in _GENERIC_WORDS.items()}
        for table in (of_maps, known, added or {}):
            for feature in NameFeature:
                for key in map(_key, table.get(feature, ())):
                    self._features[key] = self._features.get(key, frozenset()) | {feature}
        self._of_maps = frozenset(_key(word) for words in of_maps.values() for word in words)

    def features(self, name: str) -> frozenset[str]:
        """Return what the generic words in a name say that the place is; a name of such words alone says nothing."""
        return self._split(_words(name))[1]

    def contradict(self, one: str, other: str) -> bool:
        """Whether two names have generic words that say different things."""
        features, others = self.features(one), self.features(other)
        return bool(features) and bool(others) and features.isdisjoint(others)

    def own_parts(self, one: str, other: str) -> tuple[str, str]:
        """Return the keys of two names without words for a district, and without generic words if both have some."""
        words, others = _words(one), _words(other)
        (own, features), (others_own, others_features) = self._split(words), self._split(others)
        if features and others_features:
            words, others = own, others_own
        return normalise(" ".join(words)), normalise(" ".join(others))

    def own_keys(self, name: str) -> tuple[str, ...]:
        """Return the keys of a name without its generic words, see `spelling_keys`."""
        return spelling_keys(" ".join(self._split(_words(name))[0]))

    def forms(self, name: str) -> list[NameForm]:
        """Return the forms of a name that have enough consonants."""
        forms = dict.fromkeys(form for words in _readings(name) for form in self._forms(words))
        return [form for form in forms if sum(map(str.isalpha, form.consonants)) >= MIN_CONSONANTS]

    def _forms(self, words: list[str]) -> Iterator[NameForm]:
        own, features = self._split(words)
        count = len(_split_sounds(own)[0])
        is_bare = (_SHORT_VOWELS - {"a"}).isdisjoint("".join(words))
        yield NameForm(*_split_sounds(words), frozenset(), count, is_bare)
        if features:
            yield NameForm(*_split_sounds(own), features, count, is_bare)
            without = [word for word in words if _key(word) not in self._of_maps]
            yield NameForm(*_split_sounds(without), frozenset(), count, is_bare)

    def _split(self, words: list[str]) -> tuple[list[str], frozenset[str]]:
        features = [self._features.get(_key(word), frozenset()) for word in words]
        own = [word for word, feature in zip(words, features, strict=True) if not feature]
        return (own, frozenset().union(*features)) if own else (words, frozenset())


def _key(word: str) -> str:
    return normalise("".join(_words(word)))


def _readings(name: str) -> Iterator[list[str]]:
    """Yield the words of a name, for each of the sounds that its letters can be."""
    for spelled in dict.fromkeys((name, read_marked_letters(name))):
        words = _words(spelled)
        yield words
        for letters, sound in _OTHER_SOUNDS:
            if any(letters in word for word in words):
                yield [word.replace(letters, sound) for word in words]


def _words(name: str) -> list[str]:
    """Return the words of a name in Latin letters, without articles and all that joins words."""
    if not name.isascii():
        name = _ARABIC_ARTICLE.sub("", name).translate(_ARABIC_LETTERS)
    words = latin_words(name).split()
    kept = [word for word, after in zip(words, [*words, ""][1:], strict=True) if not _joins(word, after)]
    return [_without_izafat(word) for word in kept[:-1]] + kept[-1:] if kept else words


def _joins(word: str, after: str) -> bool:
    """Whether a word only joins others or says "district", or is the Arabic article: the "ar" of Ar Raqqah is "al"."""
    vowel, letter = word[:1], word[1:]
    is_article = vowel in _SHORT_VOWELS and (letter == "l" or (letter in _SUN_LETTERS and after.startswith(letter)))
    return word in JOINING_WORDS or word in _DISTRICT_WORDS or (is_article and bool(after))


def _without_izafat(word: str) -> str:
    """Return a word without the e that joins it to the next: the Kohe of Kohe Zard is Koh."""
    return word[:-1] if len(word) > len("ale") and word[-1] == "e" and _CONSONANTS.match(word[-2]) else word


def _split_sounds(words: list[str]) -> tuple[str, tuple[str, ...]]:
    """Return the consonants of words that are written as one, and what stands before, between and after them."""
    text = fold_letters("".join(words), _FOLDS)
    return "".join(_CONSONANTS.findall(text)), tuple(_CONSONANTS.split(text))


def _sounds(between: str) -> frozenset[str]:
    """Return the vowels that letters between consonants can be, with those that languages and their scribes confuse."""
    letters = set(between)
    sounds = {sound for sound, group in (("i", "iy"), ("u", "uw")) if letters.intersection(group)}
    if not sounds:
        sounds = {sound for letter in letters for sound in {"a": "a", "e": "ai", "o": "au"}.get(letter, "")}
    return frozenset(sounds)


def _agree(features: frozenset[str], others: frozenset[str]) -> bool:
    return not features.isdisjoint(others) or not (features or others)
