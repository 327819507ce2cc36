"""The gender of French nouns that are counted: "1 tasse" is "une tasse", "21 pages" has "une" too.

Told by the ending of a noun, which settles most, and by lists of the nouns that it does not.
"""

from __future__ import annotations

import re

from engine.models.speech.wordlists import word_set

WRITTEN = "\u2060"
"""Stands behind an "un" that is no figure, and keeps its gender."""

_ENDINGS = re.compile(
    r"(?:tion|sion|xion|ité|iété|auté|erté|ée|euse|esse|elle|ette|ance|ence|ure|ière|oise|aise"
    r"|ouille|eille|aille|[^v]ille|ie|ade|ude|aine|eine|ine|otte|outte|enne|onne|asse|ousse|ace"
    r"|ale|ive|aite|èce|ûre|ince|erre|[^gq]ue|rice|nse"
    r"|ose|ase|ise|ause|ouse|[aouiê]che|[ln]che|rche|[ae]gue|igue|angue|[ae]nte|inte"
    r"|[aeo]rte|nde|rde|rse|rce|euille)s?$"
)
_MASCULINE = word_set(  # in spite of their ending
    "musée lycée trophée apogée scarabée mausolée athée comité traité invité silence murmure"
    " mercure parjure derrière arrière cimetière malaise squelette incendie génie parapluie messie"
    " sosie zombie stade grade jade nomade camarade malade domaine capitaine magazine moine"
    " patrimoine renne espace palace vase monde dividende commerce divorce dimanche reproche"
    " panache caniche porche coche acrobate gorille bacille quadrille mille chèvrefeuille"
    " portefeuille millefeuille violoncelle rebelle libelle vermicelle polichinelle fantoche garde"
    " scandale pétale mâle châle dédale squale ovale râle hâle astragale"
    " convive prince verre tonnerre lierre cimeterre paratonnerre"
    " guide tournedos foie platine pipeline dièse diocèse parterre trapèze kamikaze prêche"
    " collègue gaspacho raid vaudeville diable parenté été pâté côté comté député"
)
_FEMININE = word_set(  # whose ending tells nothing
    "fois nuit main maison saison raison prison livraison comparaison guérison trahison"
    " cargaison chanson façon leçon rançon boisson cuisson moisson voix noix mer forêt dent fin"
    " part clé clef moitié amitié souris fourmi loi croix cour sœur fleur couleur valeur"
    " longueur largeur hauteur lueur odeur saveur vapeur erreur horreur faveur douleur peur"
    " terreur rumeur eau peau jument brebis perdrix vis oasis toux faux radio photo vidéo auto"
    " moto météo info démo promo expo pub appli télé start-up startup star interview newsletter"
    " story vertu tribu page image plage cage nage cellule molécule particule pilule formule"
    " péninsule femme flamme gamme pomme somme gomme gemme étape équipe soupe coupe loupe grippe"
    " nappe troupe lampe tulipe pipe pompe jupe enveloppe musique république banque barque"
    " boutique époque attaque plaque marque bibliothèque discothèque brique technique clinique"
    " fabrique statistique basilique relique clique tunique rubrique critique charge orange"
    " éponge marge tige gorge neige horloge loge louange vidange auberge berge frange mésange"
    " phalange grange pierre guerre terre serre guitare gare mare bagarre barre mère ère misère"
    " artère bergère étagère fougère sphère atmosphère panthère vipère enchère galère colère"
    " histoire victoire poire foire mémoire armoire trajectoire baignoire gloire nageoire"
    " mâchoire patinoire lettre fenêtre montre rencontre huître vitre poudre cendre chambre ombre"
    " fibre œuvre lèvre fièvre couleuvre chèvre fève table étable fable cible bible boucle règle"
    " épingle jungle sangle tringle date tomate patate pâte cravate frégate visite suite"
    " limite réussite pépite faillite marmite météorite élite planète tête fête enquête tempête"
    " conquête quête requête crête bête comète arête route voûte soute faute chute flûte minute"
    " brute dispute hutte lutte butte note côte pelote piste liste veste honte école parole"
    " casserole boussole coupole console fiole idole île huile pile file étoile toile voile tuile"
    " automobile finale capitale escale céréale cathédrale spirale rafale balle salle dalle malle"
    " halle ville victime crème ferme arme larme âme rame dame lame forme plateforme réforme"
    " norme cime rime prime plume coutume brume écume énigme cabane banane douane liane icône"
    " zone panne canne lune dune commune tribune rancune fortune prune scène chaîne ligne vigne"
    " consigne campagne montagne châtaigne cigogne besogne cave épreuve preuve grève trêve rive"
    " larve olive réserve alternative initiative valve perspective tentative lessive bombe tombe"
    " jambe syllabe robe aube courbe herbe griffe touffe agrafe carafe étoffe greffe coiffe"
    " catastrophe strophe gaufre offre cuillère boîte échalote crêpe pastèque datte rue vue"
    " statue tortue revue avenue issue venue tenue roue queue banlieue lieue joue houe moue"
    " pellicule gélule cheville"
    " caméra cam villa diva pizza paella véranda saga hyène antilope guêpe libellule girafe poule"
    " truite carpe moule caisse saucisse escalope entrecôte laitue papaye mûre porte-fenêtre"
    " majuscule bascule rotule ampoule boule foule cagoule capsule canicule pendule cuve"
    " pièce borne épice drachme"
)
_NO_NOUNS = word_set("virgule mille et ou à sur pour de du des millions million milliards milliard")
_OF_WOMEN = re.compile(  # adjectives that stand before a noun and show its gender
    r"(?:petite|grande|seule|bonne|belle|nouvelle|vieille|première|dernière|prochaine|longue|haute"
    r"|grosse|mauvaise|ancienne|vraie|fausse|certaine|courte|forte|pleine|seconde|telle"
    r"|légère|brève|excellente|douce|jolie|lourde)s?"
)
_OF_BOTH = (
    "(?:simples?|autres?|jeunes?|doubles?|énormes?|larges?|minces?|rares?|mêmes?|immenses?"
    "|véritables?|demi|bons?|gros|deuxièmes?|troisièmes?) "
)
_NUMBERED = (  # "acte 1" counts nothing, whatever follows
    "acte|article|chapitre|chaîne|épisode|étape|formule|groupe|jour|ligne|ligue|niveau|no|numéro"
    "|page|partie|phase|plan|prise|question|saison|salle|scène|séquence|studio|tome|type|version"
    "|volet|volume|caméra|étage|leçon|point|règle|top|tour|division|catégorie|classe|lot"
)
_MORE = "deux|trois|quatre|cinq|six|sept|huit|neuf|dix"  # deux à un is a score
_ONE = re.compile(
    rf"(?i)(?<![^\W\d_])(?P<heads>(?:{_NUMBERED}|(?:{_MORE}) à) )?un(?!{WRITTEN})"
    rf"(?= (?:(?:ou|à) [\w-]+ )?(?:{_OF_BOTH})*(?P<noun>[^\W\d_][\w'-]*(?: sterling\b)?))"
)

