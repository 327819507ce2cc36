"""French sentences as people write them, for teaching voices: grammar, and common words at random.

Articles, elision, agreement and the forms of verbs are those of written French; the sense is not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple, TypeAlias, TypeVar

import numpy as np

Random: TypeAlias = np.random.Generator
_Choice = TypeVar("_Choice")

_MEN = (
    "jardin chemin village bateau couteau oiseau chapeau manteau marteau rideau gâteau cadeau"
    " bureau tableau château plateau niveau ruisseau drapeau bouquet billet carnet jouet secret"
    " objet projet sujet buffet volet sifflet poulet effet arbre livre cadre chiffre titre nombre"
    " timbre théâtre fleuve problème système article siècle oncle cercle meuble peuple exemple"
    " modèle siège piège collège manège cortège pont mont vent champ banc quai port sort bord mur"
    " four jour tour retour amour cœur bonheur malheur voleur coiffeur chauffeur facteur docteur"
    " moteur acteur lecteur chasseur pêcheur voyageur serveur parfum matin voisin cousin médecin"
    " dessin magasin bassin coussin sapin lapin raisin moulin train pain bain grain terrain"
    " copain écrivain musicien chien lien bien gardien magicien garçon salon ballon bouton mouton"
    " savon poisson buisson frisson wagon camion avion lion espion million talon pantalon violon"
    " enfant éléphant instant diamant passant marchand géant agent accent argent talent client"
    " président moment logement mouvement bâtiment instrument vêtement soleil conseil réveil"
    " travail détail portail fauteuil seuil deuil œil orgueil écureuil homme problème navire"
    " sourire empire désir plaisir souvenir avenir soir miroir espoir tiroir trottoir couloir"
    " mouchoir rasoir devoir pouvoir bois mois froid droit toit doigt endroit choix temps"
    " printemps corps pied nid lit bruit fruit puits récit habit esprit conflit appétit"
)
_WOMEN = (
    "maison chanson saison raison leçon boisson moisson prison façon question station nation"
    " chambre ombre lettre fenêtre montre rencontre pierre terre guerre prière lumière rivière"
    " manière frontière cuillère colère affaire histoire mémoire armoire victoire poire gloire"
    " voiture nature peinture couverture ouverture aventure figure voix noix croix fois soie joie"
    " proie voie loi foi oie pluie nuit suite truite conduite visite fuite rue vue statue laitue"
    " avenue jupe coupe soupe troupe lampe rampe pompe nappe grappe campagne montagne châtaigne"
    " vigne ligne ville fille famille feuille oreille bouteille abeille corbeille merveille"
    " médaille bataille paille taille table cible poutre règle boucle étoile toile voile île aile"
    " école parole boussole épaule foule poule boule ampoule main faim fin page image plage cage"
    " neige tige horloge éponge louange orange étage place glace trace chance branche planche"
    " manche hache vache bouche mouche pêche poche cloche roche douche chose rose pause cause"
    " valise église chemise cerise surprise chaise fraise caisse promesse jeunesse tristesse"
    " princesse maîtresse sœur fleur peur odeur couleur douleur chaleur valeur liqueur clé poupée"
    " fumée année journée soirée matinée pensée idée épée armée vallée entrée bouée araignée"
    " femme flamme gamme larme arme ferme forme plume brume lune dune laine reine peine semaine"
    " fontaine cabane banane personne couronne colonne tonne antenne barque marque banque musique"
    " boutique brique réponse danse défense absence science patience différence"
)
# Masculine and feminine; those before the noun, then those after it.
_BEFORE = (
    "petit/petite grand/grande bon/bonne mauvais/mauvaise gros/grosse long/longue joli/jolie"
    " jeune/jeune premier/première dernier/dernière autre/autre ancien/ancienne vrai/vraie"
    " pauvre/pauvre seul/seule même/même haut/haute"
)
_AFTER = (
    "noir/noire blanc/blanche vert/verte brun/brune gris/grise rouge/rouge bleu/bleue jaune/jaune"
    " clair/claire sombre/sombre rond/ronde carré/carrée pointu/pointue étroit/étroite"
    " large/large profond/profonde vide/vide plein/pleine lourd/lourde léger/légère chaud/chaude"
    " froid/froide doux/douce dur/dure sec/sèche humide/humide propre/propre sale/sale"
    " étrange/étrange tranquille/tranquille heureux/heureuse malheureux/malheureuse"
    " sérieux/sérieuse curieux/curieuse précieux/précieuse silencieux/silencieuse"
    " merveilleux/merveilleuse lointain/lointaine voisin/voisine ancien/ancienne moderne/moderne"
    " inconnu/inconnue perdu/perdue oublié/oubliée fermé/fermée ouvert/ouverte couvert/couverte"
    " cassé/cassée brillant/brillante charmant/charmante intéressant/intéressante"
    " important/importante différent/différente violent/violente patient/patiente"
    " français/française anglais/anglaise public/publique fragile/fragile utile/utile"
    " facile/facile difficile/difficile agréable/agréable rare/rare simple/simple"
    " naturel/naturelle cruel/cruelle immense/immense rapide/rapide fatigué/fatiguée"
)
_STEMS = (  # of regular verbs in -er that take an object
    "regard cherch trouv port montr donn gard demand racont oubli touch aim quitt travers rencontr"
    " accompagn coup pos ferm lav prépar dessin invit  attrap cach compt consult accept"
    " ador admir apport attach imagin écout étudi expliqu examin évit import install tourn tir"
    " pouss bless bris brûl chant chass cueill décor dévor dépos désir devin frapp fabriqu"
    " goût  jou lâch mérit observ occup pli  pleur pens prêt prouv quitt ramass réclam"
    " regrett  remarqu répar répét respect  retrouv réveill sauv secou sembl siffl"
    " souhait surveill transport tromp vid vis vol"
)
# Of the third person: now, many now, before, done, to do, will.
_OTHERS = (
    "prend/prennent/prenait/pris/prendre/prendra voit/voient/voyait/vu/voir/verra"
    " met/mettent/mettait/mis/mettre/mettra tient/tiennent/tenait/tenu/tenir/tiendra"
    " ouvre/ouvrent/ouvrait/ouvert/ouvrir/ouvrira lit/lisent/lisait/lu/lire/lira"
    " écrit/écrivent/écrivait/écrit/écrire/écrira perd/perdent/perdait/perdu/perdre/perdra"
    " rend/rendent/rendait/rendu/rendre/rendra suit/suivent/suivait/suivi/suivre/suivra"
    " choisit/choisissent/choisissait/choisi/choisir/choisira"
    " remplit/remplissent/remplissait/rempli/remplir/remplira"
    " reçoit/reçoivent/recevait/reçu/recevoir/recevra boit/boivent/buvait/bu/boire/boira"
    " conduit/conduisent/conduisait/conduit/conduire/conduira"
    " construit/construisent/construisait/construit/construire/construira"
    " découvre/découvrent/découvrait/découvert/découvrir/découvrira"
    " attend/attendent/attendait/attendu/attendre/attendra"
    " entend/entendent/entendait/entendu/entendre/entendra"
    " vend/vendent/vendait/vendu/vendre/vendra"
    " connaît/connaissent/connaissait/connu/connaître/connaîtra"
    " reconnaît/reconnaissent/reconnaissait/reconnu/reconnaître/reconnaîtra"
    " craint/craignent/craignait/craint/craindre/craindra"
    " éteint/éteignent/éteignait/éteint/éteindre/éteindra"
    " peint/peignent/peignait/peint/peindre/peindra"
    " sert/servent/servait/servi/servir/servira sent/sentent/sentait/senti/sentir/sentira"
    " veut/veulent/voulait/voulu/vouloir/voudra doit/doivent/devait/dû/devoir/devra"
)
_NAMES = (
    "Marie Julien Lucie Antoine Camille Hugo Élise Bernard Colette Gaston Sylvie Pascal Agnès"
    " Étienne Juliette Benoît Océane Raymond Hélène Thomas"
)
_TIMES = (
    "hier|ce matin|jeudi dernier|à midi|chaque soir|en juillet|avant le dîner|aujourd'hui"
    "|l'année prochaine|depuis trois heures|à huit heures et demie|encore une fois"
    "|tout de suite|pendant longtemps|bientôt|un beau jour|de temps en temps|tous les dimanches"
    "|au mois d'août|vers minuit|quelques minutes plus tard|il y a deux ans|au printemps"
    "|à l'aube|dès lundi|jusqu'au soir|en un instant|d'habitude|la veille|le lendemain"
)
_MANNERS = (
    "lentement|avec soin|sans un mot|en silence|trop tôt|comme toujours|à voix basse|doucement"
    "|rapidement|certainement|vraiment|simplement|un peu|de loin|peu à peu|sans hâte|en riant"
    "|parfois|souvent|heureusement|tout à coup|malgré tout|quand même|en même temps"
)
_VOWELS = "aàâeéèêëiîïoôuùûyhœæ"
_ASPIRATED = ("hache", "haut", "huit")  # before which nothing is elided


class _Noun(NamedTuple):
    text: str
    feminine: bool


class _Words(NamedTuple):
    """What sentences are made of."""

    nouns: Sequence[_Noun]
    before: Sequence[str]
    after: Sequence[str]
    stems: Sequence[str]
    others: Sequence[str]
    names: Sequence[str]
    times: Sequence[str]
    manners: Sequence[str]


def french_sentence(random: Random, *, held_out: bool = False) -> str:
    """One sentence of 4 to some 20 words; held-out ones have words of their own."""
    words = _words(held_out=held_out)
    made = _one(random, _FRAMES)(random, words)
    return made[:1].upper() + made[1:]


@cache
def _words(*, held_out: bool) -> _Words:
    def shelf(text: str, mark: str | None = None) -> list[str]:
        found = list(dict.fromkeys(text.split(mark)))
        return [word for place, word in enumerate(found) if (place % 6 == 5) == held_out]

    nouns = [_Noun(n, feminine=False) for n in shelf(_MEN)]
    nouns += [_Noun(n, feminine=True) for n in shelf(_WOMEN)]
    return _Words(
        nouns,
        shelf(_BEFORE),
        shelf(_AFTER),
        shelf(_STEMS),
        shelf(_OTHERS),
        shelf(_NAMES),
        shelf(_TIMES, "|"),
        shelf(_MANNERS, "|"),
    )


def _one(random: Random, choices: Sequence[_Choice]) -> _Choice:
    return choices[int(random.integers(len(choices)))]


def _thing(random: Random, words: _Words, *, many: bool | None = None) -> str:
    """A noun with its article, and an adjective half of the time: "une vieille clé perdue"."""
    noun = _one(random, words.nouns)
    plural = bool(random.random() < 0.3) if many is None else many
    parts = [_plural(noun.text) if plural else noun.text]
    style = random.random()
    if style < 0.2:
        parts.insert(0, _agreeing(_one(random, words.before), noun, plural=plural))
    elif style < 0.5:
        parts.append(_agreeing(_one(random, words.after), noun, plural=plural))
    return _with_article(random, parts, noun, plural=plural)


def _with_article(random: Random, parts: Sequence[str], noun: _Noun, *, plural: bool) -> str:
    rest = " ".join(parts)
    if plural:
        return f"{_one(random, _MANY)} {rest}"
    one, other = _SINGLE[int(random.integers(len(_SINGLE)))]
    article = other if noun.feminine else one
    if not _elides(rest):
        return f"{article} {rest}"
    if article in ("le", "la"):
        return f"l'{rest}"
    return f"{_BEFORE_VOWEL.get(article, article)} {rest}"


_SINGLE = (
    ("le", "la"),
    ("le", "la"),
    ("le", "la"),
    ("un", "une"),
    ("un", "une"),
    ("un", "une"),
    ("ce", "cette"),
    ("mon", "ma"),
    ("son", "sa"),
    ("notre", "notre"),
    ("leur", "leur"),
    ("chaque", "chaque"),
)
_MANY = (
    "les", "les", "les", "des", "des", "ces", "mes", "ses", "nos", "leurs", "deux", "trois", "six",
    "dix", "plusieurs", "quelques",
)  # fmt: skip
_BEFORE_VOWEL = {"ce": "cet", "ma": "mon", "sa": "son"}


def _elides(text: str) -> bool:
    return text[:1].lower() in _VOWELS and not text.startswith(_ASPIRATED)


def _plural(word: str) -> str:
    if word == "œil":
        return "yeux"
    if word == "travail":
        return "travaux"
    if word.endswith(("s", "x", "z")):
        return word
    return word + ("x" if word.endswith(("eau", "eu")) else "s")


def _agreeing(pair: str, noun: _Noun, *, plural: bool) -> str:
    one, other = pair.split("/")
    form = other if noun.feminine else one
    if not plural or form.endswith(("s", "x")):
        return form
    return form + "s"


def _of(thing: str) -> str:
    """A thing after "de": du, des, d'une."""
    if thing.startswith("le "):
        return f"du {thing[3:]}"
    if thing.startswith("les "):
        return f"des {thing[4:]}"
    if thing.startswith("des "):
        return f"de {thing[4:]}" if not _elides(thing[4:]) else f"d'{thing[4:]}"
    return f"d'{thing}" if _elides(thing) else f"de {thing}"


def _to(thing: str) -> str:
    if thing.startswith("le "):
        return f"au {thing[3:]}"
    if thing.startswith("les "):
        return f"aux {thing[4:]}"
    return f"à {thing}"


def _somewhere(random: Random, words: _Words) -> str:
    thing = _thing(random, words)
    place = _one(random, _PLACES)
    if place.endswith(" de"):
        return f"{place[:-3]} {_of(thing)}"
    return _to(thing) if place == "à" else f"{place} {thing}"


_PLACES = (
    "dans", "sur", "sous", "devant", "derrière", "vers", "avec", "sans", "pour", "contre", "chez",
    "après", "avant", "entre les murs de", "près de", "au bord de", "à côté de", "au milieu de",
    "au-dessus de", "le long de", "à", "autour de", "loin de", "par",
)  # fmt: skip

# Endings of regular verbs: he and they; now, before, once, will, would.
_ENDINGS = (("e", "ent"), ("ait", "aient"), ("a", "èrent"), ("era", "eront"), ("erait", "eraient"))
_PERSONS = (  # and the endings of each, now and before and in the future
    ("je", "e", "ais", "erai"),
    ("tu", "es", "ais", "eras"),
    ("nous", "ons", "ions", "erons"),
    ("vous", "ez", "iez", "erez"),
)