_OF_THEM = re.compile(  # the noun is not said again: 30 voix contre 21
    r"\b(?P<noun>[a-zà-ÿœ]+) (?:contre|sur|dont)(?: [a-zé-]+){1,4}? et un(?= ?[.,;:!?)]|$)"
)


def is_feminine(noun: str) -> bool:
    """Whether a noun, in small letters and of either number, is feminine."""
    noun = noun.removeprefix("demi-").removeprefix("mini-").removeprefix("mi-")
    head = noun.split("-")[0]
    alone = {noun, noun.removesuffix("s"), noun.removesuffix("x"), head, head.removesuffix("s")}
    if alone & _MASCULINE:
        return False
    return bool(alone & _FEMININE or _ENDINGS.search(head))


def agreeing(text: str) -> str:
    """`text`, whose figures are in words, with "une" for each "un" that counts a feminine noun."""
    text = _OF_THEM.sub(lambda m: f"{m[0]}e" if is_feminine(m["noun"]) else m[0], text)
    return _ONE.sub(_one, text).replace(WRITTEN, "")


def _one(match: re.Match[str]) -> str:
    noun = match["noun"].lower()
    if noun == "ferme" and match.string[: match.start()].endswith("dont "):
        return match[0]  # two years, of which one in prison
    if match["heads"] or noun in _NO_NOUNS:
        return match[0]
    agrees = is_feminine(noun) or _OF_WOMEN.fullmatch(noun) or noun.endswith(" sterling")
    return f"{match[0]}e" if agrees else match[0]