def _does(random: Random, words: _Words, *, many: bool) -> str:
    """A verb of the third person that takes an object."""
    if random.random() < 0.35:
        now, they, before, done, _, will = _one(random, words.others).split("/")
        if many:
            return _one(random, (they, before[:-1] + "ent", f"ont {done}", will[:-1] + "ont"))
        return _one(random, (now, before, f"a {done}", f"avait {done}", will))
    stem = _one(random, words.stems)
    if random.random() < 0.25:
        return f"{'ont' if many else 'a'} {stem}é"
    return stem + _one(random, _ENDINGS)[many]


def _infinitive(random: Random, words: _Words) -> str:
    if random.random() < 0.35:
        return _one(random, words.others).split("/")[4]
    return f"{_one(random, words.stems)}er"


def _who(random: Random, words: _Words) -> tuple[str, bool]:
    """Who does it, and whether they are many."""
    chance = random.random()
    if chance < 0.35:
        return _one(random, (("il", False), ("elle", False), ("on", False), ("ils", True)))
    if chance < 0.5:
        return _one(random, words.names), False
    many = bool(random.random() < 0.3)
    return _thing(random, words, many=many), many


def _negated(verb: str, word: str) -> str:
    first, space, done = verb.partition(" ")
    ne = "n'" if _elides(first) else "ne "
    return f"{ne}{first} {word}{space}{done}"


def _plain(random: Random, words: _Words) -> str:
    who, many = _who(random, words)
    made = f"{who} {_does(random, words, many=many)} {_thing(random, words)}"
    tails = (
        "",
        f" {_somewhere(random, words)}",
        f" {_somewhere(random, words)}",
        f" {_one(random, words.times)}",
        f" {_one(random, words.manners)}",
    )
    return made + _one(random, tails) + "."


def _in_time(random: Random, words: _Words) -> str:
    return f"{_one(random, words.times)}, {_plain(random, words)}"


def _two_things(random: Random, words: _Words) -> str:
    who, many = _who(random, words)
    verbs = [_does(random, words, many=many) for _ in range(2)]
    things = [_thing(random, words) for _ in range(2)]
    return f"{who} {verbs[0]} {things[0]} et {verbs[1]} {things[1]}."


def _but(random: Random, words: _Words) -> str:
    first, second = _plain(random, words)[:-1], _plain(random, words)
    return f"{first}, {_one(random, ('mais', 'puis', 'car', 'et', 'donc'))} {second}"


def _which(random: Random, words: _Words) -> str:
    thing = _thing(random, words, many=False)
    first, second = (_does(random, words, many=False) for _ in range(2))
    return f"{thing} qui {first} {_thing(random, words)} {second} {_thing(random, words)}."


def _whose(random: Random, words: _Words) -> str:
    things = [_thing(random, words) for _ in range(3)]
    return f"{things[0]} {_of(things[1])} {_one(random, _RESTING)} {_to(things[2])}."


_RESTING = (
    "ressemble", "tenait", "resta", "ressemblait", "plaît encore", "manque beaucoup", "appartient",
    "n'allait plus",
)  # fmt: skip


def _not(random: Random, words: _Words) -> str:
    who, many = _who(random, words)
    verb = _negated(_does(random, words, many=many), _one(random, ("pas", "plus", "jamais")))
    return f"{who} {verb} {_thing(random, words)}."


def _persons(random: Random, words: _Words) -> str:
    who, *endings = _one(random, _PERSONS)
    verb = _one(random, words.stems) + _one(random, endings)
    who = "j'" if who == "je" and _elides(verb) else f"{who} "
    tail = _one(random, ("", f" {_one(random, words.manners)}", f" {_somewhere(random, words)}"))
    return f"{who}{verb} {_thing(random, words)}{tail}."


def _asked(random: Random, words: _Words) -> str:
    thing, verb = _thing(random, words), _infinitive(random, words)
    stem = _one(random, words.stems)
    return _one(
        random,
        (
            f"est-ce que tu vas {verb} {thing} ?",
            f"pourquoi faut-il {verb} {thing} ?",
            f"pouvez-vous {verb} {thing}, s'il vous plaît ?",
            f"qui {stem}era {thing} {_one(random, words.times)} ?",
            f"où as-tu {stem}é {thing} ?",
            f"combien de fois a-t-elle {stem}é {thing} ?",
            f"n'avez-vous pas {stem}é {thing} ?",
        ),
    )


def _wanted(random: Random, words: _Words) -> str:
    thing, verb = _thing(random, words), _infinitive(random, words)
    apart = "d'" if _elides(verb) else "de "
    return _one(
        random,
        (
            f"il faut {verb} {thing} {_one(random, words.manners)}.",
            f"nous avons décidé {apart}{verb} {thing}.",
            f"elle voudrait {verb} {thing} {_somewhere(random, words)}.",
            f"je n'ai pas envie {apart}{verb} {thing}.",
            f"ne {_one(random, words.stems)}ez pas {thing} !",
            f"il est temps {apart}{verb} {thing}.",
            f"c'est {thing} qu'il fallait {verb}.",
        ),
    )


def _is(random: Random, words: _Words) -> str:
    noun = _one(random, words.nouns)
    many = bool(random.random() < 0.3)
    text = _plural(noun.text) if many else noun.text
    thing = _with_article(random, [text], noun, plural=many)
    looks = [_agreeing(_one(random, words.after), noun, plural=many) for _ in range(2)]
    verb = _one(random, ("sont", "étaient", "seront") if many else ("est", "était", "sera"))
    return _one(
        random,
        (
            f"{thing} {verb} {looks[0]} et {looks[1]}.",
            f"{thing} {verb} trop {looks[0]} pour {_thing(random, words)}.",
            f"{thing} {verb} plus {looks[0]} que {_thing(random, words)}.",
            f"{thing} {_negated(verb, 'pas')} très {looks[0]}.",
        ),
    )


def _there(random: Random, words: _Words) -> str:
    thing, place = _thing(random, words), _somewhere(random, words)
    return _one(
        random,
        (
            f"il y a {thing} {place}.",
            f"on entendait {thing} {place}.",
            f"voici {thing} {_of(_thing(random, words))}.",
            f"{place}, {_plain(random, words)}",
        ),
    )


_Frame: TypeAlias = Callable[[Random, _Words], str]
_FRAMES: tuple[_Frame, ...] = (
    *(_plain, _plain, _plain, _in_time, _in_time, _two_things, _but, _which, _whose),
    *(_not, _persons, _persons, _asked, _asked, _wanted, _wanted, _is, _is, _there, _there),
)
